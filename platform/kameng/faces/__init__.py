"""Who we talk to: the only rooms that know Flask."""
