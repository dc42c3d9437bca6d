"""Giving back what was delivered: by line and piece or by amount, until everything is back."""
