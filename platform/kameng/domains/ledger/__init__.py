"""The double-entry book that every other domain moves money through.

It answers for: balanced, append-only postings; floors that no posting can break; one posting per
key; holds resolved once; reading the books of one's own tenant and of those below.
It does not answer for what a posting means: wallets, orders and payments decide that.
"""
