"""Promoters of a site: who brought a shopper, what that earns, when it is due.

Goods only, two paid levels at most, never on oneself. What is earned stands in the lines of the
order and in the books; turning it into balance or taking it out is `withdrawals`.
"""
