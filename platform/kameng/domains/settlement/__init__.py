"""Settlement: what a site earned on delivered orders becomes its own when its cycle says so.

It answers for cycles applied to days, for runs over all sites below a master, for settlements and
the entries each is made of, and for what is frozen, waiting or owed. How often a level is paid is
decided in terms; what may be withdrawn of it is decided in withdrawals.
"""
