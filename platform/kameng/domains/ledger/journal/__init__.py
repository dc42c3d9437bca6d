"""What happened in the books: transactions with their lines, and the changes of one account."""
