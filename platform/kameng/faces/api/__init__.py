"""Machines that talk to us: programs with a key of a site, and providers that notify."""
