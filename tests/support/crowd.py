"""Thousands of cheap sites, and threads that run through them all, some of them into errors.

A cheap site is a schema with its one row that says whose it is, and an id no other site has: what
routing must keep apart, without the tables it need not count.
"""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from kameng.kit import clock
from tenants import schemas
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant

KIND = "crowd"
FAILING = 5
"""Every fifth transaction ends badly."""
LOOKING = 7
"""So many visits apart, a thread looks something up in the shared schema in between."""
_ids = itertools.count(7_000_000_000)
_SITE = (
    'CREATE SCHEMA "{name}" CREATE TABLE schema_info (tenant_id bigint, claimed_at timestamptz);'
    'GRANT USAGE ON SCHEMA "{name}" TO kameng_app;'
    'GRANT SELECT, UPDATE ON "{name}".schema_info TO kameng_app;'
    'INSERT INTO "{name}".schema_info VALUES ({id})'
)
_SEEN = text(
    "SELECT i.tenant_id, current_setting('app.tenant_id'), current_schema(),"
    " (SELECT count(*) FROM shared.due WHERE kind = :kind AND tenant_id <> :me) FROM schema_info i"
)
_WRITE = text(
    "WITH own AS (UPDATE schema_info SET claimed_at = :now RETURNING tenant_id)"
    " INSERT INTO shared.due SELECT tenant_id, :kind, 'visit', :now, 0 FROM own"
)


@contextmanager
def schemas_of(owner: Engine, count: int) -> Iterator[list[Tenant]]:
    """So many cheap sites, gone at the end with what they left in the shared schema."""
    made = [_site() for _ in range(count)]
    with owner.connect() as connection:
        _run(connection, [_SITE.format(name=one.schema, id=one.id) for one in made])
    try:
        yield made
    finally:
        with owner.connect() as connection:
            connection.execute(text("DELETE FROM shared.due WHERE kind = :kind"), {"kind": KIND})
            _run(connection, [f'DROP SCHEMA "{one.schema}" CASCADE' for one in made])


def _site() -> Tenant:
    number = next(_ids)
    return Tenant(number, f"c{number}", "", schemas.new_name(), (number,), "live")


def _run(connection: Connection, statements: Sequence[str]) -> None:
    raw = connection.connection.dbapi_connection
    assert raw
    raw.execute(";".join(("BEGIN", *statements, "COMMIT")))


@dataclass
class Seen:
    """What all threads together have seen and done."""

    wrong: list[str] = field(default_factory=list)
    committed: set[int] = field(default_factory=set)
    ended: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, site: Tenant, how: str) -> None:
        """How the transaction of a site ended."""
        with self.lock:
            self.ended[how] += 1
            if how == "committed":
                self.committed.add(site.id)


def visit_all(sites: Sequence[Tenant], *, threads: int = 8) -> Seen:
    """One transaction in each site, by many threads; a fifth of them fails, in three ways."""
    waiting: SimpleQueue[tuple[int, Tenant]] = SimpleQueue()
    for place in enumerate(sites):
        waiting.put(place)
    seen = Seen()
    crew = [threading.Thread(target=_work, args=(waiting, seen)) for _ in range(threads)]
    for one in crew:
        one.start()
    for one in crew:
        one.join()
    return seen


def _work(waiting: SimpleQueue[tuple[int, Tenant]], seen: Seen) -> None:
    while True:
        try:
            number, site = waiting.get_nowait()
        except Empty:
            return
        try:
            _visit(number, site, seen)
        except Exception as error:  # noqa: BLE001 - every end that was not planned is a finding
            seen.wrong.append(f"{site.slug}: {error!r}")


def _visit(number: int, site: Tenant, seen: Seen) -> None:
    if number % LOOKING == 0:
        _look(seen)
    end = ENDS[number // FAILING % len(ENDS)] if number % FAILING == 0 else _commit
    with use(site):
        values = {"me": site.id, "kind": KIND, "now": clock.now()}
        found = tuple(session.execute(_SEEN, values).one())
        if found != (site.id, str(site.id), site.schema, 0):
            seen.wrong.append(f"{site.slug} saw {found}")
        session.execute(_WRITE, values)
        seen.note(site, end())


def _look(seen: Seen) -> None:
    """The shared schema in between: no site's table may be in reach."""
    with shared():
        try:
            session.execute(text("SELECT tenant_id FROM schema_info"))
            seen.wrong.append("the shared role found a site's table")
        except ProgrammingError:
            pass


def _commit() -> str:
    session.commit()
    return "committed"


def _in_error() -> str:
    """The database refuses a statement; the rest of the transaction goes with it."""
    try:
        session.execute(text("SELECT nothing_of_the_kind"))
    except ProgrammingError:
        return "refused"
    return "not refused"


def _left() -> str:
    """The code goes away without a commit, as a view does that raises."""
    return "left"


def _cut() -> str:
    """The connection is gone in the middle."""
    try:
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    except DBAPIError:
        return "cut"
    return "not cut"


ENDS: tuple[Callable[[], str], ...] = (*(_in_error, _left) * 5, _cut)


def standing(owner: Engine, sites: Sequence[Tenant]) -> tuple[set[int], set[int]]:
    """Behind everybody's back: the sites that have a row in shared, and those whose own row was
    touched."""
    own = " UNION ALL ".join(f'SELECT * FROM "{one.schema}".schema_info' for one in sites)
    with owner.connect() as connection:
        rows = connection.execute(
            text("SELECT tenant_id FROM shared.due WHERE kind = :kind"), {"kind": KIND}
        )
        kept = set(rows.scalars())
        touched = connection.execute(
            text(f"SELECT tenant_id FROM ({own}) AS i WHERE claimed_at IS NOT NULL")
        )
        return kept, set(touched.scalars())
