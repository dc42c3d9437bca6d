"""Mark-up templates: made, tried on goods of every kind, changed and taken away again."""
