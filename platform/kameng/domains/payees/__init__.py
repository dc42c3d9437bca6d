"""Who is paid: the person or company behind a site, verified by the master's finance, and the
accounts money may be paid out to.

Answers for names, papers and accounts being checked before money leaves (limits.md), and for
nobody reading them who need not. Does not move money: withdrawals does.
"""
