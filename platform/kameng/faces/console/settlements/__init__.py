"""Pages about earnings that become due: what waits, what was settled, and the master's runs."""
