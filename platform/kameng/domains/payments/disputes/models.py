"""Disputes of payments, in the shared schema."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit import ids
from kameng.kit.columns import MoneyType
from kameng.kit.money import Money
from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class PaymentDispute(SharedModel):
    """One dispute at a provider, of a payment that had arrived."""

    __tablename__ = "payment_dispute"
    __table_args__ = (
        UniqueConstraint("channel", "provider_dispute", name="uq_payment_dispute_dispute"),
        CheckConstraint("amount > 0", name="ck_payment_dispute_amount"),
        Index("ix_payment_dispute_reference", "tenant_id", "reference"),
        Index("ix_payment_dispute_root_id", "root_id", "id"),
        Index("ix_payment_dispute_open", "check_at", postgresql_where=text("check_at IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    root_id: Mapped[int] = mapped_column(BigInteger)
    attempt_id: Mapped[UUID]
    channel: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str] = mapped_column(String(60))
    provider_dispute: Mapped[str] = mapped_column(String(255))
    amount: Mapped[Money] = mapped_column(MoneyType)
    taken: Mapped[Money] = mapped_column(MoneyType)
    fee: Mapped[Money] = mapped_column(MoneyType)
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(60))
    followed: Mapped[bool]
    due_at: Mapped[datetime | None] = mapped_column(STAMP)
    opened_at: Mapped[datetime] = mapped_column(STAMP)
    closed_at: Mapped[datetime | None] = mapped_column(STAMP)
    updated_at: Mapped[datetime] = mapped_column(STAMP)
    check_at: Mapped[datetime | None] = mapped_column(STAMP)
