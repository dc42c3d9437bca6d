"""A site's orders in its own schema, and the index of all orders in the shared one."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit import ids
from kameng.kit.columns import MoneyType
from kameng.kit.money import Money
from tenants.database import SharedModel, TenantModel

STAMP = DateTime(timezone=True)


class ShopOrder(TenantModel):
    """One purchase."""

    __tablename__ = "shop_order"
    __table_args__ = (
        UniqueConstraint("number", name="uq_shop_order_number"),
        CheckConstraint("total > 0", name="ck_shop_order_total"),
        Index(
            "ix_shop_order_member_id",
            "member_id",
            "placed_at",
            postgresql_where=text("member_id IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    number: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(24))
    total: Mapped[Money] = mapped_column(MoneyType)
    currency: Mapped[str] = mapped_column(String(3))
    contact: Mapped[str] = mapped_column(String(120))
    member_id: Mapped[UUID | None]
    password_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    pay_method: Mapped[str] = mapped_column(String(20))
    locale: Mapped[str] = mapped_column(String(8))
    ip: Mapped[str] = mapped_column(String(45))
    placed_at: Mapped[datetime] = mapped_column(STAMP)
    expires_at: Mapped[datetime] = mapped_column(STAMP)
    paid_at: Mapped[datetime | None] = mapped_column(STAMP)
    completed_at: Mapped[datetime | None] = mapped_column(STAMP)
    moved_at: Mapped[datetime] = mapped_column(STAMP)


class OrderLine(TenantModel):
    """One thing bought, at the price and with the chain of that moment."""

    __tablename__ = "order_line"
    __table_args__ = (
        UniqueConstraint("order_id", "seq", name="uq_order_line_seq"),
        CheckConstraint("quantity > 0", name="ck_order_line_quantity"),
        CheckConstraint("returned BETWEEN 0 AND quantity", name="ck_order_line_returned"),
        CheckConstraint("allowed BETWEEN 0 AND total", name="ck_order_line_allowed"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    order_id: Mapped[UUID]
    seq: Mapped[int]
    sku_id: Mapped[UUID]
    product_id: Mapped[UUID]
    owner_tenant_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(Text)
    product_name: Mapped[str] = mapped_column(Text)
    usage_note: Mapped[str] = mapped_column(Text)
    stock_type: Mapped[str] = mapped_column(String(20))
    quantity: Mapped[int]
    unit_price: Mapped[Money] = mapped_column(MoneyType)
    total: Mapped[Money] = mapped_column(MoneyType)
    chain: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    extras: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB)
    refund_days: Mapped[int | None]
    returned: Mapped[int | None]
    allowed: Mapped[Money | None] = mapped_column(MoneyType)


class OrderRefund(TenantModel):
    """Money given back for goods that were delivered: which lines, how much, and how it went."""

    __tablename__ = "order_refund"
    __table_args__ = (
        CheckConstraint("amount > 0", name="ck_order_refund_amount"),
        Index("ix_order_refund_order_id", "order_id", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    order_id: Mapped[UUID]
    attempt_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(String(12))
    amount: Mapped[Money] = mapped_column(MoneyType)
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    reason: Mapped[str] = mapped_column(Text)
    late: Mapped[bool]
    by_name: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(STAMP)
    settled_at: Mapped[datetime | None] = mapped_column(STAMP)


class OrderEvent(TenantModel):
    """What happened to an order, and who did it; only ever added to."""

    __tablename__ = "order_event"
    __table_args__ = (Index("ix_order_event_order_id", "order_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    order_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(40))
    from_state: Mapped[str | None] = mapped_column(String(24))
    to_state: Mapped[str] = mapped_column(String(24))
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[str] = mapped_column(String(60))
    actor_name: Mapped[str] = mapped_column(String(80))
    ip: Mapped[str] = mapped_column(String(45))
    note: Mapped[dict[str, Any]] = mapped_column(JSONB)
    at: Mapped[datetime] = mapped_column(STAMP)


class OrderIndex(SharedModel):
    """What the sites above may see of an order: no secrets, no full contact."""

    __tablename__ = "order_index"
    __table_args__ = (
        UniqueConstraint("number", name="uq_order_index_number"),
        Index("ix_order_index_tenant", "tenant_id", "placed_at"),
        Index("ix_order_index_master", text("(chain[1])"), "placed_at"),
        Index(
            "ix_order_index_agent",
            text("(chain[2])"),
            "placed_at",
            postgresql_where=text("chain[2] IS NOT NULL"),
        ),
        Index(
            "ix_order_index_sub_agent",
            text("(chain[3])"),
            "placed_at",
            postgresql_where=text("chain[3] IS NOT NULL"),
        ),
        Index(
            "ix_order_index_stuck",
            "moved_at",
            postgresql_where=text(
                "state IN ('paid', 'paid_late', 'fulfilling', 'fulfil_failed', 'refunding')"
            ),
        ),
    )

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    chain: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    number: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(24))
    title: Mapped[str] = mapped_column(Text)
    quantity: Mapped[int]
    total: Mapped[Money] = mapped_column(MoneyType)
    currency: Mapped[str] = mapped_column(String(3))
    contact: Mapped[str] = mapped_column(String(120))
    pay_method: Mapped[str] = mapped_column(String(20))
    member_id: Mapped[UUID | None]
    refunded: Mapped[Money | None] = mapped_column(MoneyType)
    placed_at: Mapped[datetime] = mapped_column(STAMP)
    paid_at: Mapped[datetime | None] = mapped_column(STAMP)
    completed_at: Mapped[datetime | None] = mapped_column(STAMP)
    moved_at: Mapped[datetime] = mapped_column(STAMP)


class FulfilmentTask(SharedModel):
    """Something about an order that a human must decide."""

    __tablename__ = "fulfilment_task"
    __table_args__ = (
        UniqueConstraint("order_id", "kind", name="uq_fulfilment_task_order"),
        Index("ix_fulfilment_task_open", "created_at", postgresql_where=text("closed_at IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    chain: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    order_id: Mapped[UUID]
    order_number: Mapped[str] = mapped_column(String(24))
    kind: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(STAMP)
    closed_at: Mapped[datetime | None] = mapped_column(STAMP)
