"""Machines that talk to us: notifications today, the public API later."""
