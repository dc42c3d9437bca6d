"""Receipts of package fees: one page each for who paid, and a month's list for who sold."""
