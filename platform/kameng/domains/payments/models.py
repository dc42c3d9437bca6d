"""Attempts to take money and to give it back, in the shared schema."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit import ids
from kameng.kit.columns import MoneyType
from kameng.kit.money import Money
from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class PaymentAttempt(SharedModel):
    """One payment page at a provider, from before it is asked for until its money is booked."""

    __tablename__ = "payment_attempt"
    __table_args__ = (
        UniqueConstraint("channel", "idem_key", name="uq_payment_attempt_idem_key"),
        UniqueConstraint("channel", "provider_session", name="uq_payment_attempt_session"),
        UniqueConstraint("channel", "provider_payment", name="uq_payment_attempt_payment"),
        CheckConstraint("amount > 0", name="ck_payment_attempt_amount"),
        Index("ix_payment_attempt_reference", "tenant_id", "reference"),
        Index(
            "ix_payment_attempt_open",
            "check_at",
            postgresql_where=text("state IN ('submitting', 'unknown', 'waiting')"),
        ),
        Index(
            "ix_payment_attempt_fee_check_at",
            "fee_check_at",
            postgresql_where=text("fee_check_at IS NOT NULL"),
        ),
        Index(
            "ix_payment_attempt_succeeded_at",
            "payee_tenant_id",
            "succeeded_at",
            postgresql_where=text("succeeded_at IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    payee_tenant_id: Mapped[int] = mapped_column(BigInteger)
    channel: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str] = mapped_column(String(60))
    amount: Mapped[Money] = mapped_column(MoneyType)
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(12))
    idem_key: Mapped[str] = mapped_column(String(120))
    request: Mapped[dict[str, Any]] = mapped_column(JSONB)
    provider_session: Mapped[str | None] = mapped_column(String(255))
    provider_payment: Mapped[str | None] = mapped_column(String(255))
    url: Mapped[str | None] = mapped_column(Text)
    problem: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(STAMP)
    updated_at: Mapped[datetime] = mapped_column(STAMP)
    check_at: Mapped[datetime] = mapped_column(STAMP)
    checks: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(STAMP)
    succeeded_at: Mapped[datetime | None] = mapped_column(STAMP)
    fee: Mapped[Money | None] = mapped_column(MoneyType)
    fee_returns: Mapped[bool | None]
    real_fee: Mapped[Money | None] = mapped_column(MoneyType)
    settled_fee: Mapped[int | None] = mapped_column(BigInteger)
    settled_currency: Mapped[str | None] = mapped_column(String(3))
    fee_check_at: Mapped[datetime | None] = mapped_column(STAMP)


class RefundAttempt(SharedModel):
    """One refund at a provider; its money waits in `refund_due` until it has left."""

    __tablename__ = "refund_attempt"
    __table_args__ = (
        UniqueConstraint("channel", "idem_key", name="uq_refund_attempt_idem_key"),
        UniqueConstraint("channel", "provider_refund", name="uq_refund_attempt_refund"),
        CheckConstraint("amount > 0", name="ck_refund_attempt_amount"),
        Index("ix_refund_attempt_reference", "tenant_id", "reference"),
        Index("ix_refund_attempt_attempt_id", "attempt_id"),
        Index(
            "ix_refund_attempt_open",
            "check_at",
            postgresql_where=text("state IN ('submitting', 'unknown', 'pending')"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    payee_tenant_id: Mapped[int] = mapped_column(BigInteger)
    attempt_id: Mapped[UUID]
    channel: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str] = mapped_column(String(60))
    amount: Mapped[Money] = mapped_column(MoneyType)
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(12))
    idem_key: Mapped[str] = mapped_column(String(120))
    provider_payment: Mapped[str] = mapped_column(String(255))
    provider_refund: Mapped[str | None] = mapped_column(String(255))
    reason: Mapped[str] = mapped_column(String(40))
    problem: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(STAMP)
    updated_at: Mapped[datetime] = mapped_column(STAMP)
    check_at: Mapped[datetime] = mapped_column(STAMP)
    checks: Mapped[int]
    settled_at: Mapped[datetime | None] = mapped_column(STAMP)
    fee_back: Mapped[Money | None] = mapped_column(MoneyType)
