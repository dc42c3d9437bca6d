"""Brings a database to the head of both branches, and keeps the pool of spare schemas filled."""

from __future__ import annotations

import functools
import io
import logging
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from migrations import roles
from tenants import schemas
from tenants.database import connect_engine

HERE = Path(__file__).parent
SPARES = 20
_log = logging.getLogger(__name__)


class MigrationFailed(Exception):
    """A step of a migration was refused by the database; what was done before it stands."""


def config(**attributes: object) -> Config:
    """Alembic's settings, made here so that no .ini file is needed."""
    made = Config()
    made.set_main_option("script_location", str(HERE))
    made.set_main_option("path_separator", "newline")
    made.set_main_option("version_locations", f"{HERE / 'shared'}\n{HERE / 'tenant'}")
    made.attributes.update(attributes)
    return made


def head(branch: str) -> str:
    """The newest revision of 'shared' or 'tenant'."""
    found = ScriptDirectory.from_config(config()).get_revision(f"{branch}@head")
    if found is None:
        raise MigrationFailed(f"no revisions of branch {branch!r}")
    return found.revision


def to_head(
    admin_url: str, passwords: dict[str, str], *, spares: int = SPARES, now: datetime
) -> None:
    """Roles, shared schema, every tenant schema and the pool, each brought to today's shape.

    `passwords` maps each database role's name to its password. Safe to run again at any point.
    """
    admin = connect_engine(admin_url, pool_size=1)
    try:
        roles.ensure(admin, passwords)
    finally:
        admin.dispose()
    owner = connect_engine(roles.as_role(admin_url, roles.OWNER, passwords), pool_size=1)
    try:
        _upgrade_shared(owner)
        migrate_tenants(owner, now=now)
        fill_pool(owner, spares=spares, now=now)
    finally:
        owner.dispose()


def _upgrade_shared(owner: Engine) -> None:
    with owner.connect() as connection, Transaction(connection):
        connection.exec_driver_sql("SET LOCAL search_path = shared, pg_temp")
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(20261121)")
        command.upgrade(config(connection=connection), "shared@head")


class Transaction:
    """BEGIN and COMMIT by hand, because the driver is in autocommit."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def __enter__(self) -> None:
        self.connection.exec_driver_sql("BEGIN")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.connection.exec_driver_sql("ROLLBACK" if kind else "COMMIT")


@functools.cache
def tenant_script(start: str = "base", end: str = "head") -> tuple[str, ...]:
    """The tenant branch from `start` to `end` as single statements, without Alembic's own table."""
    buffer = io.StringIO()
    target = end if end != "head" else head("tenant")
    command.upgrade(config(buffer=buffer), f"{start}:{target}", sql=True)
    statements = re.split(r";\s*\n", buffer.getvalue())
    cleaned = ("\n".join(_without_comments(part)).strip() for part in statements)
    return tuple(part for part in cleaned if part and not _alembics_own(part))


def _without_comments(statement: str) -> list[str]:
    return [line for line in statement.splitlines() if not line.lstrip().startswith("-- ")]


def _alembics_own(statement: str) -> bool:
    return "alembic_version" in statement or statement.rstrip(";") in ("BEGIN", "COMMIT")


def fill_pool(
    owner: Engine,
    *,
    spares: int,
    now: datetime,
    built: Callable[[int, int], None] | None = None,
) -> int:
    """Build schemas, one transaction each, until `spares` wait; returns how many were built."""
    revision, made = head("tenant"), 0
    script = tenant_script()
    with owner.connect() as connection:
        missing = spares - _waiting(connection, revision)
        for number in range(max(0, missing)):
            with Transaction(connection):
                schemas.build(connection, script, revision=revision, now=now)
            made += 1
            if built:
                built(number + 1, missing)
    return made


def _waiting(connection: Connection, revision: str) -> int:
    count = text("SELECT count(*) FROM shared.schema_pool WHERE revision = :revision")
    return int(connection.execute(count, {"revision": revision}).scalar_one())


def migrate_tenants(owner: Engine, *, now: datetime) -> int:
    """Bring every schema that is behind to the head, one transaction each; resumable.

    The DDL and the revision commit together, so a kill at any point leaves whole schemas.
    """
    target, done = head("tenant"), 0
    with owner.connect() as connection:
        for name, revision in _behind(connection, target):
            with Transaction(connection):
                _migrate_one(connection, name, revision, target, now)
            done += 1
    return done


def _behind(connection: Connection, target: str) -> list[tuple[str, str]]:
    query = text(
        "SELECT schema_name, revision FROM shared.tenant_schema_state"
        " WHERE revision <> :target ORDER BY schema_name"
    )
    return [(row[0], row[1]) for row in connection.execute(query, {"target": target})]


def _migrate_one(
    connection: Connection, name: str, revision: str, target: str, now: datetime
) -> None:
    connection.exec_driver_sql("SET LOCAL lock_timeout = '2s'")
    connection.exec_driver_sql(f'SET LOCAL search_path = "{name}", shared, pg_temp')
    for statement in tenant_script(revision, target):
        connection.exec_driver_sql(statement)
    values = {"name": name, "old": revision, "new": target, "now": now}
    moved = connection.execute(
        text(
            "UPDATE shared.tenant_schema_state SET revision = :new, state = 'ok',"
            " updated_at = :now WHERE schema_name = :name AND revision = :old"
        ),
        values,
    )
    if moved.rowcount != 1:
        raise MigrationFailed(f"{name} is being migrated by somebody else")
    connection.execute(
        text("UPDATE shared.schema_pool SET revision = :new WHERE schema_name = :name"), values
    )
