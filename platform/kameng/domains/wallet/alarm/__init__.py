"""Alarm answers for telling a sub-site, once, that its balance has gone below what it set."""
