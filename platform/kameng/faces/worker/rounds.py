"""Going through what a sweep found: nothing keeps the rest, or the clock's other work, for long."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from typing import TypeVar

from kameng.kit.calls import CallRefused, CallUnknown

PATIENCE = 10.0
"""Seconds one sweep may take before it leaves the rest to its next round."""
_log = logging.getLogger(__name__)
Item = TypeVar("Item")


def each(items: Iterable[Item], work: Callable[[Item], object]) -> int:
    """One after the other; one that fails does not keep the rest from their turn.

    A provider that is silent costs seconds an item: after PATIENCE the rest waits for the next
    round, so that the clock's other work has its turn. A provider that does not answer is told in
    one line: it is no fault of ours, and nothing to search for in our code.
    """
    done, until = 0, time.monotonic() + PATIENCE
    for item in items:
        if time.monotonic() > until:
            break
        try:
            work(item)
            done += 1
        except (CallRefused, CallUnknown) as refused:
            why = " ".join(str(refused).split())
            _log.warning("sweep: %r waits for the next round: %s", item, why)
        except Exception:  # noqa: BLE001 - the rest must have their turn
            _log.exception("sweep: %r failed", item)
    return done
