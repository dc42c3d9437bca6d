"""The cart and its checkout: for who buys several things; the fast path is the product page."""
