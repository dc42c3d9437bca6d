"""The table of price rules."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit import ids
from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class PriceRule(SharedModel):
    """One decision of one site about prices; at most one in a place. `level_id` is a level among
    sites, a tier among shoppers."""

    __tablename__ = "price_rule"
    __table_args__ = (
        UniqueConstraint(
            "tenant_id",
            "scope",
            "scope_id",
            "audience",
            "level_id",
            "buyer_id",
            "member_id",
            "valid_from",
            "valid_to",
            name="uq_price_rule_place",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint(
            "scope IN ('all', 'category', 'product', 'sku')"
            " AND (scope = 'all') = (scope_id IS NULL)",
            name="scope",
        ),
        CheckConstraint(
            "CASE audience WHEN 'child' THEN member_id IS NULL"
            " AND (level_id IS NULL OR buyer_id IS NULL)"
            " WHEN 'retail' THEN buyer_id IS NULL"
            " AND (level_id IS NULL OR member_id IS NULL) ELSE false END",
            name="audience",
        ),
        CheckConstraint("valid_from < valid_to", name="dates"),
        CheckConstraint(
            "method IN ('fixed', 'percent', 'amount', 'margin', 'follow')", name="method"
        ),
        CheckConstraint("value >= 0", name="value"),
        CheckConstraint(
            "rounding IN ('none', 'fen', 'jiao', 'yuan', 'x9', 'x99')", name="rounding"
        ),
        CheckConstraint(
            "keep = (base_cost IS NOT NULL)"
            " AND (base_cost IS NULL OR (method = 'fixed' AND scope = 'sku' AND base_cost >= 0))",
            name="keep",
        ),
        CheckConstraint("way IN ('up', 'down', 'half_up', 'half_even')", name="way"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    scope: Mapped[str] = mapped_column(String(10))
    scope_id: Mapped[UUID | None]
    audience: Mapped[str] = mapped_column(String(10))
    level_id: Mapped[UUID | None]
    buyer_id: Mapped[int | None] = mapped_column(BigInteger)
    member_id: Mapped[UUID | None]
    valid_from: Mapped[datetime | None] = mapped_column(STAMP)
    valid_to: Mapped[datetime | None] = mapped_column(STAMP)
    method: Mapped[str] = mapped_column(String(10))
    value: Mapped[int] = mapped_column(BigInteger)
    rounding: Mapped[str] = mapped_column(String(10))
    way: Mapped[str] = mapped_column(String(10))
    steps: Mapped[list[list[int]]] = mapped_column(JSONB)
    keep: Mapped[bool]
    base_cost: Mapped[int | None] = mapped_column(BigInteger)
    below_cost: Mapped[bool]
    template_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(STAMP)
    updated_at: Mapped[datetime] = mapped_column(STAMP)
    updated_by: Mapped[str] = mapped_column(String(80))
