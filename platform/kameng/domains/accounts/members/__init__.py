"""Registered shoppers of one site: e-mail or phone and a password, in the site's own schema."""
