"""That nothing moved: every row of the shared tables and of some sites' own, as one figure each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Engine, text

from tenants.tree import Tenant

BUSY = {"staff_session", "member_session", "due"}
"""Tables that go on by themselves: who is signed in, what the clock will do."""
_TABLES = text(
    "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
    " WHERE schemaname = ANY (:schemas) AND NOT tablename = ANY (:busy)"
)
_FIGURES = (
    "SELECT '{0}', count(*), coalesce(sum(hashtextextended(row_::text, 0)), 0)::text FROM {0} row_"
)


@contextmanager
def nothing_moves(owner: Engine, sites: Sequence[Tenant]) -> Iterator[None]:
    """No row of any table comes, goes or changes inside the block; names the tables if one does."""
    before = rows(owner, sites)
    yield
    after = rows(owner, sites)
    assert {name for name in after if after[name] != before.get(name)} == set()


def rows(owner: Engine, sites: Sequence[Tenant]) -> dict[str, tuple[int, str]]:
    """How many rows each table has, and the sum of their hashes."""
    schemas = ["shared", *(site.schema for site in sites)]
    with owner.connect() as line:
        tables = line.scalars(_TABLES, {"schemas": schemas, "busy": list(BUSY)})
        asked = " UNION ALL ".join(_FIGURES.format(table) for table in tables)
        found = line.exec_driver_sql(asked.replace("%", "%%"))
        return {name: (count, sum_) for name, count, sum_ in found}
