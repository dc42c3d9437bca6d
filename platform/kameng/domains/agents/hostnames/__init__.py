"""Own domains of sites: claims, their proof by DNS or by file, which one a site is known by.

Every verb runs bound to the site. What must be asked outside is a Call, between two commits. Only
a proven host leads to its site (tenants.hostnames); a claim alone leads nowhere and blocks nobody.
"""
