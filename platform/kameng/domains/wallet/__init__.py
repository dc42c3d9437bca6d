"""What a member can spend at one site, and what a site has paid in ahead at its master's.

Answers for crediting and reading balances. Every movement is a posting of the ledger, and no
balance is minted: a sub-site credits its members out of its deposit, the master against cash
recorded by hand. It does not answer for spending (orders) nor for withdrawing earnings.
"""
