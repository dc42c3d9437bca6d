"""The page about what providers keep of payments."""
