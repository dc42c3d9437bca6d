"""Giving delivered goods back: which lines, what each party gives up, and a refund that failed."""
