"""Who may sign in: staff of sites (shared, once for all sites) and members of one site.

Answers for passwords, second factors, consent given at sign-up, sessions that end when an
account is frozen. Does not answer for what a member owns (wallet, orders) nor for what a role
may do (faces/frame guards).
"""
