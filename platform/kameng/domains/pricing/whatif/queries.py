"""What-ifs as they stand, and what they do where; a site reads its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal, select
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH

from kameng.domains.catalog.facts import Page
from kameng.domains.pricing.changes import entries as kept
from kameng.domains.pricing.changes.entries import Entry
from kameng.domains.pricing.whatif import figures
from kameng.domains.pricing.whatif.errors import NoSuchWhatIf
from kameng.domains.pricing.whatif.figures import Figures, Suffering
from kameng.domains.pricing.whatif.models import WhatIf, WhatIfSite
from kameng.domains.pricing.whatif.rules import WORKING, State
from tenants.database import session
from tenants.tree import Tenant


@dataclass(frozen=True, slots=True)
class WhatIfFacts:
    """One what-if; `totals` is empty until it is done."""

    id: UUID
    title: str
    state: State
    count: int
    actor_name: str
    at: datetime
    began_at: datetime | None
    finished_at: datetime | None
    sites_all: int
    sites_done: int
    mark: str
    totals: Figures
    sites_moved: int
    change_id: UUID | None

    @property
    def works(self) -> bool:
        """Whether somebody works at it, or soon will."""
        return self.state in WORKING


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What one what-if does to one site."""

    site_id: int
    name: str
    slug: str
    depth: int
    figures: Figures
    worst: Sequence[Suffering]


_FACTS = (
    WhatIf.id,
    WhatIf.title,
    WhatIf.state,
    WhatIf.count,
    WhatIf.actor_name,
    WhatIf.at,
    WhatIf.began_at,
    WhatIf.finished_at,
    WhatIf.sites_all,
    WhatIf.sites_done,
    WhatIf.mark,
    WhatIf.totals,
    WhatIf.change_id,
)
_SITE = (WhatIfSite.site_id, WhatIfSite.name, WhatIfSite.slug, WhatIfSite.depth, WhatIfSite.figures)


def page(tenant: Tenant, *, page: int = 1, size: int = 20) -> Page[WhatIfFacts]:
    """The site's what-ifs, the newest first, without those thrown away."""
    mine = (WhatIf.tenant_id == tenant.id, WhatIf.state != State.DISCARDED.value)
    total = session.scalar(select(func.count()).select_from(WhatIf).where(*mine)) or 0
    asked = select(*_FACTS).where(*mine).order_by(WhatIf.id.desc())
    rows = session.execute(asked.limit(size).offset((max(page, 1) - 1) * size))
    return Page([_facts(row) for row in rows], total, page, size)


def facts(tenant: Tenant, what_if_id: UUID) -> WhatIfFacts:
    """One of them; else NoSuchWhatIf."""
    row = session.execute(select(*_FACTS).where(*named(tenant, what_if_id))).one_or_none()
    if row is None:
        raise NoSuchWhatIf()
    return _facts(row)


def entries(tenant: Tenant, what_if_id: UUID) -> list[Entry]:
    """What is supposed."""
    stored = session.scalar(select(WhatIf.entries).where(*named(tenant, what_if_id)))
    return [kept.read(one) for one in stored or ()]


def entries_from(tenant: Tenant, what_if_id: UUID, start: int, size: int) -> list[Entry]:
    """Some of what is supposed, cut out by the database: there may be ten thousands."""
    part = literal(f"$[{start} to {start + size - 1}]", JSONPATH)
    cut = func.jsonb_path_query_array(WhatIf.entries, part, type_=JSONB)
    stored = session.scalar(select(cut).where(*named(tenant, what_if_id)))
    return [kept.read(one) for one in stored or ()]


def sites(tenant: Tenant, what_if_id: UUID, *, page: int = 1, size: int = 50) -> Page[SiteFacts]:
    """The sites where something moves, those in danger first."""
    mine = (WhatIfSite.what_if_id == what_if_id, WhatIfSite.tenant_id == tenant.id)
    total = session.scalar(select(func.count()).select_from(WhatIfSite).where(*mine)) or 0
    asked = select(*_SITE).where(*mine).order_by(WhatIfSite.danger.desc(), WhatIfSite.site_id)
    rows = session.execute(asked.limit(size).offset((max(page, 1) - 1) * size))
    return Page([_site(row, ()) for row in rows], total, page, size)


def site(tenant: Tenant, what_if_id: UUID, site_id: int) -> SiteFacts:
    """One site with the SKUs that suffer most; NoSuchWhatIf where nothing moves."""
    row = session.execute(
        select(*_SITE, WhatIfSite.worst).where(
            WhatIfSite.what_if_id == what_if_id,
            WhatIfSite.tenant_id == tenant.id,
            WhatIfSite.site_id == site_id,
        )
    ).one_or_none()
    if row is None:
        raise NoSuchWhatIf()
    return _site(row, figures.read_worst(row.worst))


def summed(tenant: Tenant, what_if_id: UUID) -> tuple[Figures, int]:
    """The figures of all sites together, and at how many of them something moves."""
    asked = select(WhatIfSite.figures).where(
        WhatIfSite.what_if_id == what_if_id, WhatIfSite.tenant_id == tenant.id
    )
    whole, count = Figures(), 0
    for one in session.scalars(asked):
        whole, count = whole + figures.read(one), count + 1
    return whole, count


def named(tenant: Tenant, what_if_id: UUID) -> tuple[Any, ...]:
    """The conditions that name one what-if of this site."""
    return WhatIf.tenant_id == tenant.id, WhatIf.id == what_if_id


def _facts(row: Any) -> WhatIfFacts:
    said = dict(row._mapping)
    totals = said.pop("totals")
    said["state"] = State(said["state"])
    moved = totals.pop("sites", 0)
    return WhatIfFacts(**said, totals=figures.read(totals), sites_moved=moved)


def _site(row: Any, worst: Sequence[Suffering]) -> SiteFacts:
    return SiteFacts(row.site_id, row.name, row.slug, row.depth, figures.read(row.figures), worst)
