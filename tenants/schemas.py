"""Builds and drops tenant schemas, as the database's owner role and never inside a request."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, text

from tenants.errors import TenancyError
from tenants.tree import SCHEMA

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
APP_ROLE = "kameng_app"


def new_name() -> str:
    """An opaque schema name: 't_' and 13 base32 characters of 65 random bits."""
    return "t_" + "".join(secrets.choice(ALPHABET) for _ in range(13))


def build(
    connection: Connection, statements: Sequence[str], *, revision: str, now: datetime
) -> str:
    """Create one schema from the tenant script and put it into the pool; returns its name.

    `connection` is the owner's, inside a transaction that the caller commits.
    """
    name = new_name()
    connection.exec_driver_sql(f'CREATE SCHEMA "{name}"')
    connection.exec_driver_sql(f'GRANT USAGE ON SCHEMA "{name}" TO {APP_ROLE}')
    connection.exec_driver_sql(
        f'ALTER DEFAULT PRIVILEGES IN SCHEMA "{name}" '
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP_ROLE}"
    )
    connection.exec_driver_sql(f'SET LOCAL search_path = "{name}", shared, pg_temp')
    for statement in statements:
        connection.exec_driver_sql(statement)
    _register(connection, name, revision=revision, now=now)
    return name


def _register(connection: Connection, name: str, *, revision: str, now: datetime) -> None:
    values = {"name": name, "revision": revision, "now": now}
    connection.execute(
        text(
            "INSERT INTO shared.tenant_schema_state"
            " (schema_name, revision, state, attempts, updated_at)"
            " VALUES (:name, :revision, 'ok', 0, :now)"
        ),
        values,
    )
    connection.execute(
        text(
            "INSERT INTO shared.schema_pool (schema_name, revision, built_at)"
            " VALUES (:name, :revision, :now)"
        ),
        values,
    )


def drop(connection: Connection, name: str) -> None:
    """Drop a schema with everything in it; the caller has archived what must be kept."""
    if not SCHEMA.match(name):
        raise TenancyError(f"not a tenant schema name: {name!r}")
    connection.exec_driver_sql(f'DROP SCHEMA IF EXISTS "{name}" CASCADE')
