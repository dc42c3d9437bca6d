"""What a thing costs each site of a chain, and what a shopper pays at its end.

It answers for: price rules and who may set which, the price of every level with its trace, and
that nobody sells below their own cost or the floor. It does not answer for what was agreed in an
order: the order keeps the chain snapshot it was placed at.
"""
