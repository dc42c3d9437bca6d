"""Keeps schemas ready for sites to come, so that opening one is a claim and not a construction.

A thread of the clock for every cell, so that no sweep waits for a building. It works half the
time at most: after each schema it rests as long as that one took. A schema is built in one
transaction, so a builder that is killed leaves nothing half.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from kameng.config import settings
from kameng.faces.frame import opening
from kameng.kit import clock, wake
from migrations import run, runner, scripts
from migrations.scripts import MigrationFailed
from tenants import pool, schemas
from tenants.context import at, shared
from tenants.database import connect_engine

if TYPE_CHECKING:
    from datetime import datetime

    from tenants.pool import Pool

POLL, PAUSE, IDLE = 1.0, 5.0, 60.0
"""Seconds between two looks: at a full pool, after trouble, and where no more may be built."""
DISK_FULL = "53100"
_ONE_AT_A_TIME = text("SELECT pg_try_advisory_xact_lock(20261122)")
_log = logging.getLogger(__name__)


class Builder:
    """The builder of one cell."""

    def __init__(self, cell: str, stopping: threading.Event) -> None:
        self.cell, self.stopping = cell, stopping
        self.took = 0.0
        self.trouble = ""
        self.owner: Engine | None = None

    def run(self) -> None:
        """Build what is missing until told to stop."""
        called = wake.Listener(wake.SPARES)
        with at(self.cell):
            while not self.stopping.is_set():
                rest = self.turn(clock.now())
                if rest == POLL:
                    called.wait(rest)
                else:
                    self.stopping.wait(rest)
        self.let_go()

    def turn(self, now: datetime) -> float:
        """Build one schema if one is missing; seconds to rest. What goes wrong is said once."""
        try:
            with shared():
                seen = pool.look(scripts.head("tenant"))
            return self._done(seen, now)
        except (DBAPIError, psycopg.Error, MigrationFailed, OSError) as error:
            self.let_go()
            self._say(_sentence(error))
            return PAUSE

    def _done(self, seen: Pool, now: datetime) -> float:
        if seen.strays:
            url = settings().role_url("owner", self.cell)
            runner.run(url, scripts.to_newest(), now=now, workers=1)
        if seen.ready >= settings().spares:
            self._say("")
            self.let_go()
            return POLL
        if seen.is_full(settings().tenant_limit):
            self._say(f"{seen.schemas} schemas are as many as KAMENG_TENANT_LIMIT allows")
            return IDLE
        if 0 <= self._since(seen, now) < self.took:
            return self.took
        return self._build(seen, now)

    def _since(self, seen: Pool, now: datetime) -> float:
        """Seconds since this or another builder of the cell has last built."""
        return (now - seen.newest).total_seconds() if seen.newest else self.took

    def _build(self, seen: Pool, now: datetime) -> float:
        began = time.monotonic()
        if self._built(now):
            self.took = time.monotonic() - began
            self._say("")
            if seen.ready == 0:
                opening.finish_open_applications(clock.now())
        return max(self.took, 0.01)

    def _built(self, now: datetime) -> bool:
        """Build one, unless another builder is at it."""
        if self.owner is None:
            self.owner = connect_engine(settings().role_url("owner", self.cell), pool_size=1)
        script, revision = scripts.tenant_script(), scripts.head("tenant")
        with self.owner.connect() as connection, run.Transaction(connection):
            free = bool(connection.execute(_ONE_AT_A_TIME).scalar_one())
            if free:
                schemas.build(connection, script, revision=revision, now=now)
        return free

    def _say(self, trouble: str) -> None:
        if trouble == self.trouble:
            return
        self.trouble = trouble
        if trouble:
            _log.warning("no spare sites are built in cell %s: %s", self.cell, trouble)
        else:
            _log.warning("spare sites are built again in cell %s", self.cell)

    def let_go(self) -> None:
        """Close the line on which it builds; the next building opens another."""
        if self.owner is not None:
            self.owner.dispose()
            self.owner = None


def _sentence(error: Exception) -> str:
    if getattr(getattr(error, "orig", None), "sqlstate", None) == DISK_FULL:
        return "the disk of the database is full"
    if isinstance(error, OperationalError):
        return "the database does not answer"
    said = str(getattr(error, "orig", error)).strip().splitlines()
    return said[0] if said else type(error).__name__


def beside(cell: str, stopping: threading.Event) -> threading.Thread:
    """Start the builder of a cell; it ends when `stopping` is set, and sets it when it ends: a
    clock without a builder would run dry of spares and look well."""

    def run_and_tell() -> None:
        try:
            Builder(cell, stopping).run()
        finally:
            stopping.set()

    thread = threading.Thread(target=run_and_tell, name=f"builder-{cell}")
    thread.start()
    return thread
