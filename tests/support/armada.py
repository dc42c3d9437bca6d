"""A database of its own with many tiny sites, to see what a migration of all of them does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from sqlalchemy import Engine

from kameng.config import Settings
from kameng.kit import clock
from migrations import roles, run, runner, states
from migrations.moving import connect
from migrations.scripts import Change, Leg
from tenants import schemas
from tenants.database import connect_engine
from tests.support import databases

OLD, NEW = "t9001", "t9002"
TINY = "CREATE TABLE schema_info (tenant_id bigint PRIMARY KEY, claimed_at timestamptz)"
GROW = ("ALTER TABLE schema_info ADD COLUMN grown integer", "CREATE TABLE extra (id uuid)")


@dataclass
class Fleet:
    """The database, seen as the owner."""

    settings: Settings
    url: str
    owner: Engine
    line: states.Line

    def sites(self, count: int, *, prefix: str = "site", spares: int = 0) -> list[str]:
        """Tiny schemas at revision OLD, each with its site `<prefix><n>`; their names in order."""
        made = [self._tiny() for _ in range(count + spares)]
        for number, name in enumerate(made[:count]):
            self.line.execute("DELETE FROM shared.schema_pool WHERE schema_name = %s", [name])
            self.line.execute(
                "INSERT INTO shared.tenant (id, slug, name, schema_name, path, state, currency,"
                " application_id, created_at) SELECT n, %s || %s, 'x', %s,"
                " CAST(CAST(n AS text) AS shared.ltree), 'live', 'CNY', gen_random_uuid(), now()"
                " FROM nextval('shared.tenant_id_seq') AS n",
                [prefix, str(number), name],
            )
        return made[:count]

    def _tiny(self) -> str:
        name = schemas.new_name()
        with self.owner.connect() as connection, run.Transaction(connection):
            schemas.send(connection, (*schemas.opening(name), TINY))
            schemas.register(connection, name, revision=OLD, now=clock.now())
        return name

    def migrate(self, change: Change, **given: Any) -> runner.Outcome:
        """What `kameng migrate` does to the sites."""
        return runner.run(self.url, change, now=clock.now(), **given)

    def at(self, revision: str) -> set[str]:
        """The schemas that stand at `revision`."""
        query = "SELECT schema_name FROM shared.tenant_schema_state WHERE revision = %s"
        return {row[0] for row in self.line.execute(query, [revision])}

    def grown(self) -> set[str]:
        """The schemas in which the whole change can be seen."""
        query = (
            "SELECT n.nspname FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid"
            " JOIN pg_class e ON e.relnamespace = n.oid AND e.relname = 'extra'"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'grown'"
            " WHERE c.relname = 'schema_info'"
        )
        return {row[0] for row in self.line.execute(query)}

    def half_grown(self) -> set[str]:
        """The schemas in which a part of it can be seen."""
        query = (
            "SELECT n.nspname FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid"
            " LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'grown'"
            " WHERE c.relname = 'extra' OR a.attname IS NOT NULL"
        )
        return {row[0] for row in self.line.execute(query)} - self.grown()

    def empty(self) -> None:
        """Forget every site."""
        names = "SELECT schema_name FROM shared.tenant_schema_state"
        for row in self.line.execute(names).fetchall():
            self.line.execute(f"DROP SCHEMA IF EXISTS {schemas.quoted(row[0])} CASCADE")
        for table in ("tenant_schema_state", "schema_pool", "migration_run", "tenant"):
            self.line.execute(f"DELETE FROM shared.{table}")


def change(*statements: str, to: str = NEW) -> Change:
    """One leg from OLD to `to`."""
    return Change(to, lambda revision: Leg(to, statements))


@contextmanager
def afloat(settings: Settings, name: str) -> Iterator[Fleet]:
    """A migrated database `name` beside the tests' own, without any schema."""
    parts = urlsplit(settings.database_url)
    admin = urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, ""))
    with psycopg.connect(settings.database_url, autocommit=True) as line:
        line.execute(f"CREATE DATABASE {name}")
    passwords = databases.passwords(settings)
    run.to_head(admin, passwords, spares=0, now=clock.now())
    url = roles.as_role(admin, roles.OWNER, passwords)
    owner = connect_engine(url, pool_size=1)
    try:
        with connect(url) as line:
            yield Fleet(replace(settings, database_url=admin), url, owner, line)
    finally:
        owner.dispose()
