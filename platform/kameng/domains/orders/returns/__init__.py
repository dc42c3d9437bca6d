"""Giving an order's money back, to where it came from."""
