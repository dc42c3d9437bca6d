"""Promoters of a site at the console."""
