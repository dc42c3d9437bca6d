"""Receipts of package fees, for the site that paid and for the one that sold."""
