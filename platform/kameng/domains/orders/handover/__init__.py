"""From paid to completed: the one place that delivers, and splits the money when it has."""
