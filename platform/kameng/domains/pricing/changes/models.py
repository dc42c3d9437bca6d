"""The tables of decisions about prices; both only grow, but for the note that one was undone."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit import ids
from tenants.database import SharedModel


class PriceChange(SharedModel):
    """One decision of one person at one moment, over as many places as it took."""

    __tablename__ = "price_change"
    __table_args__ = (
        Index("ix_price_change_tenant_id", "tenant_id", "id"),
        CheckConstraint(
            "kind IN ('rule', 'prices', 'template', 'matrix', 'cost', 'what_if', 'undo')"
            " AND (kind = 'undo') = (undoes IS NOT NULL)",
            name="kind",
        ),
        CheckConstraint("count > 0", name="count"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(120))
    actor: Mapped[str] = mapped_column(String(80))
    actor_name: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    count: Mapped[int]
    undoes: Mapped[UUID | None]
    undone_by: Mapped[UUID | None]


class PriceChangeEntry(SharedModel):
    """One place of a change. `about` is the SKU, product or category, nothing for all goods."""

    __tablename__ = "price_change_entry"
    __table_args__ = (
        Index("ix_price_change_entry_place", "tenant_id", "place_key", "change_id"),
        Index("ix_price_change_entry_about", "tenant_id", "about", "change_id"),
    )

    change_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    place_key: Mapped[str] = mapped_column(Text)
    about: Mapped[UUID | None]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
