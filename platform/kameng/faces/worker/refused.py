"""Why a command could not do its work, as one sentence for the person at the terminal.

Looked at only when something was raised: until then none of the libraries below is imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from sqlalchemy.exc import DBAPIError

_DISK_FULL = "53100"


class StartRefused(Exception):
    """Base of what the launcher itself refuses; the text is the sentence."""


def expected() -> tuple[type[Exception], ...]:
    """What may stand in the way without being a fault of ours."""
    from redis.exceptions import RedisError
    from sqlalchemy.exc import DBAPIError

    from kameng.config import BadSettings
    from kameng.kit.embedded.errors import EmbeddedError
    from kameng.kit.errors import Refusal
    from migrations.cells import NotThisCell
    from migrations.roles import NotAllowed
    from migrations.run import MigrationFailed

    ours = (StartRefused, EmbeddedError, BadSettings, NotAllowed, NotThisCell, MigrationFailed)
    return (*ours, Refusal, DBAPIError, RedisError, OSError)


def sentence(error: Exception, *, database_url: str = "", redis_url: str = "") -> str:
    """What to print for one of `expected()`; addresses are shown without their passwords."""
    from redis.exceptions import RedisError
    from sqlalchemy.exc import DBAPIError

    from kameng.kit.errors import Refusal
    from migrations.run import MigrationFailed

    if isinstance(error, DBAPIError):
        return _database(error, database_url)
    if isinstance(error, RedisError):
        return f"Valkey at {place(redis_url)} does not answer: {error}"
    if isinstance(error, MigrationFailed):
        return f"The database could not be migrated: {error}"
    if isinstance(error, Refusal):
        return f"Refused: {error}"
    return str(error)


def place(url: str) -> str:
    """Host, port and path of an address, without user and password."""
    parts = urlsplit(url)
    return f"{parts.hostname or '?'}:{parts.port or '?'}{parts.path}"


def _database(error: DBAPIError, url: str) -> str:
    if getattr(error.orig, "sqlstate", None) == _DISK_FULL:
        return "The disk of the database is full: free some space and start again."
    lines = str(error.orig).strip().splitlines() or ["it gave no reason"]
    return f"The database at {place(url)} said: {lines[0].strip()}"
