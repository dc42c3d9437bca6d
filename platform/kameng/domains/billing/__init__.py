"""What a sub-site pays its parent for its package: first payment, renewal, more and less.

Answers for prices of periods, receipts and reminders. What a package allows is terms' matter, and
shutting or opening a site that of the edge.
"""
