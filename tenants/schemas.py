"""Builds and drops tenant schemas, as the database's owner role and never inside a request."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from tenants.errors import TenancyError
from tenants.tree import SCHEMA

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
APP_ROLE = "kameng_app"
SPARE_RING = 0
"""The ring of a schema nobody uses yet: it is migrated before any site's."""


def new_name() -> str:
    """An opaque schema name: 't_' and 13 base32 characters of 65 random bits."""
    return "t_" + "".join(secrets.choice(ALPHABET) for _ in range(13))


def quoted(name: str) -> str:
    """The name as SQL writes it; anything that is not a tenant schema's name is refused."""
    if not SCHEMA.match(name):
        raise TenancyError(f"not a tenant schema name: {name!r}")
    return f'"{name}"'


def send(connection: Connection, statements: Iterable[str]) -> None:
    """Send many statements and wait once: one protocol message each, as Citus wants it.

    Raises DBAPIError with the first statement's refusal; those after it were not run.
    """
    raw = connection.connection.dbapi_connection
    if not isinstance(raw, psycopg.Connection):
        raise TenancyError("the connection is closed")
    try:
        with pipelined(raw):
            for statement in statements:
                raw.execute(statement)
    except psycopg.Error as error:
        raise DBAPIError(None, None, error) from error


@contextmanager
def pipelined(line: psycopg.Connection[Any]) -> Iterator[None]:
    """What is executed inside is waited for once, at the end; raises the first refusal only."""
    first: psycopg.Error | None = None
    try:
        with line.pipeline():
            try:
                yield
            except psycopg.Error as error:
                first = error
    except psycopg.Error as error:
        first = first or error
    if first is not None:
        raise first


def build(
    connection: Connection, statements: Sequence[str], *, revision: str, now: datetime
) -> str:
    """Create one schema from the tenant script and put it into the pool; returns its name.

    `connection` is the owner's, inside a transaction that the caller commits.
    """
    name = new_name()
    send(connection, (*opening(name), *statements))
    register(connection, name, revision=revision, now=now)
    return name


def opening(name: str) -> tuple[str, ...]:
    """What makes an empty schema whose tables, once made, the application may use."""
    schema = quoted(name)
    return (
        f"CREATE SCHEMA {schema}",
        f"GRANT USAGE ON SCHEMA {schema} TO {APP_ROLE}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} "
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP_ROLE}",
        f"SET LOCAL search_path = {schema}, shared, pg_temp",
    )


def register(connection: Connection, name: str, *, revision: str, now: datetime) -> None:
    """Note a schema that was built at `revision`, and let it wait in the pool."""
    values = {"name": name, "revision": revision, "now": now, "ring": SPARE_RING}
    connection.execute(
        text(
            "WITH noted AS (INSERT INTO shared.tenant_schema_state (schema_name, revision,"
            " target, state, ring, attempts, not_before, updated_at)"
            " VALUES (:name, :revision, :revision, 'ok', :ring, 0, :now, :now)"
            " RETURNING schema_name, revision)"
            " INSERT INTO shared.schema_pool (schema_name, revision, built_at)"
            " SELECT schema_name, revision, CAST(:now AS timestamptz) FROM noted"
        ),
        values,
    )


def drop(connection: Connection, name: str) -> None:
    """Drop a schema with everything in it; the caller has archived what must be kept."""
    connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {quoted(name)} CASCADE")
