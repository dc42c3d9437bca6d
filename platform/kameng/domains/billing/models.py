"""The tables of package fees: what was paid for which time, and what a site wants next."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit import ids
from kameng.kit.columns import MoneyType
from kameng.kit.money import Money
from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class PackageFee(SharedModel):
    """A receipt. `worth` is the full fee of the period at the package it is for; `replaced`: the
    days left were turned into a better package's, which has a receipt of its own; `returned_at`:
    the fee went back, and the time with it."""

    __tablename__ = "package_fee"
    __table_args__ = (
        CheckConstraint("amount >= 0 AND worth >= 0", name="amounts"),
        CheckConstraint("until IS NULL OR until > began", name="time"),
        Index("ix_package_fee_tenant_id", "tenant_id", "at"),
        Index("ix_package_fee_parent_id", "parent_id", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    parent_id: Mapped[int] = mapped_column(BigInteger)
    package_id: Mapped[UUID]
    package_name: Mapped[str] = mapped_column(String(30))
    kind: Mapped[str] = mapped_column(String(10))
    period: Mapped[str] = mapped_column(String(5))
    amount: Mapped[Money] = mapped_column(MoneyType)
    worth: Mapped[Money] = mapped_column(MoneyType)
    currency: Mapped[str] = mapped_column(String(3))
    began: Mapped[datetime] = mapped_column(STAMP)
    until: Mapped[datetime | None] = mapped_column(STAMP)
    anchor: Mapped[int] = mapped_column(SmallInteger)
    replaced: Mapped[bool]
    actor_name: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(STAMP)
    returned_at: Mapped[datetime | None] = mapped_column(STAMP)


class PackagePayment(SharedModel):
    """What a top-up was paid in for: a period of a package, as the page showed it (`seen`: its end,
    `amount`). Ended with a receipt, or with the `problem` for which the money stays on the
    balance."""

    __tablename__ = "package_payment"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_package_payment_tenant_id", "tenant_id", "made_at"),
        Index(
            "uq_package_payment_receipt_id",
            "receipt_id",
            unique=True,
            postgresql_where=text("receipt_id IS NOT NULL"),
        ),
    )

    topup_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    package_id: Mapped[UUID]
    package_name: Mapped[str] = mapped_column(String(30))
    period: Mapped[str] = mapped_column(String(5))
    seen: Mapped[datetime | None] = mapped_column(STAMP)
    amount: Mapped[Money] = mapped_column(MoneyType)
    actor_id: Mapped[str] = mapped_column(String(60))
    actor_name: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime] = mapped_column(STAMP)
    receipt_id: Mapped[UUID | None]
    problem: Mapped[str | None] = mapped_column(String(40))
    ended_at: Mapped[datetime | None] = mapped_column(STAMP)


class PackagePlan(SharedModel):
    """What a site wants at the end of its time; its row is the lock of the site's plan. `most` and
    `next_most`: the fees that were agreed to, beyond which the clock pays nothing."""

    __tablename__ = "package_plan"

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    auto_renew: Mapped[bool]
    period: Mapped[str] = mapped_column(String(5))
    next_id: Mapped[UUID | None]
    next_period: Mapped[str | None] = mapped_column(String(5))
    most: Mapped[Money | None] = mapped_column(MoneyType)
    next_most: Mapped[Money | None] = mapped_column(MoneyType)
    at: Mapped[datetime] = mapped_column(STAMP)
