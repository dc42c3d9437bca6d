"""Looking through a design before shoppers see it."""
