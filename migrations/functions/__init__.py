"""Long SQL functions, one file per migration that made them."""
