"""People who run sites: one account for all sites, grants say where and as what.

Every door here is used inside `shared()`: staff belong to no single site.
"""
