"""The time, read at the edges only: rules and services are told `now`."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> datetime:
    """This moment, in UTC, with its zone."""
    return datetime.now(UTC)


def steady() -> float:
    """Seconds on a clock nobody sets: for intervals within a process, never for a moment."""
    return time.monotonic()
