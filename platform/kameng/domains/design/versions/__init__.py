"""How many old versions of a site's look are kept, and which."""
