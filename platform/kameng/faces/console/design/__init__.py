"""装修: what a site looks like. Its pictures first; articles, menus and pages beside them."""
