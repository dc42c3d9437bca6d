"""Counters that cost the one who counts next to nothing: kept in the process, and sent to Valkey
together, every few seconds, in one trip. What a killed process had not sent yet is lost."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Mapping

import redis

from kameng.kit import cache
from tenants.tree import Tenant

EVERY = 2.0
"""Seconds between two trips of a process."""
REST = 5.0
"""Seconds after a trip that failed in which none is tried again."""
_lock = threading.Lock()
_waiting: dict[tuple[str, int], Counter[str]] = {}
_next = 0.0


def add(
    tenant: Tenant, name: str, counts: Mapping[str, int], *, seconds: int, at_once: bool = False
) -> None:
    """Add to the named counters of a hash kept for `seconds`; sent now if `at_once`, or if it is
    time."""
    key = (cache.key(tenant, name), seconds)
    with _lock:
        _waiting.setdefault(key, Counter()).update(counts)
        due = at_once or time.monotonic() >= _next
    if due:
        send()


def send() -> None:
    """Send what waits. Counting never fails for want of a server: what cannot be sent is lost."""
    global _next
    with _lock:
        ready = dict(_waiting)
        _waiting.clear()
        _next = time.monotonic() + EVERY
    if not ready:
        return
    try:
        with cache.client().pipeline(transaction=False) as line:
            for (key, seconds), counts in ready.items():
                for field, count in counts.items():
                    line.hincrby(key, field, count)
                line.expire(key, seconds)
            line.execute()
    except redis.RedisError:
        with _lock:
            _next = time.monotonic() + REST


def read(tenant: Tenant, names: list[str]) -> list[dict[str, int]]:
    """What each named hash holds, in one trip."""
    with cache.client().pipeline(transaction=False) as line:
        for name in names:
            line.hgetall(cache.key(tenant, name))
        found = line.execute()
    return [{field.decode(): int(count) for field, count in one.items()} for one in found]
