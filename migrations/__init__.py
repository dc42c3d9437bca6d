"""The database's shape, in two branches: `shared` once, `tenant` once per site."""
