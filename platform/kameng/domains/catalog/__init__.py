"""Catalog answers for what an alliance sells: categories, products, SKUs and listings.

Card stock lives in `catalog.stock`, spreadsheets in `catalog.imports`. A site sees the goods of
its whole chain. What anything costs a site or a shopper is not decided here (pricing), nor who
bought it (orders).
"""
