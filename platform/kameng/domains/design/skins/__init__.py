"""Skins for a while: a look that comes and goes by the clock, as for a festival.

Answers for when a revision goes live and what comes back afterwards; what a revision looks like is
the room above's."""
