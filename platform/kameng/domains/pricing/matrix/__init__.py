"""The whole price matrix of a site as a spreadsheet: every SKU for shoppers and for each level of
sub-sites, going out, coming back, looked at, and committed as one change."""
