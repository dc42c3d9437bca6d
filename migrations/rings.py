"""Who goes first when all sites are changed, and when to stop: pure decisions on numbers."""

from __future__ import annotations

SPARES, CANARY, EARLY, REST = RINGS = (0, 1, 2, 3)
"""Schemas nobody uses, the sites chosen to go first, five in a hundred, all others."""

TRIED_OUT = frozenset({SPARES, CANARY})
EARLY_PART = 20
ATTEMPTS = 5


def allowed(ring: int, size: int) -> int:
    """How many failures a ring of `size` schemas may have and go on: one in a hundred, at least
    one; none where a failure costs little and says much."""
    if ring in TRIED_OUT:
        return 0
    return max(1, size // 100) if size > 1 else 0


def stops(ring: int, size: int, failed: int) -> bool:
    """Whether so many failures end the run."""
    return failed > allowed(ring, size)


def pause(attempt: int, spread: float) -> float:
    """Seconds until a schema that could not be had is tried again; `spread` from 0 to 1."""
    return min(8.0, 0.25 * 2.0**attempt) * (0.5 + spread)


def workers(asked: int | None, processors: int) -> int:
    """How many go at once: every change of a schema makes all connections look it up anew."""
    most = max(2, processors * 2)
    return min(max(1, asked or processors), most)
