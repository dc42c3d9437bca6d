"""Pages about disputed payments."""
