"""The carts of a site, in its own schema."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit import ids
from kameng.kit.columns import MoneyType
from kameng.kit.money import Money
from tenants.database import TenantModel


class CartLine(TenantModel):
    """So many of a SKU that somebody means to buy; `seen` is the price of one they saw then."""

    __tablename__ = "cart_line"
    __table_args__ = (
        UniqueConstraint("owner", "sku_id", name="uq_cart_line_sku"),
        CheckConstraint("quantity BETWEEN 1 AND 10000", name="ck_cart_line_quantity"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    owner: Mapped[str] = mapped_column(String(48))
    sku_id: Mapped[UUID]
    quantity: Mapped[int]
    seen: Mapped[Money] = mapped_column(MoneyType)
    added_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
