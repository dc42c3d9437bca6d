"""Reads of past moves. Inside `shared()`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from kameng.domains.agents.tree.models import SiteMove
from tenants.database import session


@dataclass(frozen=True, slots=True)
class MoveFacts:
    """One move of a site with its sub-tree. The last one standing can be taken back."""

    id: UUID
    site_id: int
    from_id: int
    to_id: int
    sites: int
    terms_before: dict[str, Any]
    moved_by: str
    moved_at: datetime
    undone_at: datetime | None
    last: bool


def moves_of(site_id: int, *, size: int = 10) -> list[MoveFacts]:
    """The newest moves of a site, newest first."""
    query = (
        select(SiteMove).where(SiteMove.site_id == site_id).order_by(SiteMove.id.desc()).limit(size)
    )
    rows = list(session.scalars(query))
    standing = [row.id for row in rows if row.undone_at is None]
    return [facts(row, last=row.id in standing[:1]) for row in rows]


def facts(row: SiteMove, *, last: bool) -> MoveFacts:
    """The public side of a row."""
    return MoveFacts(
        id=row.id,
        site_id=row.site_id,
        from_id=row.from_id,
        to_id=row.to_id,
        sites=row.sites,
        terms_before=row.terms_before,
        moved_by=row.moved_by,
        moved_at=row.moved_at,
        undone_at=row.undone_at,
        last=last,
    )
