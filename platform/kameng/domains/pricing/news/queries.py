"""The digests of a site: what was told, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from kameng.domains.catalog.facts import Page
from kameng.domains.pricing.news.errors import NoSuchNews
from kameng.domains.pricing.news.models import PriceNews
from kameng.domains.pricing.news.rules import Move, read
from tenants.database import session
from tenants.tree import Tenant


@dataclass(frozen=True, slots=True)
class News:
    """One digest: how many costs moved within its window, and how."""

    id: UUID
    since: datetime
    until: datetime
    count: int
    dearer: int
    cheaper: int


_HEAD = (
    PriceNews.id,
    PriceNews.since,
    PriceNews.until,
    PriceNews.count,
    PriceNews.dearer,
    PriceNews.cheaper,
)


def page(tenant: Tenant, *, page: int = 1, size: int = 30) -> Page[News]:
    """The digests of the site, the newest first."""
    mine = PriceNews.tenant_id == tenant.id
    total = session.scalar(select(func.count()).select_from(PriceNews).where(mine)) or 0
    found = select(*_HEAD).where(mine).order_by(PriceNews.since.desc())
    rows = session.execute(found.limit(size).offset((max(page, 1) - 1) * size))
    return Page([_news(row) for row in rows], total, page, size)


def one(tenant: Tenant, news_id: UUID) -> tuple[News, list[Move]]:
    """One digest with the moves it names; NoSuchNews."""
    mine = (PriceNews.tenant_id == tenant.id, PriceNews.id == news_id)
    row = session.execute(select(*_HEAD, PriceNews.rows).where(*mine)).one_or_none()
    if row is None:
        raise NoSuchNews()
    return _news(row), [read(said) for said in row.rows]


def newest(tenant: Tenant, *, since: datetime) -> News | None:
    """The newest digest told since then."""
    found = select(*_HEAD).where(PriceNews.tenant_id == tenant.id, PriceNews.until >= since)
    row = session.execute(found.order_by(PriceNews.since.desc()).limit(1)).one_or_none()
    return _news(row) if row else None


def _news(row: Any) -> News:
    return News(row.id, row.since, row.until, row.count, row.dearer, row.cheaper)
