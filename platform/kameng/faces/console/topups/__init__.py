"""Pages about money paid onto balances: the site's own, its members', and how much at once."""
