"""Topups answers for money paid onto a balance through a provider, and back from it.

It answers for: who may pay how much, one top-up per payment page, booking what arrives once, and
giving back to its source what is unspent. It does not answer for spending, nor for balances that
are credited by hand (wallet). The master takes the money; nobody earns on it, and it moves to
nobody else.
"""
