"""How what was earned leaves the books: asked for, set aside, reviewed, paid out with proof; or
turned into balance to spend.

Answers for never paying more than is there after debts, to nobody but a verified payee's verified
account, and never twice. Does not decide what is earned and due: settlement does.
"""
