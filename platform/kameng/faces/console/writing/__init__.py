"""What a site writes: articles, pages of its own, menus, and what it says of itself."""
