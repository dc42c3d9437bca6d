"""PostgreSQL and Valkey from wheels, so that a clone runs with nothing installed beside Python.

Doors: `postgres.start(folder)` and `valkey.start(folder)`, and the named errors in `errors`.
Everything a server needs, and everything it keeps, lies in the folder it was given.
"""
