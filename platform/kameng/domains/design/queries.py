"""Reads of a site's arrangement; inside `use(tenant)`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from kameng.domains.design.errors import DesignMissing, NoSuchRevision
from kameng.domains.design.models import DesignRevision, SiteDesign, ThemeUse
from kameng.domains.design.rules import Arrangement
from kameng.domains.design.shapes import damaged, shaped
from tenants.database import session
from tenants.tree import Tenant


@dataclass(frozen=True, slots=True)
class RevisionFacts:
    """One saved arrangement, without its contents."""

    id: UUID
    seq: int
    theme: str
    theme_version: str
    digest: str
    author: str
    note: str
    created_at: datetime


def live(tenant: Tenant) -> Arrangement:
    """The arrangement shoppers see, with the `digest` of its revision, by which the theme engine
    keeps what it has made of it. Refuses DesignMissing before the site has one."""
    query = select(
        DesignRevision.theme,
        DesignRevision.theme_version,
        DesignRevision.tokens_json,
        DesignRevision.doc_json,
        DesignRevision.digest,
    ).join(SiteDesign, SiteDesign.live_rev == DesignRevision.id)
    row = session.execute(query).first()
    if row is None:
        raise DesignMissing()
    return _arrangement(row[0], row[1], row[2], row[3], row[4]) | {"digest": row[4]}


def live_damage(tenant: Tenant) -> list[str]:
    """The parts of what is live that were left out of it as they are of no shape at all."""
    query = select(DesignRevision.tokens_json, DesignRevision.doc_json)
    row = session.execute(query.join(SiteDesign, SiteDesign.live_rev == DesignRevision.id)).first()
    if row is None:
        return []
    return damaged({**(row[1] if isinstance(row[1], dict) else {}), "tokens": row[0]})


def draft(tenant: Tenant) -> Arrangement | None:
    """The arrangement being edited, if any."""
    query = _whole(SiteDesign.draft_rev)
    row = session.scalar(query)
    return arrangement_of(row) if row else None


def live_revision(tenant: Tenant) -> RevisionFacts | None:
    """Which revision is live; its digest keys whatever is kept of drawn pages."""
    row = session.scalar(_whole(SiteDesign.live_rev))
    return revision_facts(row) if row else None


def revision(tenant: Tenant, revision_id: UUID) -> tuple[RevisionFacts, Arrangement]:
    """One revision and what it holds. Refuses NoSuchRevision."""
    row = session.get(DesignRevision, revision_id)
    if row is None:
        raise NoSuchRevision()
    return revision_facts(row), arrangement_of(row)


def is_there(tenant: Tenant, revision_id: UUID) -> bool:
    """Whether a revision is still kept."""
    return (
        session.scalar(select(DesignRevision.id).where(DesignRevision.id == revision_id))
        is not None
    )


def history(tenant: Tenant, *, size: int = 30) -> list[RevisionFacts]:
    """The newest revisions."""
    query = select(DesignRevision).order_by(DesignRevision.seq.desc()).limit(size)
    return [revision_facts(row) for row in session.scalars(query)]


def revisions(
    tenant: Tenant, *, named: bool = False, page: int = 1, size: int = 12
) -> tuple[list[RevisionFacts], int]:
    """One page of all revisions, or of those with a name, the newest first, and how many."""
    which = [DesignRevision.note != ""] if named else []
    total = session.scalar(select(func.count()).select_from(DesignRevision).where(*which)) or 0
    newest = select(*_FACTS).where(*which).order_by(DesignRevision.seq.desc())
    rows = session.execute(newest.limit(size).offset((max(page, 1) - 1) * size))
    return [RevisionFacts(*row) for row in rows], total


_FACTS = (
    DesignRevision.id,
    DesignRevision.seq,
    DesignRevision.theme,
    DesignRevision.theme_version,
    DesignRevision.digest,
    DesignRevision.author,
    DesignRevision.note,
    DesignRevision.created_at,
)
"""What RevisionFacts holds: a list of revisions reads none of their contents."""


def lines_in_use(root_id: int) -> dict[tuple[str, str], int]:
    """How many sites of an alliance show each (theme, line); in `shared()` or as its master."""
    query = (
        select(ThemeUse.theme, ThemeUse.line, func.count())
        .where(ThemeUse.root_id == root_id)
        .group_by(ThemeUse.theme, ThemeUse.line)
    )
    return {(row[0], row[1]): int(row[2]) for row in session.execute(query)}


def sites_on(root_id: int, theme: str, line: str) -> list[int]:
    """Which sites of an alliance show a line; in `shared()` or as its master."""
    query = select(ThemeUse.tenant_id).where(
        ThemeUse.root_id == root_id, ThemeUse.theme == theme, ThemeUse.line == line
    )
    return list(session.scalars(query.order_by(ThemeUse.tenant_id)))


def noted(root_id: int) -> set[int]:
    """The sites of an alliance of which it is written down what they show; in `shared()`."""
    return set(session.scalars(select(ThemeUse.tenant_id).where(ThemeUse.root_id == root_id)))


def _whole(pointer: Any) -> Select[DesignRevision]:
    return select(DesignRevision).join(SiteDesign, pointer == DesignRevision.id)


def arrangement_of(row: DesignRevision) -> Arrangement:
    """A row's contents as the theme engine wrote them."""
    return _arrangement(row.theme, row.theme_version, row.tokens_json, row.doc_json)


def _arrangement(
    theme: str, version: str, tokens: dict[str, Any], doc: dict[str, Any], digest: str = ""
) -> Arrangement:
    held = doc if isinstance(doc, dict) else {}
    return shaped({**held, "theme": theme, "version": version, "tokens": tokens}, digest)


def revision_facts(row: DesignRevision) -> RevisionFacts:
    """The public side of a row."""
    return RevisionFacts(
        id=row.id,
        seq=row.seq,
        theme=row.theme,
        theme_version=row.theme_version,
        digest=row.digest,
        author=row.author,
        note=row.note,
        created_at=row.created_at,
    )
