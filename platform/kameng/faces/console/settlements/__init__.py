"""Pages about settlement: what a site is given and when, each run, and the rhythm of a level."""
