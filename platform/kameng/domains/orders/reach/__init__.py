"""Reach answers for how far a site's balance goes: what an order usually costs the site."""
