"""The catalogue's tables in the shared schema: readable down the tree, written by their owner."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit import ids
from kameng.kit.columns import MoneyType
from kameng.kit.money import Money
from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class Category(SharedModel):
    """A shelf of the catalogue; at most three levels deep."""

    __tablename__ = "category"
    __table_args__ = (
        UniqueConstraint(
            "tenant_id",
            "parent_id",
            "name",
            name="uq_category_name",
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_category_parent_id", "parent_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("shared.category.id"))
    name: Mapped[str] = mapped_column(String(60))
    icon: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    hidden: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(STAMP)


class Product(SharedModel):
    """One thing to buy, as a page shows it; its SKUs carry the prices."""

    __tablename__ = "product"
    __table_args__ = (
        UniqueConstraint("tenant_id", "category_id", "name", name="uq_product_name"),
        Index("ix_product_category_id", "category_id"),
        CheckConstraint("min_quantity between 1 and max_quantity", name="quantities"),
        CheckConstraint("refund_days between 0 and 3650", name="refund_days"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    category_id: Mapped[UUID] = mapped_column(ForeignKey("shared.category.id"))
    name: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text)
    usage_note: Mapped[str] = mapped_column(Text)
    stock_type: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(10))
    position: Mapped[int]
    min_quantity: Mapped[int]
    max_quantity: Mapped[int]
    refund_days: Mapped[int | None]
    art: Mapped[str] = mapped_column(String(20))
    picture: Mapped[str | None] = mapped_column(String(160))
    created_at: Mapped[datetime] = mapped_column(STAMP)
    updated_at: Mapped[datetime] = mapped_column(STAMP)
    version: Mapped[int]


class Sku(SharedModel):
    """What is priced, stocked and sold. An empty name means the product has just this one."""

    __tablename__ = "sku"
    __table_args__ = (
        UniqueConstraint("product_id", "name", name="uq_sku_name"),
        CheckConstraint("cost > 0 and retail > 0", name="prices"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("shared.product.id"))
    name: Mapped[str] = mapped_column(String(60))
    cost: Mapped[Money] = mapped_column(MoneyType)
    retail: Mapped[Money] = mapped_column(MoneyType)
    market_price: Mapped[Money | None] = mapped_column(MoneyType)
    floor: Mapped[Money | None] = mapped_column(MoneyType)
    ceiling: Mapped[Money | None] = mapped_column(MoneyType)
    state: Mapped[str] = mapped_column(String(10))
    position: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(STAMP)
    updated_at: Mapped[datetime] = mapped_column(STAMP)
    version: Mapped[int]


class Listing(SharedModel):
    """What one site decided about a SKU it sees; no row means: sell it as it comes."""

    __tablename__ = "listing"
    __table_args__ = (Index("ix_listing_sku_id", "sku_id"),)

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    sku_id: Mapped[UUID] = mapped_column(primary_key=True)
    hidden: Mapped[bool]
    pinned: Mapped[bool]
    name: Mapped[str | None] = mapped_column(String(120))
    updated_at: Mapped[datetime] = mapped_column(STAMP)
