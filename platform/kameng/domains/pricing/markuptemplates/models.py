"""The tables of mark-up templates, and of what somebody was shown before deciding."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.domains.pricing.models import PriceRule
from kameng.kit import ids
from tenants.database import SharedModel

STAMP = DateTime(timezone=True)

Index(
    "ix_price_rule_template_id",
    PriceRule.tenant_id,
    PriceRule.template_id,
    postgresql_where=PriceRule.template_id.is_not(None),
)


class MarkupTemplate(SharedModel):
    """A named set of mark-ups; the prices made by it carry its id."""

    __tablename__ = "markup_template"
    __table_args__ = (UniqueConstraint("tenant_id", "name", name="uq_markup_template_name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(40))
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    version: Mapped[int]
    updated_at: Mapped[datetime] = mapped_column(STAMP)
    updated_by: Mapped[str] = mapped_column(String(80))


class MarkupPreview(SharedModel):
    """What laying a template on goods, changing it or removing it would do, as one person saw it;
    gone once it is decided, or after a day."""

    __tablename__ = "markup_preview"
    __table_args__ = (
        Index("ix_markup_preview_tenant_id", "tenant_id", "created_at"),
        CheckConstraint("act IN ('apply', 'change', 'remove')", name="act"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    template_id: Mapped[UUID]
    act: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(40))
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    version: Mapped[int]
    choice: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    overwrite: Mapped[bool]
    entries: Mapped[int]
    counts: Mapped[dict[str, int]] = mapped_column(JSONB)
    buyers: Mapped[list[list[str | None]]] = mapped_column(JSONB)
    mark: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(STAMP)
    created_by: Mapped[str] = mapped_column(String(80))


class MarkupPreviewRow(SharedModel):
    """One SKU of a preview: its cost, and who pays what now and then."""

    __tablename__ = "markup_preview_row"

    preview_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    sku_id: Mapped[UUID]
    cost: Mapped[int] = mapped_column(BigInteger)
    marks: Mapped[int]
    prices: Mapped[list[list[int]]] = mapped_column(JSONB)
