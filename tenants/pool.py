"""How many schemas wait for a site, and how many there are; inside `shared()`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, exists, func, select

from tenants.database import session
from tenants.models import MigrationRun, SchemaState, SpareSchema

WARN_PART = 0.8


@dataclass(frozen=True, slots=True)
class Pool:
    """What the builder looks at. `strays` are schemas older code built after all others had been
    migrated."""

    ready: int
    schemas: int
    newest: datetime | None
    strays: bool

    def is_full(self, limit: int) -> bool:
        """Whether no schema may be added."""
        return self.schemas >= limit

    def is_nearly_full(self, limit: int) -> bool:
        """Whether it is time to think of another cell."""
        return self.schemas >= limit * WARN_PART


def look(revision: str) -> Pool:
    """The pool as code at tenant revision `revision` sees it."""
    row = session.execute(
        select(
            _ready(revision),
            select(func.count()).select_from(SchemaState).scalar_subquery(),
            select(func.max(SpareSchema.built_at)).scalar_subquery(),
            _strays(revision),
        )
    ).one()
    return Pool(row[0], row[1], row[2], row[3])


def _ready(revision: str) -> ScalarSelect[int]:
    """Those ahead of this code count: it runs on the next revision too."""
    usable = SpareSchema.revision >= revision
    return select(func.count()).select_from(SpareSchema).where(usable).scalar_subquery()


def _strays(revision: str) -> ScalarSelect[bool]:
    through = exists().where(MigrationRun.target == revision, MigrationRun.finished_at.is_not(None))
    behind = exists().where(SchemaState.revision < revision, SchemaState.state == "ok")
    return select(through & behind).scalar_subquery()
