"""Payments answers for taking money through a provider and giving it back.

It keeps one attempt per session or refund, talks to the provider between two commits, and judges
whether what the provider reports is what was asked for. It does not know what was bought: the
purpose and the reference of an attempt say whose verb follows, and the ledger keeps the money.
"""
