"""What a site looks like: the engine that draws pages, and the gallery of themes it draws from."""
