"""Those who open a site below another: their application, the name they choose, the opening.

It alone among the domains knows tenants.registry. The three steps of opening a site are three
verbs, each idempotent by application; the edge (faces/frame/opening.py) binds between them.
"""
