"""The articles of a site, in its own schema."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from tenants.database import TenantModel

STAMP = DateTime(timezone=True)


class ArticleRow(TenantModel):
    """One article; a deleted one is kept so that it can be brought back."""

    __tablename__ = "article"
    __table_args__ = (
        CheckConstraint("kind IN ('notice', 'help')", name="kind"),
        CheckConstraint("state IN ('draft', 'published')", name="state"),
        CheckConstraint("state = 'draft' OR publish_at IS NOT NULL", name="published"),
        Index("uq_article_slug", "slug", unique=True, postgresql_where=text("deleted_at IS NULL")),
        Index("ix_article_publish_at", "kind", "publish_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(6))
    title: Mapped[str] = mapped_column(String(80))
    summary: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    picture: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(9))
    publish_at: Mapped[datetime | None] = mapped_column(STAMP)
    pinned: Mapped[bool]
    author: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(STAMP)
    updated_at: Mapped[datetime] = mapped_column(STAMP)
    version: Mapped[int]
    deleted_at: Mapped[datetime | None] = mapped_column(STAMP)
