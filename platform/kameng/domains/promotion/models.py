"""How sites promote, who promotes for them, and what each order promised; in the shared schema."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit.columns import MoneyType
from kameng.kit.money import Money
from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class Promotion(SharedModel):
    """How a site promotes; `paid_levels` counts on the master's row only, for its alliance."""

    __tablename__ = "promotion"
    __table_args__ = (
        CheckConstraint("first_rate BETWEEN 0 AND 500000", name="first_rate"),
        CheckConstraint("second_rate BETWEEN 0 AND 500000", name="second_rate"),
        CheckConstraint("days BETWEEN 1 AND 90", name="days"),
        CheckConstraint("paid_levels BETWEEN 0 AND 2", name="paid_levels"),
    )

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    is_on: Mapped[bool]
    first_rate: Mapped[int]
    second_rate: Mapped[int]
    days: Mapped[int] = mapped_column(SmallInteger)
    paid_levels: Mapped[int] = mapped_column(SmallInteger)
    updated_at: Mapped[datetime] = mapped_column(STAMP)
    updated_by: Mapped[str] = mapped_column(String(80))


class Promoter(SharedModel):
    """A member who promotes, who brought him, and his own rates if he has any."""

    __tablename__ = "promoter"
    __table_args__ = (
        UniqueConstraint("tenant_id", "code", name="uq_promoter_code"),
        CheckConstraint("referrer_id <> member_id", name="referrer"),
        Index("ix_promoter_referrer_id", "tenant_id", "referrer_id"),
    )

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8))
    referrer_id: Mapped[UUID | None]
    is_on: Mapped[bool]
    note: Mapped[str] = mapped_column(String(200))
    first_rate: Mapped[int | None]
    second_rate: Mapped[int | None]
    joined_at: Mapped[datetime] = mapped_column(STAMP)


class PromotionRate(SharedModel):
    """The rates of one product at one site."""

    __tablename__ = "promotion_rate"

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    product_id: Mapped[UUID] = mapped_column(primary_key=True)
    first_rate: Mapped[int]
    second_rate: Mapped[int]


class CommissionRow(SharedModel):
    """What an order promised to one promoter, or why he gets nothing of it."""

    __tablename__ = "commission"
    __table_args__ = (Index("ix_commission_member_id", "tenant_id", "member_id", "placed_at"),)

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    level: Mapped[int] = mapped_column(SmallInteger)
    amount: Mapped[Money] = mapped_column(MoneyType)
    currency: Mapped[str] = mapped_column(String(3))
    refused: Mapped[str | None] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(200))
    days: Mapped[int] = mapped_column(SmallInteger)
    placed_at: Mapped[datetime] = mapped_column(STAMP)


class CommissionItem(SharedModel):
    """A movement of commission that has been counted when something became due; each once."""

    __tablename__ = "commission_item"

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    txn_id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID]
    amount: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(STAMP)
