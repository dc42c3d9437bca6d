"""Looks a site keeps for the sites below it, and what became of each it gave to one of them.

A preset is a whole look without what its maker says of itself. Pushed to a site it is a draft
there; the site decides. How a look is drawn and fitted to a site is the theme engine's business:
the edge does it and hands in the result.
"""
