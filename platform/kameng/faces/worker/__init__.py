"""The processes behind the web: launcher, queue, relay and clock."""
