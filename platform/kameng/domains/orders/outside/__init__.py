"""What becomes of an order whose money went back at the provider itself, without asking us."""
