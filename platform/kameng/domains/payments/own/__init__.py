"""Own channels: a site takes its shoppers' money with its own keys at a provider, if it may.

Answers for the keys, sealed and never shown again, for the leave to use them, and for the question
whose account a payment goes through. What an order costs its site then is another domain's.
"""
