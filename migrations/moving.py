"""One schema goes one leg of its way, in the transaction that holds its row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg
from psycopg import errors

from migrations import states
from migrations.scripts import SCHEMA, Leg, MigrationFailed
from migrations.states import Claimed, Line
from tenants import schemas

_LATER = (
    errors.LockNotAvailable,
    errors.DeadlockDetected,
    errors.SerializationFailure,
    errors.QueryCanceled,
    errors.ObjectInUse,
)
_LET_GO = "SELECT 1"
"""A plain query ends the claim's portal: the snapshot it keeps would be waited for by an index
that is built concurrently."""
_PATIENCE = "-c statement_timeout=1h -c lock_timeout=60s"


class Gone(Exception):
    """The schema of the row does not exist."""


def move(line: Line, claimed: Claimed, leg: Leg, url: str, now: datetime) -> None:
    """Go the leg and commit. On any error nothing has happened but the ROLLBACK still to come;
    of a leg outside a transaction, what it did stands and is done again next time."""
    if not claimed.exists:
        raise Gone(f"there is no schema {claimed.name}")
    if leg.outside:
        line.execute(_LET_GO)
        _outside(leg, claimed.name, url)
    path = f"SET LOCAL search_path = {schemas.quoted(claimed.name)}, shared, pg_temp"
    with schemas.pipelined(line):
        line.execute(path)
        for statement in () if leg.outside else leg.statements:
            line.execute(statement)
        states.moved(line, claimed, leg.to, now)
        line.execute("COMMIT")


def _outside(leg: Leg, name: str, url: str) -> None:
    """Run each statement by itself on a second line, while the first one holds the schema's row.

    A statement that changes rows is repeated until it finds none, so it may go in small steps.
    """
    with connect(url, options=_PATIENCE) as second:
        for statement in leg.statements:
            text = statement.replace(SCHEMA, schemas.quoted(name))
            while second.execute(text).rowcount > 0:
                pass


def connect(url: str, **settings: Any) -> Line:
    """A line in autocommit, without prepared statements."""
    plain = url.replace("postgresql+psycopg://", "postgresql://", 1)
    try:
        return psycopg.connect(plain, autocommit=True, prepare_threshold=None, **settings)
    except psycopg.OperationalError as error:
        raise MigrationFailed(f"it does not answer: {reason(error)}") from error


def again_later(error: Exception) -> bool:
    """Whether the same may go well in a moment: somebody else was in the way."""
    return isinstance(error, _LATER)


def reason(error: Exception) -> str:
    """What the database said, in one line and without the values it may have named."""
    said = error.diag.message_primary if isinstance(error, psycopg.Error) else None
    lines = (said or str(error)).strip().splitlines()
    return lines[0].strip() if lines else type(error).__name__
