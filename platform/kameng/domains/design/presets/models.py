"""Presets of sites and what was pushed where; in the shared schema, since two sites see a push."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit import ids
from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class SitePreset(SharedModel):
    """One look a site keeps; its document never changes, its words may. `made_seq` is the number of
    the revision it was made from."""

    __tablename__ = "site_preset"
    __table_args__ = (Index("ix_site_preset_tenant_id", "tenant_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(30))
    note: Mapped[str] = mapped_column(String(200))
    trade: Mapped[str] = mapped_column(String(20))
    theme: Mapped[str] = mapped_column(String(40))
    theme_version: Mapped[str] = mapped_column(String(20))
    doc_json: Mapped[dict[str, Any]] = mapped_column(JSONB)
    tokens_json: Mapped[dict[str, Any]] = mapped_column(JSONB)
    made_from: Mapped[UUID]
    made_seq: Mapped[int]
    author: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(STAMP)
    archived_at: Mapped[datetime | None] = mapped_column(STAMP)


class PresetPush(SharedModel):
    """One preset given to one site (`tenant_id`) by one above it (`giver_id`). `revision_id` is the
    draft there, `base_rev` what was live there when it was made, `media` the pictures copied for
    it, `left_out` what that site could not have."""

    __tablename__ = "preset_push"
    __table_args__ = (
        CheckConstraint(
            "state IN ('waiting', 'drafted', 'published', 'discarded', 'failed')", name="state"
        ),
        Index(
            "uq_preset_push_waiting",
            "tenant_id",
            "preset_id",
            unique=True,
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "uq_preset_push_drafted",
            "tenant_id",
            "preset_id",
            unique=True,
            postgresql_where=text("state = 'drafted'"),
        ),
        Index("ix_preset_push_preset_id", "preset_id", "id"),
        Index("ix_preset_push_queue", "giver_id", "id", postgresql_where=text("state = 'waiting'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    giver_id: Mapped[int] = mapped_column(BigInteger)
    preset_id: Mapped[UUID] = mapped_column(ForeignKey("shared.site_preset.id"))
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(40))
    revision_id: Mapped[UUID | None]
    base_rev: Mapped[UUID | None]
    media: Mapped[list[str]] = mapped_column(JSONB)
    left_out: Mapped[list[Any]] = mapped_column(JSONB)
    author: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(STAMP)
    moved_at: Mapped[datetime] = mapped_column(STAMP)
