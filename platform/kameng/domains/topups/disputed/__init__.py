"""Disputed answers for a top-up whose payment a bank takes back: what is unspent goes with it."""
