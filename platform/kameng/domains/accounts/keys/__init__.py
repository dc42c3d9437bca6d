"""API keys of a site: what programs show instead of signing in, and what they may do with it."""
