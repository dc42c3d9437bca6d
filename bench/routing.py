"""What it costs that a request belongs to one of many sites: five queries with and without routing.

Both sides are a SQLAlchemy session over one pooled connection of the application's role, in turns.
Without routing the connection has its path once and for all, and stays with one site.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Sequence
from uuid import uuid4

from sqlalchemy import Connection, Engine, Select, Uuid, bindparam, event, select
from sqlalchemy.orm import Session

from kameng.config import Settings
from tenants import registry
from tenants.context import use
from tenants.database import TenantModel, connect_engine, session
from tenants.tree import Tenant

QUERIES = 5


def added_ms(chosen: Settings, sites: Sequence[Tenant], requests: int) -> tuple[float, float]:
    """The median of what routing adds to a request, and of the request without it.

    The two take turns request by request, so that what else the machine does meets both alike.
    """
    queries, hosts = _queries(), [chosen.host(site.slug) for site in sites]
    engine = _unrouted(chosen, sites[0])
    for host in hosts:
        _routed(host, queries)
        _plain(engine, queries)
    drawn, plain, routed = random.Random(1), [], []
    for _ in range(requests):
        host = drawn.choice(hosts)
        plain.append(_took(lambda: _plain(engine, queries)))
        routed.append(_took(lambda: _routed(host, queries)))  # noqa: B023 - called at once
    engine.dispose()
    return statistics.median(routed) - statistics.median(plain), statistics.median(plain)


def _took(request: Callable[[], None]) -> float:
    begun = time.perf_counter()
    request()
    return (time.perf_counter() - begun) * 1000


def _queries() -> list[Select[tuple[object]]]:
    """One indexed look-up in each of five tables of a site."""
    keyed = (list(table.primary_key) for table in TenantModel.metadata.sorted_tables)
    keys = [key[0] for key in keyed if len(key) == 1 and isinstance(key[0].type, Uuid)][:QUERIES]
    if len(keys) < QUERIES:
        raise AssertionError("a site has too few tables")
    return [select(key).where(key == bindparam("wanted")) for key in keys]


def _routed(host: str, queries: Sequence[Select[tuple[object]]]) -> None:
    """As routing does it: the host leads to a site, and a transaction is opened for it."""
    site = registry.by_host(host)
    assert site is not None
    with use(site):
        for query in queries:
            session.execute(query, {"wanted": uuid4()}).first()
        session.commit()


def _plain(engine: Engine, queries: Sequence[Select[tuple[object]]]) -> None:
    with Session(engine) as own:
        for query in queries:
            own.execute(query, {"wanted": uuid4()}).first()
        own.commit()


def _unrouted(chosen: Settings, site: Tenant) -> Engine:
    engine = connect_engine(chosen.role_url("app"), pool_size=1)
    path = f'SET search_path = "{site.schema}", shared, pg_temp'

    @event.listens_for(engine, "connect")
    def stay(raw: object, _record: object) -> None:
        raw.execute(path)  # type: ignore[attr-defined]

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.connection.dbapi_connection.execute("BEGIN")  # type: ignore[union-attr]

    return engine
