"""Tiers of members: a site's own names for shoppers it prices apart, given by hand."""
