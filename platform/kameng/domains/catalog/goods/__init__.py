"""Goods answers for the console's view of the catalogue: lists to work on, forms to fill."""
