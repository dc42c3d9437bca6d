"""Takes a database into a deployment as one of its cells, and writes down in the main cell what it
holds. Both again and again at every migration: what is there already is left as it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, text

from tenants.tree import MAIN

RANGE = 40
"""Ids of a cell's sites begin at its number shifted by so many bits: no two cells share one."""
AT_ONCE = 1000
_HOLDS = {
    "host": "SELECT h.host AS name, t.application_id AS owner FROM shared.hostname h"
    " JOIN shared.tenant t ON t.id = h.tenant_id",
    "look": "SELECT n.look AS name, t.application_id AS owner FROM shared.site_name n"
    " JOIN shared.tenant t ON t.id = n.tenant_id",
    "login": "SELECT s.login AS name, s.id AS owner FROM shared.staff s",
}
_WRITE = text(
    "INSERT INTO shared.directory (kind, name, cell, owner)"
    " SELECT :kind, n.name, :cell, n.owner"
    " FROM unnest(CAST(:names AS text[]), CAST(:owners AS uuid[])) AS n (name, owner)"
    " ON CONFLICT DO NOTHING"
)
_CLASHES = text(
    "SELECT name, cell FROM shared.directory"
    " WHERE kind = :kind AND cell <> :cell AND name = ANY (:names) ORDER BY name LIMIT 5"
)


class NotThisCell(Exception):
    """The database belongs to another cell, or already has sites of its own."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Something two cells hold; main's directory leads to the first of them."""

    kind: str
    name: str
    cell: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name!r} is cell {self.cell}'s"


def join(main: Engine, database: Engine, name: str, *, now: datetime) -> int:
    """Give cell `name` its number in main and its range of ids; returns the number.

    Refuses NotThisCell with nothing changed in the cell.
    """
    with main.connect() as line:
        number = _number(line, name, now)
    with database.connect() as line:
        known = list(line.execute(text("SELECT name FROM shared.cell ORDER BY number")).scalars())
        others = [one for one in known if one != name]
        if others and (name not in known or name != MAIN):
            raise NotThisCell(f"The database of cell {name} is cell {others[0]}'s.")
        if not known:
            _settle(line, name, number, now)
    return number


def _number(line: Connection, name: str, now: datetime) -> int:
    """Main is 0; a number once given stays."""
    values = {"name": name, "now": now, "first": 0 if name == MAIN else 1}
    line.execute(
        text(
            "INSERT INTO shared.cell (name, number, added_at)"
            " SELECT CAST(:name AS text), greatest(coalesce(max(number) + 1, 0), :first), :now"
            " FROM shared.cell ON CONFLICT (name) DO NOTHING"
        ),
        values,
    )
    return int(
        line.execute(text("SELECT number FROM shared.cell WHERE name = :name"), values).scalar_one()
    )


def _settle(line: Connection, name: str, number: int, now: datetime) -> None:
    values = {"name": name, "number": number, "now": now, "first": max(1, number << RANGE)}
    strays = line.execute(text("SELECT count(*) FROM shared.tenant WHERE id < :first"), values)
    if strays.scalar_one():
        raise NotThisCell(f"The database of cell {name} already has sites of its own.")
    line.execute(text("SELECT setval('shared.tenant_id_seq', :first)"), values)
    line.execute(
        text("INSERT INTO shared.cell (name, number, added_at) VALUES (:name, :number, :now)"),
        values,
    )


def write_down(main: Engine, database: Engine, name: str) -> list[Clash]:
    """Bring main's directory up to what the cell holds; returns what another cell holds too."""
    clashes: list[Clash] = []
    with database.connect() as there, main.connect() as here:
        for kind, query in _HOLDS.items():
            rows = there.execute(text(query)).all()
            for start in range(0, len(rows), AT_ONCE):
                part = rows[start : start + AT_ONCE]
                asked = {"kind": kind, "cell": name, "names": [row.name for row in part]}
                here.execute(_WRITE, {**asked, "owners": [row.owner for row in part]})
                found = here.execute(_CLASHES, asked)
                clashes += [Clash(kind, row.name, row.cell) for row in found]
    return clashes
