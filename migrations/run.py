"""Brings a database to the head of both branches, and keeps the pool of spare schemas filled."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from alembic import command
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from migrations import roles, runner, scripts
from migrations.runner import Outcome, Told
from migrations.scripts import MigrationFailed, config, head, tenant_script
from tenants import schemas
from tenants.database import connect_engine

__all__ = ["MigrationFailed", "Outcome", "config", "head", "tenant_script", "to_head"]

SPARES = 20
_TRIES, _LOCKED = 5, "55P03"


def to_head(
    admin_url: str,
    passwords: dict[str, str],
    *,
    spares: int = SPARES,
    limit: int | None = None,
    now: datetime,
    workers: int | None = None,
    told: Told = lambda ring: None,
) -> Outcome:
    """Roles, shared schema, every tenant schema and the pool, each brought to today's shape.

    `passwords` maps each database role's name to its password; beyond `limit` schemas no spare is
    built. Safe to run again at any point.
    A site's schema that fails does not raise: the outcome says how many did.
    """
    admin = connect_engine(admin_url, pool_size=1)
    try:
        roles.ensure(admin, passwords)
    finally:
        admin.dispose()
    url = roles.as_role(admin_url, roles.OWNER, passwords)
    owner = connect_engine(url, pool_size=1)
    try:
        _upgrade_shared(owner)
        outcome = runner.run(url, scripts.to_newest(), now=now, workers=workers, told=told)
        if outcome.stopped is None:
            fill_pool(owner, spares=spares, limit=limit, now=now)
    finally:
        owner.dispose()
    return outcome


def _upgrade_shared(owner: Engine) -> None:
    """All or nothing; a table that is in use is waited for only a moment, then tried again."""
    for again in range(_TRIES):
        try:
            with owner.connect() as connection, Transaction(connection):
                connection.exec_driver_sql("SET LOCAL search_path = shared, pg_temp")
                connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(20261121)")
                command.upgrade(config(connection=connection), "shared@head")
            return
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", "") != _LOCKED or again == _TRIES - 1:
                raise
            time.sleep(2**again / 4)


class Transaction:
    """BEGIN and COMMIT by hand, because the driver is in autocommit."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def __enter__(self) -> None:
        self.connection.exec_driver_sql("BEGIN")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.connection.exec_driver_sql("ROLLBACK" if kind else "COMMIT")


def fill_pool(
    owner: Engine,
    *,
    spares: int,
    limit: int | None = None,
    now: datetime,
    built: Callable[[int, int], None] | None = None,
) -> int:
    """Build schemas, one transaction each, until `spares` wait; returns how many were built."""
    with owner.connect() as connection:
        room = spares if limit is None else limit - schemas_in_all(connection)
        missing = max(0, min(spares - waiting(connection), room))
        for number in range(missing):
            build_spare(connection, now=now)
            if built:
                built(number + 1, missing)
    return missing


def build_spare(connection: Connection, *, now: datetime) -> str:
    """Build one schema into the pool, whole or not at all; returns its name."""
    with Transaction(connection):
        return schemas.build(connection, tenant_script(), revision=head("tenant"), now=now)


def waiting(connection: Connection) -> int:
    """How many spares are ready at this code's revision, or one ahead of it."""
    count = text("SELECT count(*) FROM shared.schema_pool WHERE revision >= :revision")
    return int(connection.execute(count, {"revision": head("tenant")}).scalar_one())


def schemas_in_all(connection: Connection) -> int:
    """How many schemas there are, spares and sites."""
    count = text("SELECT count(*) FROM shared.tenant_schema_state")
    return int(connection.execute(count).scalar_one())


def migrate_tenants(owner: Engine, *, now: datetime, workers: int | None = None) -> Outcome:
    """Bring every schema that is behind to the head; resumable (see runner.run)."""
    url = owner.url.render_as_string(hide_password=False)
    return runner.run(url, scripts.to_newest(), now=now, workers=workers)
