"""What this process remembers of hosts and sites, and how a change makes every process forget.

Nothing is remembered for a length of time. A remembered site is believed only while the watch that
the edges attach (kit/broadcast.py) vouches that no change has gone unheard; otherwise each look-up
goes to the database. `changed` drops what it names in this process right after its commit and lets
the watch tell the others.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import event
from sqlalchemy.orm import Session

from tenants.database import session
from tenants.tree import Tenant

LASTING = ("live", "suspended", "closed")
"""States that end only by a change that is announced; what is opening or behind is looked up."""

_WAITING = "kameng_changed_sites"
Key = str | int


@dataclass(frozen=True, slots=True)
class Watch:
    """Who keeps the memory honest: the cells it vouches for now, and how others are told."""

    vouched: Callable[[], frozenset[str]] = frozenset
    announce: Callable[[Iterable[int]], None] = lambda ids: None


class _Memory:
    def __init__(self) -> None:
        self.kept: dict[Key, Tenant] = {}
        self.generation = 0
        self.lock = threading.Lock()

    def keep(self, key: Key, found: Tenant | None, *, began: int) -> None:
        """Remember an answer, unless something was forgotten after its question began."""
        with self.lock:
            if found is None or found.state not in LASTING:
                self.kept.pop(key, None)
            elif self.generation == began:
                self.kept[key] = found

    def drop(self, ids: frozenset[int]) -> None:
        with self.lock:
            self.generation += 1
            gone = [key for key, site in self.kept.items() if not ids.isdisjoint(site.chain)]
            for key in gone:
                del self.kept[key]

    def clear(self) -> None:
        with self.lock:
            self.generation += 1
            self.kept.clear()


_memory = _Memory()
_watch = Watch()


def attach(watch: Watch) -> None:
    """Let `watch` vouch for the memory and carry word of changes."""
    global _watch
    _watch = watch
    clear()


def remembered(key: Key, look_up: Callable[[], Tenant | None]) -> Tenant | None:
    """The site kept under a host or an id, or what `look_up` finds; nothing found is not kept."""
    vouched = _watch.vouched()  # before the memory is read: what arrived earlier has been applied
    known = _memory.kept.get(key)
    if known is not None and known.cell in vouched:
        return known
    began = _memory.generation
    found = look_up()
    _memory.keep(key, found, began=began)
    return found


def changed(*tenant_ids: int) -> None:
    """Say, inside the transaction that changes them, that these sites are not what they were.

    When it commits, they and all sites below them are forgotten here and everywhere else.
    """
    session().info.setdefault(_WAITING, set()).update(tenant_ids)


def drop(tenant_ids: Iterable[int]) -> None:
    """Forget these sites and everything below them, in this process."""
    _memory.drop(frozenset(tenant_ids))


def clear() -> None:
    """Forget everything, in this process."""
    _memory.clear()


@event.listens_for(Session, "after_commit")
def _tell(done: Session) -> None:
    if done.in_nested_transaction():
        return
    ids = done.info.pop(_WAITING, None)
    if ids:
        drop(ids)
        _watch.announce(sorted(ids))


@event.listens_for(Session, "after_rollback")
def _nothing_changed(gone: Session) -> None:
    if not gone.in_nested_transaction():
        gone.info.pop(_WAITING, None)


def _in_child() -> None:
    global _memory
    _memory = _Memory()


os.register_at_fork(after_in_child=_in_child)
