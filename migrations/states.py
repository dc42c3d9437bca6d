"""What is known of every schema's migration: the rows of shared.tenant_schema_state.

Every function takes a line of the owner's in autocommit; what is written is committed at once,
unless the caller has begun a transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg

from migrations import rings
from tenants.schemas import pipelined

Line = psycopg.Connection[Any]
FAR = timedelta(minutes=5)
"""A turn further away than any pause was set by a clock that has since been put back."""
_STATE = "shared.tenant_schema_state"
_PLAN = (
    "WITH behind AS (SELECT s.schema_name, CASE"
    f" WHEN s.ring = {rings.CANARY} THEN {rings.CANARY}"
    f" WHEN p.schema_name IS NOT NULL THEN {rings.SPARES} ELSE {rings.REST} END AS ring"
    f" FROM {_STATE} s LEFT JOIN shared.schema_pool p ON p.schema_name = s.schema_name"
    " WHERE s.revision < %(target)s AND s.target <> %(target)s AND s.state <> 'held'),"
    " shuffled AS (SELECT schema_name, ring, row_number() OVER (PARTITION BY ring"
    " ORDER BY md5(schema_name || %(target)s)) AS place, count(*) OVER (PARTITION BY ring) AS size"
    " FROM behind)"
    f" UPDATE {_STATE} s SET target = %(target)s, state = 'waiting', attempts = 0,"
    " last_error = NULL, not_before = %(now)s, updated_at = %(now)s, ring = CASE"
    f" WHEN f.ring = {rings.REST} AND (f.place - 1) * {rings.EARLY_PART} < f.size"
    f" THEN {rings.EARLY} ELSE f.ring END"
    " FROM shuffled f WHERE s.schema_name = f.schema_name"
)
_CLAIM = (
    "SELECT schema_name, revision, attempts, to_regnamespace(schema_name) IS NOT NULL"
    f" FROM {_STATE} WHERE state = 'waiting' AND ring = %(ring)s AND target = %(target)s"
    " AND (not_before <= %(now)s OR not_before > %(far)s)"
    " ORDER BY schema_name LIMIT 1 FOR UPDATE SKIP LOCKED"
)
_LIMITS = ("BEGIN", "SET LOCAL lock_timeout = '2s'", "SET LOCAL statement_timeout = '60s'")
_MOVED = (
    f"WITH moved AS (UPDATE {_STATE} SET revision = CAST(%(to)s AS text), updated_at = %(now)s,"
    " last_error = NULL,"
    " state = CASE WHEN target = CAST(%(to)s AS text) THEN 'ok' ELSE 'waiting' END"
    " WHERE schema_name = %(name)s AND revision = %(old)s RETURNING schema_name)"
    " UPDATE shared.schema_pool p SET revision = CAST(%(to)s AS text) FROM moved"
    " WHERE p.schema_name = moved.schema_name"
)
_MISSED = (
    f"UPDATE {_STATE} SET attempts = attempts + 1, last_error = %(error)s, not_before = %(again)s,"
    " updated_at = %(now)s, state = CASE WHEN %(final)s THEN 'failed' ELSE 'waiting' END"
    " WHERE schema_name = %(name)s AND revision = %(old)s AND state = 'waiting'"
)
_COUNTED = (
    "SELECT ring, count(*) FILTER (WHERE state = 'ok'), count(*) FILTER (WHERE state = 'waiting'),"
    " count(*) FILTER (WHERE state = 'failed'), count(*) FILTER (WHERE state = 'held')"
    f" FROM {_STATE} WHERE target = %(target)s GROUP BY ring ORDER BY ring"
)
_FAILED = (
    "SELECT s.schema_name, coalesce(t.slug, ''), s.revision, s.attempts,"
    f" coalesce(s.last_error, '') FROM {_STATE} s"
    " LEFT JOIN shared.tenant t ON t.schema_name = s.schema_name"
    " WHERE s.state = 'failed' ORDER BY s.ring, s.schema_name"
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A schema whose row this transaction holds; `exists` is False if somebody dropped it."""

    name: str
    revision: str
    attempts: int
    exists: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """How far one ring is."""

    ring: int
    done: int
    waiting: int
    failed: int
    held: int

    @property
    def size(self) -> int:
        return self.done + self.waiting + self.failed


@dataclass(frozen=True, slots=True)
class Failure:
    """A schema that could not be moved; `slug` is empty for a spare."""

    schema: str
    slug: str
    revision: str
    attempts: int
    error: str


def plan(line: Line, target: str, *, now: datetime) -> int:
    """Send every schema below `target` on its way, in its ring; how many were sent.

    What was sent there before, or is held by an operator, stays as it is.
    """
    return line.execute(_PLAN, {"target": target, "now": now}).rowcount


def claim(line: Line, ring: int, target: str, now: datetime) -> Claimed | None:
    """Begin a transaction and hold the next waiting schema of the ring in it, if one's turn is."""
    values = {"ring": ring, "target": target, "now": now, "far": now + FAR}
    with pipelined(line):
        for statement in _LIMITS:
            line.execute(statement)
        row = line.execute(_CLAIM, values).fetchone()
    return Claimed(*row) if row else None


def moved(line: Line, claimed: Claimed, to: str, now: datetime) -> None:
    """Note the schema's new revision, in the transaction that makes it."""
    values = {"name": claimed.name, "old": claimed.revision, "to": to, "now": now}
    line.execute(_MOVED, values)


def missed(
    line: Line, claimed: Claimed, error: str, *, final: bool, wait: float, now: datetime
) -> None:
    """Note that it could not be moved: for good, or until `wait` seconds from now."""
    again = now + timedelta(seconds=wait)
    values = {"name": claimed.name, "old": claimed.revision, "error": error[:500], "now": now}
    line.execute(_MISSED, {**values, "final": final, "again": again})


def counted(line: Line, target: str) -> list[Counted]:
    """Every ring of the change to `target`, in order."""
    return [Counted(*row) for row in line.execute(_COUNTED, {"target": target})]


def ring_counted(line: Line, target: str, ring: int) -> Counted:
    """One ring of it."""
    every = {one.ring: one for one in counted(line, target)}
    return every.get(ring, Counted(ring, 0, 0, 0, 0))


def failures(line: Line) -> list[Failure]:
    """The schemas that could not be moved, with the site that lives in each."""
    return [Failure(*row) for row in line.execute(_FAILED)]


def revisions(line: Line) -> list[tuple[str, int]]:
    """How many schemas stand at each revision, the oldest first."""
    query = f"SELECT revision, count(*) FROM {_STATE} GROUP BY revision ORDER BY revision"
    return [(row[0], row[1]) for row in line.execute(query)]


def spares(line: Line) -> int:
    """How many schemas wait for a site."""
    row = line.execute("SELECT count(*) FROM shared.schema_pool").fetchone()
    return int(row[0]) if row else 0


def retry(line: Line, now: datetime) -> int:
    """Give what failed, and what was held, another turn; how many."""
    query = (
        f"UPDATE {_STATE} SET attempts = 0, last_error = NULL, not_before = %(now)s,"
        " updated_at = %(now)s, state = CASE WHEN revision < target THEN 'waiting' ELSE 'ok' END"
        " WHERE state IN ('failed', 'held')"
    )
    return line.execute(query, {"now": now}).rowcount


def hold(line: Line, slug: str, now: datetime) -> bool:
    """Leave a site out of all runs until the next retry; False if there is no such site."""
    query = (
        f"UPDATE {_STATE} SET state = 'held', updated_at = %(now)s WHERE schema_name ="
        " (SELECT schema_name FROM shared.tenant WHERE slug = %(slug)s)"
    )
    return line.execute(query, {"slug": slug, "now": now}).rowcount == 1


def canary(line: Line, slug: str, *, on: bool) -> bool:
    """Let a site go first from now on, or no longer; False if there is no such site."""
    query = (
        f"UPDATE {_STATE} SET ring = %(ring)s WHERE schema_name ="
        " (SELECT schema_name FROM shared.tenant WHERE slug = %(slug)s)"
    )
    ring = rings.CANARY if on else rings.REST
    return line.execute(query, {"slug": slug, "ring": ring}).rowcount == 1


def canaries(line: Line) -> list[str]:
    """The sites that go first."""
    query = (
        f"SELECT t.slug FROM {_STATE} s JOIN shared.tenant t ON t.schema_name = s.schema_name"
        f" WHERE s.ring = {rings.CANARY} ORDER BY t.slug"
    )
    return [row[0] for row in line.execute(query)]


def began(line: Line, target: str, now: datetime) -> None:
    """Note that a run to `target` is under way."""
    query = (
        "INSERT INTO shared.migration_run (target, began_at) VALUES (%(target)s, %(now)s)"
        " ON CONFLICT (target) DO UPDATE SET finished_at = NULL, stopped_ring = NULL"
    )
    line.execute(query, {"target": target, "now": now})


def ended(line: Line, target: str, now: datetime, stopped: int | None) -> None:
    """Note how the run ended."""
    query = (
        "UPDATE shared.migration_run SET finished_at = %(at)s, stopped_ring = %(ring)s"
        " WHERE target = %(target)s"
    )
    at = now if stopped is None else None
    line.execute(query, {"target": target, "at": at, "ring": stopped})


def finished(line: Line, target: str) -> bool:
    """Whether a run to `target` has gone through to its end."""
    query = "SELECT finished_at IS NOT NULL FROM shared.migration_run WHERE target = %(target)s"
    row = line.execute(query, {"target": target}).fetchone()
    return bool(row and row[0])
