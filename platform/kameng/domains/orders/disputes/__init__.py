"""What becomes of an order whose payment is disputed: frozen, then free again or reversed."""
