"""The tables of what-ifs: what is supposed, how far it was worked out, and what it does where."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit import ids
from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class WhatIf(SharedModel):
    """One supposition. `runner` is who works at it, `reached` the last site that is done, `mark`
    how rules and costs of the tree stood when it began, `tries` how often it was begun in vain."""

    __tablename__ = "what_if"
    __table_args__ = (
        Index("ix_what_if_tenant_id", "tenant_id", "id"),
        CheckConstraint(
            "state IN ('draft', 'queued', 'running', 'done', 'cancelled', 'failed',"
            " 'committed', 'discarded')",
            name="state",
        ),
        CheckConstraint("(state = 'committed') = (change_id IS NOT NULL)", name="committed"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    title: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(10))
    entries: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    count: Mapped[int]
    actor_name: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(STAMP)
    began_at: Mapped[datetime | None] = mapped_column(STAMP)
    finished_at: Mapped[datetime | None] = mapped_column(STAMP)
    beat_at: Mapped[datetime | None] = mapped_column(STAMP)
    runner: Mapped[UUID | None]
    tries: Mapped[int] = mapped_column(SmallInteger)
    sites_all: Mapped[int]
    sites_done: Mapped[int]
    reached: Mapped[int | None] = mapped_column(BigInteger)
    mark: Mapped[str] = mapped_column(String(40))
    totals: Mapped[dict[str, Any]] = mapped_column(JSONB)
    change_id: Mapped[UUID | None]


class WhatIfSite(SharedModel):
    """What one supposition does to one site; sites it does nothing to have no row."""

    __tablename__ = "what_if_site"
    __table_args__ = (Index("ix_what_if_site_danger", "what_if_id", "danger"),)

    what_if_id: Mapped[UUID] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(Text)
    slug: Mapped[str] = mapped_column(Text)
    depth: Mapped[int] = mapped_column(SmallInteger)
    danger: Mapped[int] = mapped_column(BigInteger)
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)
    worst: Mapped[list[Any]] = mapped_column(JSONB)
