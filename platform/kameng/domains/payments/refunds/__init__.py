"""Refunds answers for giving money back through the provider it came from, never more than came."""
