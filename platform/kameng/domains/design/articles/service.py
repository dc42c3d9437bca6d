"""The verbs on articles; inside `use(tenant)`."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text

from kameng.domains.design.articles import queries, rules
from kameng.domains.design.articles.errors import (
    AddressTaken,
    ArticleMoved,
    NoSuchArticle,
    TooManyArticles,
)
from kameng.domains.design.articles.models import ArticleRow
from kameng.domains.design.articles.rules import Article, Draft, State
from kameng.kit import audit, ids
from kameng.kit.audit import Actor
from tenants.database import session
from tenants.tree import Tenant

_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


def write(tenant: Tenant, draft: Draft, *, actor: Actor, now: datetime) -> Article:
    """Keep a new article as a draft. Refuses BadArticle, BadAddress, AddressTaken,
    TooManyArticles."""
    made = rules.checked(draft, token=ids.uuid7().hex[-6:])
    _alone(tenant)
    _refuse_more()
    _refuse_taken(made.slug, None)
    row = ArticleRow(
        id=ids.uuid7(),
        state=State.DRAFT.value,
        author=actor.name[:80],
        created_at=now,
        updated_at=now,
        version=1,
        **_values(made),
    )
    session.add(row)
    session.flush()
    _note(tenant, actor, "article.written", row)
    return queries.facts(row)


def edit(
    tenant: Tenant, article_id: UUID, draft: Draft, *, version: int, actor: Actor, now: datetime
) -> Article:
    """Change an article; what is published changes at once.

    Refuses NoSuchArticle, ArticleMoved when it is no longer `version`, and as `write` does.
    """
    _alone(tenant)
    row = _locked(article_id)
    if row.version != version:
        raise ArticleMoved()
    made = rules.checked(draft, token=row.slug)
    slug = made.slug if draft.slug.strip() else row.slug
    _refuse_taken(slug, row.id)
    for name, value in (_values(made) | {"slug": slug}).items():
        setattr(row, name, value)
    row.updated_at, row.version = now, row.version + 1
    session.flush()
    _note(tenant, actor, "article.edited", row)
    return queries.facts(row)


def publish(
    tenant: Tenant, article_id: UUID, *, at: datetime | None = None, actor: Actor, now: datetime
) -> Article:
    """Show it to shoppers, now or from `at` on; one that is out already keeps its day."""
    row = _locked(article_id)
    known = row.state == State.PUBLISHED and row.publish_at and row.publish_at <= now
    row.publish_at = at or (row.publish_at if known else now)
    row.state = State.PUBLISHED.value
    session.flush()
    _note(tenant, actor, "article.published", row)
    return queries.facts(row)


def take_back(tenant: Tenant, article_id: UUID, *, actor: Actor) -> Article:
    """Make it a draft again: its address answers with nothing."""
    row = _locked(article_id)
    row.state = State.DRAFT.value
    session.flush()
    _note(tenant, actor, "article.taken_back", row)
    return queries.facts(row)


def delete(tenant: Tenant, article_id: UUID, *, actor: Actor, now: datetime) -> Article:
    """Put it away; `restore` brings it back as it was."""
    row = _locked(article_id)
    row.deleted_at = now
    session.flush()
    _note(tenant, actor, "article.deleted", row)
    return queries.facts(row)


def restore(tenant: Tenant, article_id: UUID, *, actor: Actor) -> Article:
    """Bring a deleted article back. Refuses NoSuchArticle, AddressTaken, TooManyArticles."""
    _alone(tenant)
    row = _row(article_id)
    if row.deleted_at is not None:
        _refuse_more()
        _refuse_taken(row.slug, row.id)
        row.deleted_at = None
        session.flush()
        _note(tenant, actor, "article.restored", row)
    return queries.facts(row)


def _values(draft: Draft) -> dict[str, Any]:
    return {
        "slug": draft.slug,
        "kind": draft.kind.value,
        "title": draft.title,
        "summary": draft.summary,
        "body": draft.body,
        "picture": draft.picture,
        "pinned": draft.pinned,
    }


def _alone(tenant: Tenant) -> None:
    """Addresses of a site are given away one after another: who comes second is told by name."""
    session.execute(_ALONE, {"name": f"articles:{tenant.id}"})


def _refuse_more() -> None:
    alive = select(func.count()).select_from(ArticleRow).where(ArticleRow.deleted_at.is_(None))
    if (session.scalar(alive) or 0) >= rules.MOST_ARTICLES:
        raise TooManyArticles(most=rules.MOST_ARTICLES)


def _refuse_taken(slug: str, mine: UUID | None) -> None:
    query = select(ArticleRow.id).where(ArticleRow.slug == slug, ArticleRow.deleted_at.is_(None))
    found = session.scalar(query)
    if found is not None and found != mine:
        raise AddressTaken(slug=slug)


def _row(article_id: UUID) -> ArticleRow:
    row = session.get(ArticleRow, article_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NoSuchArticle()
    return row


def _locked(article_id: UUID) -> ArticleRow:
    row = _row(article_id)
    if row.deleted_at is not None:
        raise NoSuchArticle()
    return row


def _note(tenant: Tenant, actor: Actor, act: str, row: ArticleRow) -> None:
    told = {"title": row.title, "address": row.slug}
    audit.record(tenant, actor, act, str(row.id), after=told)
