"""Reads of a site's articles; inside `use(tenant)`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, literal, or_, select

from kameng.domains.design.articles.errors import NoSuchArticle
from kameng.domains.design.articles.models import ArticleRow
from kameng.domains.design.articles.rules import Article, Kind, State
from tenants.database import session
from tenants.tree import Tenant

_COLUMNS = [column for column in ArticleRow.__table__.columns if column.name != "body"]
_LIGHT = select(*_COLUMNS, literal("").label("body"))
"""A list never reads the texts themselves."""
_NEWEST = (
    ArticleRow.pinned.desc(),
    ArticleRow.publish_at.desc().nulls_first(),
    ArticleRow.id.desc(),
)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a list; `total` counts all pages."""

    rows: list[Article]
    total: int


def published(
    tenant: Tenant, *, kind: Kind | None = None, now: datetime, page: int = 1, size: int = 20
) -> Found:
    """What shoppers see, pinned first, then the newest; without the texts."""
    where = _out(now, kind)
    total = session.scalar(select(func.count()).select_from(ArticleRow).where(*where))
    return Found(_read(_LIGHT.where(*where), page, size), total or 0)


def newest(tenant: Tenant, *, kind: Kind | None = None, now: datetime, size: int) -> list[Article]:
    """The first of what shoppers see."""
    return _read(_LIGHT.where(*_out(now, kind)), 1, size)


def shown(tenant: Tenant, slug: str, *, now: datetime) -> Article:
    """An article shoppers may read, with its text. Refuses NoSuchArticle."""
    query = select(ArticleRow.__table__).where(ArticleRow.slug == slug, *_out(now, None))
    row = session.execute(query).first()
    if row is None:
        raise NoSuchArticle()
    return facts(row)


def written(tenant: Tenant, slug: str) -> Article:
    """An article with its text, out or not; a deleted one is none. Refuses NoSuchArticle."""
    kept = ArticleRow.deleted_at.is_(None)
    query = select(ArticleRow.__table__).where(ArticleRow.slug == slug, kept)
    row = session.execute(query).first()
    if row is None:
        raise NoSuchArticle()
    return facts(row)


def addresses(tenant: Tenant, *, now: datetime, page: int, size: int) -> list[tuple[str, datetime]]:
    """Address and last change of all that shoppers see, in a lasting order."""
    query = select(ArticleRow.slug, ArticleRow.updated_at).where(*_out(now, None))
    rows = session.execute(query.order_by(ArticleRow.id).limit(size).offset((page - 1) * size))
    return [(slug, at) for slug, at in rows]


def page_of(
    tenant: Tenant,
    *,
    kind: Kind | None = None,
    state: State | None = None,
    search: str = "",
    deleted: bool = False,
    page: int = 1,
    size: int = 30,
) -> Found:
    """The writer's list: drafts too, or what was deleted."""
    gone = ArticleRow.deleted_at
    where: list[ColumnElement[bool]] = [gone.is_not(None) if deleted else gone.is_(None)]
    where += [ArticleRow.kind == kind.value] if kind else []
    where += [ArticleRow.state == state.value] if state else []
    if search:
        escaped = search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        like = f"%{escaped}%"
        where.append(or_(ArticleRow.title.ilike(like), ArticleRow.slug.ilike(like)))
    total = session.scalar(select(func.count()).select_from(ArticleRow).where(*where))
    return Found(_read(_LIGHT.where(*where), page, size), total or 0)


def one(tenant: Tenant, article_id: UUID) -> Article:
    """An article as its writer sees it, deleted or not. Refuses NoSuchArticle."""
    row = session.execute(select(ArticleRow.__table__).where(ArticleRow.id == article_id)).first()
    if row is None:
        raise NoSuchArticle()
    return facts(row)


def titles(tenant: Tenant, *, size: int = 200) -> list[tuple[str, str]]:
    """Address and title of what is published, for a choice of links."""
    where = ArticleRow.deleted_at.is_(None), ArticleRow.state == State.PUBLISHED.value
    query = select(ArticleRow.slug, ArticleRow.title).where(*where).order_by(*_NEWEST)
    return [(slug, title) for slug, title in session.execute(query.limit(size))]


def _out(now: datetime, kind: Kind | None) -> list[ColumnElement[bool]]:
    """As `Article.is_out` says it."""
    where = [
        ArticleRow.state == State.PUBLISHED.value,
        ArticleRow.publish_at <= now,
        ArticleRow.deleted_at.is_(None),
    ]
    return where + ([ArticleRow.kind == kind.value] if kind else [])


def _read(query: Select[Any], page: int, size: int) -> list[Article]:
    rows: Sequence[Any] = session.execute(
        query.order_by(*_NEWEST).limit(size).offset((max(page, 1) - 1) * size)
    ).all()
    return [facts(row) for row in rows]


def facts(row: Any) -> Article:
    """A row as a value."""
    values = {name: getattr(row, name) for name in Article.__dataclass_fields__}
    return Article(**values | {"kind": Kind(row.kind), "state": State(row.state)})
