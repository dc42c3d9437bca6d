"""Revisions of a site's arrangement and the pointer to the live one, in each site's schema; which
theme and line every site shows, in the shared one."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit import ids
from tenants.database import SharedModel, TenantModel

STAMP = DateTime(timezone=True)


class DesignRevision(TenantModel):
    """One saved arrangement; only its name (`note`) ever changes. `digest` is over theme, version,
    tokens and doc."""

    __tablename__ = "design_revision"
    __table_args__ = (UniqueConstraint("seq", name="uq_design_revision_seq"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    seq: Mapped[int]
    theme: Mapped[str] = mapped_column(String(40))
    theme_version: Mapped[str] = mapped_column(String(20))
    doc_json: Mapped[dict[str, Any]] = mapped_column(JSONB)
    tokens_json: Mapped[dict[str, Any]] = mapped_column(JSONB)
    author: Mapped[str] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(STAMP)


class SiteDesign(TenantModel):
    """The one row that says which revision is live and which is being edited."""

    __tablename__ = "site_design"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    live_rev: Mapped[UUID]
    draft_rev: Mapped[UUID | None]
    published_at: Mapped[datetime] = mapped_column(STAMP)


class ThemeUse(SharedModel):
    """What a site shows now: written with every change of what is live, so that nobody has to ask
    each site's schema which theme and which line of it are in use."""

    __tablename__ = "theme_use"
    __table_args__ = (Index("ix_theme_use_root_id", "root_id", "theme", "line"),)

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    root_id: Mapped[int] = mapped_column(BigInteger)
    theme: Mapped[str] = mapped_column(String(40))
    line: Mapped[str] = mapped_column(String(20))
    since: Mapped[datetime] = mapped_column(STAMP)
