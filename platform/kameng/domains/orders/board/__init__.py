"""All orders of a site and everything below it, as an operator or agent works on them."""
