"""Taking rows from the outbox, the inbox and the due table, so that each is somebody's at a time.

A claim moves the row's time into the future: a process that dies holding it only makes it late.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from tenants.context import shared
from tenants.database import session

LEASE = timedelta(seconds=15)
BACKOFF = (1, 2, 5, 15, 60, 300, 900, 3600)
SOON = 60
"""Seconds between two looks at what waits for a migration: nothing of it was tried and failed."""
WINDOW = 1000
CROWD = 20 * WINDOW
"""So much of what sites' own accounts sent is looked at, to find a few of each: their owners sign
what they like, and send as much of it as they like."""
OUT_OF_REACH = timedelta(seconds=2 * BACKOFF[-1])
"""Nothing waits longer than this by its own tries."""

_EVENTS = text(
    "WITH waiting AS (SELECT id, tenant_id, not_before FROM shared.outbox"
    " WHERE done_at IS NULL AND not_before <= :now ORDER BY not_before, id LIMIT :window),"
    " fair AS (SELECT id, row_number() OVER (PARTITION BY tenant_id ORDER BY not_before, id)"
    " AS turn FROM waiting),"
    " mine AS (SELECT o.id FROM shared.outbox o JOIN fair f ON f.id = o.id"
    " WHERE o.done_at IS NULL AND o.not_before <= :now ORDER BY f.turn, o.id LIMIT :limit"
    " FOR UPDATE OF o SKIP LOCKED)"
    " UPDATE shared.outbox o SET not_before = :leased, attempts = o.attempts + 1"
    " FROM mine WHERE o.id = mine.id"
    " RETURNING o.id, o.tenant_id, o.name, o.payload, o.attempts"
)
_NOTICES = text(
    "WITH waiting AS ((SELECT id, provider, not_before FROM shared.inbox"
    " WHERE state = 'new' AND not_before <= :now AND strpos(provider, ':') = 0"
    " ORDER BY not_before, id LIMIT :window) UNION ALL"
    " (SELECT id, provider, not_before FROM shared.inbox"
    " WHERE state = 'new' AND not_before <= :now AND strpos(provider, ':') > 0"
    " ORDER BY not_before, id LIMIT :crowd)),"
    " fair AS (SELECT id, strpos(provider, ':') > 0 AS own, hashtext(provider || :luck) AS luck,"
    " row_number() OVER (PARTITION BY provider ORDER BY not_before, id) AS turn FROM waiting),"
    " mine AS (SELECT i.id FROM shared.inbox i JOIN fair f ON f.id = i.id"
    " WHERE i.state = 'new' AND i.not_before <= :now ORDER BY f.turn, f.own, f.luck LIMIT :limit"
    " FOR UPDATE OF i SKIP LOCKED)"
    " UPDATE shared.inbox i SET not_before = :leased, attempts = i.attempts + 1"
    " FROM mine WHERE i.id = mine.id RETURNING i.id, i.provider, i.raw, i.attempts"
)
_DUE = text(
    "WITH mine AS (SELECT tenant_id, kind, key FROM shared.due WHERE at <= :now"
    " ORDER BY at LIMIT :limit FOR UPDATE SKIP LOCKED)"
    " UPDATE shared.due d SET at = :leased, attempts = d.attempts + 1 FROM mine"
    " WHERE d.tenant_id = mine.tenant_id AND d.kind = mine.kind AND d.key = mine.key"
    " RETURNING d.tenant_id, d.kind, d.key, d.at, d.attempts"
)


@dataclass(frozen=True, slots=True)
class Announced:
    """An event of the outbox."""

    id: UUID
    tenant_id: int
    name: str
    payload: dict[str, Any]
    attempts: int


@dataclass(frozen=True, slots=True)
class Received:
    """A notification of the inbox."""

    id: UUID
    provider: str
    raw: bytes
    attempts: int


@dataclass(frozen=True, slots=True)
class Due:
    """Something whose time has come; `at` is the time its claim ends."""

    tenant_id: int
    kind: str
    key: str
    at: datetime
    attempts: int


def events(now: datetime, *, limit: int, lease: timedelta = LEASE) -> list[Announced]:
    """Claim waiting events, a few of every site before many of one."""
    values = {"now": now, "leased": now + lease, "limit": limit, "window": WINDOW}
    claimed = [Announced(*row) for row in _claimed(_EVENTS, values)]
    return sorted(claimed, key=lambda one: one.id)


def notices(now: datetime, *, limit: int, lease: timedelta = LEASE) -> list[Received]:
    """Claim waiting notifications, one of every account before a second of any, and the master's
    first."""
    values = {"now": now, "leased": now + lease, "limit": limit, "window": WINDOW, "crowd": CROWD}
    values["luck"] = now.isoformat()
    return [Received(row[0], row[1], bytes(row[2]), row[3]) for row in _claimed(_NOTICES, values)]


def due(now: datetime, *, limit: int, lease: timedelta = LEASE) -> list[Due]:
    """Claim what is due."""
    values = {"now": now, "leased": now + lease, "limit": limit}
    return [Due(*row) for row in _claimed(_DUE, values)]


def events_done(done: Iterable[UUID], now: datetime) -> None:
    """All reactions to these events have run."""
    _changed(
        "UPDATE shared.outbox SET done_at = :now, last_error = NULL WHERE id = ANY(:ids)",
        {"ids": list(done), "now": now},
    )


def event_failed(
    event: Announced, error: str, now: datetime, *, at_most: int = BACKOFF[-1]
) -> None:
    """Try this event again later."""
    _changed(
        "UPDATE shared.outbox SET not_before = :at, last_error = :error WHERE id = :id",
        {"id": event.id, "at": later(event.attempts, now, at_most), "error": error[:500]},
    )


def notice_done(notice: Received, state: str, reason: str | None) -> None:
    """The notification has been understood: 'done' or 'quarantined'."""
    _changed(
        "UPDATE shared.inbox SET state = :state, reason = :reason WHERE id = :id",
        {"id": notice.id, "state": state, "reason": reason},
    )


def notice_failed(notice: Received, error: str, now: datetime) -> None:
    """Look at this notification again later."""
    _changed(
        "UPDATE shared.inbox SET not_before = :at, reason = :error WHERE id = :id",
        {"id": notice.id, "at": later(notice.attempts, now), "error": error[:500]},
    )


def due_failed(one: Due, now: datetime, *, at_most: int = BACKOFF[-1]) -> None:
    """Let it be due again later, unless it was given another time meanwhile."""
    _changed(
        "UPDATE shared.due SET at = :at WHERE tenant_id = :tenant AND kind = :kind"
        " AND key = :key AND at = :leased",
        {
            "at": later(one.attempts, now, at_most),
            "tenant": one.tenant_id,
            "kind": one.kind,
            "key": one.key,
            "leased": one.at,
        },
    )


def forget_done(now: datetime) -> None:
    """Events, and what ran for them, are kept for a while and then dropped."""
    _changed("DELETE FROM shared.outbox WHERE done_at < :at", {"at": now - timedelta(days=7)})
    _changed(
        "DELETE FROM shared.reaction_done WHERE done_at < :at", {"at": now - timedelta(days=30)}
    )
    _changed("DELETE FROM shared.registry_change WHERE at < :at", {"at": now - timedelta(days=1)})


def bring_back(now: datetime) -> None:
    """What waits for a time that no delay reaches was written by a clock that was wrong: it would
    wait until the right one got there. It is taken up now."""
    far = {"now": now, "far": now + OUT_OF_REACH}
    _changed(
        "UPDATE shared.outbox SET not_before = :now WHERE done_at IS NULL AND not_before > :far",
        far,
    )
    _changed(
        "UPDATE shared.inbox SET not_before = :now WHERE state = 'new' AND not_before > :far", far
    )


def later(attempts: int, now: datetime, at_most: int = BACKOFF[-1]) -> datetime:
    """When to try again after so many tries, in `at_most` so many seconds."""
    return now + timedelta(seconds=min(BACKOFF[min(attempts, len(BACKOFF)) - 1], at_most))


def _claimed(statement: Any, values: dict[str, Any]) -> Sequence[Any]:
    with shared("relay"):
        rows = session.execute(statement, values).all()
        session.commit()
    return rows


def _changed(statement: str, values: dict[str, Any]) -> None:
    with shared("relay"):
        session.execute(text(statement), values)
        session.commit()
