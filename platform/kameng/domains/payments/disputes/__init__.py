"""Disputes: a shopper's bank takes a payment back, and decides later who may keep it.

Answers for what the provider says of each, and for the money it takes and gives back. What was
bought is another domain's: the purpose of the disputed attempt says whose verb follows.
"""
