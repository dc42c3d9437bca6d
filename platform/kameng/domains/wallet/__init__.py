"""Money that members hold at a site, and the deposit a sub-site holds at the master.

It answers for: whose balance is whose, crediting it without minting money, and what it holds.
It does not answer for spending: an order debits the wallet in its own posting. A balance spends
only at the site that issued it and is never moved between members.
"""
