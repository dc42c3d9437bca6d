"""Refunds made at the provider itself, on its own pages: seen, believed or not, kept like ours."""
