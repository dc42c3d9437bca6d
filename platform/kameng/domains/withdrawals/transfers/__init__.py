"""Withdrawals that a provider pays: each attempt to send one, stored before it is asked for.

Answers for one transfer for each withdrawal however often, by however many processes and with
however little luck it is begun. Does not decide whether a withdrawal may be paid: review does.
"""
