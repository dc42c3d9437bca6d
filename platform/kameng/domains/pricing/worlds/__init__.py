"""All that decides the prices of a tree of sites, at once, and the same with some of it changed."""
