"""Payees' own accounts at a provider that can send money there, and the master's switch for it.

Answers for no money being sent to an account whose owner the provider does not know, or knows under
another name than the payee's. Sending is the part of transfers.
"""
