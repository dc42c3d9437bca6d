"""What each role may do: the table of permissions, the built-in roles, and a site's own ones."""
