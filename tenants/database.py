"""One engine per cell and database role, and the hook that opens every transaction for one tenant.

tenancy.md §2: the driver stays in autocommit and each transaction begins with one packet,
`BEGIN; SET LOCAL search_path …`. Nothing outlives its transaction, so the pooled connection
carries nothing to the next tenant, behind a transaction pooler too.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import psycopg
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, Engine, MetaData, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase

from tenants import context
from tenants.context import Binding
from tenants.errors import NoTenant, TenancyError
from tenants.tree import MAIN, SCHEMA

CONNECT_SECONDS = 10
"""How long a database that does not answer is waited for."""
ROLES = ("app", "app_shared", "relay")
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class _Base(DeclarativeBase):
    pass


class _Session(FlaskSession):
    """Picks the engine by the binding in force; model bind keys are never used."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine:
        return engines.of(context.binding())


class Engines:
    """The engines of this process, one per cell and role, made on first use."""

    def __init__(self) -> None:
        self._urls: dict[str, dict[str, str]] = {}
        self._made: dict[tuple[str, str], Engine] = {}
        self._lock = threading.Lock()
        self.pool_size = 5

    def configure(
        self,
        urls: Mapping[str, str],
        *,
        pool_size: int = 5,
        cells: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        """Set the URL of each role, in the main cell and in each other one; engines made before
        are closed."""
        self.dispose()
        self._urls = {MAIN: dict(urls)}
        self._urls |= {name: dict(given) for name, given in (cells or {}).items()}
        self.pool_size = pool_size

    def cells(self) -> tuple[str, ...]:
        """The cells of this deployment, main first."""
        return tuple(self._urls)

    def of(self, binding: Binding) -> Engine:
        return self.named(binding.role, binding.cell)

    def named(self, role: str, cell: str = MAIN) -> Engine:
        made = self._made.get((cell, role))
        if made is None:
            with self._lock:
                made = self._made.get((cell, role)) or self._make(cell, role)
                self._made[cell, role] = made
        return made

    def address(self, cell: str, role: str) -> str:
        """Where this role signs in to this cell."""
        try:
            return self._urls[cell][role]
        except KeyError:
            raise TenancyError(
                f"no database address for role {role!r} of cell {cell!r}: call configure() first"
            ) from None

    def _make(self, cell: str, role: str) -> Engine:
        engine = connect_engine(self.address(cell, role), pool_size=self.pool_size)
        event.listen(engine, "begin", _open_transaction)
        return engine

    def dispose(self) -> None:
        for engine in self._made.values():
            engine.dispose()
        self._made.clear()


def connect_engine(url: str, *, pool_size: int = 5) -> Engine:
    """An engine with the driver in autocommit and server-side prepared statements off.

    Errors name the statement and never its values: they end in logs, and values are contacts."""
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        connect_args={
            "autocommit": True,
            "prepare_threshold": None,
            "connect_timeout": CONNECT_SECONDS,
        },
        pool_reset_on_return="rollback",
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_recycle=1200,
        pool_use_lifo=True,
        use_native_hstore=False,
        hide_parameters=True,
    )


def opening_packet(binding: Binding) -> str:
    """The statements that open a transaction for `binding`, as one simple query."""
    if binding.tenant is None:
        return "BEGIN; SET LOCAL search_path = shared, pg_temp"
    tenant = binding.tenant
    if not SCHEMA.match(tenant.schema):
        raise TenancyError(f"not a tenant schema name: {tenant.schema!r}")
    chain = ",".join(str(int(step)) for step in tenant.chain)
    return (
        f'BEGIN; SET LOCAL search_path = "{tenant.schema}", shared, pg_temp; '
        f"SET LOCAL app.tenant_id = '{int(tenant.id)}'; SET LOCAL app.chain = '{{{chain}}}'"
    )


def _open_transaction(connection: Connection) -> None:
    """Send the opening packet; refuse before anything is sent when nothing is bound.

    A pooled connection whose server has gone meanwhile is replaced once: nothing was sent on it.
    """
    packet = opening_packet(context.binding())
    try:
        _send(connection, packet)
    except psycopg.OperationalError as gone:
        connection.invalidate(gone)
        try:
            _send(connection, packet)
        except psycopg.Error as error:
            raise OperationalError("BEGIN", None, error) from error


def _send(connection: Connection, packet: str) -> None:
    raw = connection.connection.dbapi_connection
    if raw is None:
        raise NoTenant("the connection is closed")
    raw.execute(packet)


engines = Engines()
db = SQLAlchemy(
    model_class=_Base,
    session_options={
        "class_": _Session,
        "scopefunc": context.scope,
        "expire_on_commit": False,
        "autoflush": False,
    },
    disable_autonaming=True,
)
session = db.session


class SharedModel(db.Model):  # type: ignore[name-defined]
    """A table of the shared schema; every row that belongs to a site names its tenant."""

    __abstract__ = True
    metadata = MetaData(schema="shared", naming_convention=NAMING)


class TenantModel(db.Model):  # type: ignore[name-defined]
    """A table of a tenant's own schema; found through search_path, never by name."""

    __abstract__ = True
    metadata = MetaData(naming_convention=NAMING)


def in_transaction() -> bool:
    """Whether the session of the binding in force has an open transaction."""
    made = session.registry.has()
    return bool(made and session.registry().in_transaction())


def commit_bound() -> None:
    """Commit the work of the binding in force, if anything is bound; the edges call this once."""
    if context.anything_bound():
        session.commit()


def one_moment() -> None:
    """Let the transaction that begins now see one moment of the database, whatever is committed
    meanwhile, and change nothing. The first thing to be said in it."""
    session.connection().exec_driver_sql(
        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
    )


def close_session() -> None:
    """Roll back and forget the session of the binding in force."""
    session.remove()


context.attach(context.Sessions(in_transaction, close_session))
