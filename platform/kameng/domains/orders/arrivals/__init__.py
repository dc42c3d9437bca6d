"""What becomes of an order that waits: its money arrives, or does not, in time or late."""
