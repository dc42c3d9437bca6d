"""The table of price rules."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit import ids
from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class PriceRule(SharedModel):
    """One decision of one site about prices; at most one in a place."""

    __tablename__ = "price_rule"
    __table_args__ = (
        UniqueConstraint(
            "tenant_id",
            "scope",
            "scope_id",
            "audience",
            "level_id",
            name="uq_price_rule_place",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint(
            "scope IN ('all', 'category', 'product', 'sku')"
            " AND (scope = 'all') = (scope_id IS NULL)",
            name="scope",
        ),
        CheckConstraint(
            "audience = 'child' OR (audience = 'retail' AND level_id IS NULL)", name="audience"
        ),
        CheckConstraint("method IN ('fixed', 'percent', 'amount')", name="method"),
        CheckConstraint("value >= 0", name="value"),
        CheckConstraint("rounding IN ('none', 'fen', 'jiao', 'yuan')", name="rounding"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    scope: Mapped[str] = mapped_column(String(10))
    scope_id: Mapped[UUID | None]
    audience: Mapped[str] = mapped_column(String(10))
    level_id: Mapped[UUID | None]
    method: Mapped[str] = mapped_column(String(10))
    value: Mapped[int] = mapped_column(BigInteger)
    rounding: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(STAMP)
    updated_at: Mapped[datetime] = mapped_column(STAMP)
    updated_by: Mapped[str] = mapped_column(String(80))
