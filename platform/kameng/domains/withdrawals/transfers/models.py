"""The table of attempts to pay a withdrawal out by a provider."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit.columns import MoneyType
from kameng.kit.money import Money
from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class PayoutTransfer(SharedModel):
    """One attempt. A withdrawal has at most one that may have left; a new one follows only a
    definite no."""

    __tablename__ = "payout_transfer"
    __table_args__ = (
        UniqueConstraint("withdrawal_id", "number", name="uq_payout_transfer_number"),
        UniqueConstraint("provider_transfer", name="uq_payout_transfer_transfer"),
        CheckConstraint("amount > 0 AND back >= 0 AND back <= amount", name="amount"),
        CheckConstraint(
            "state IN ('submitting', 'unknown', 'sent', 'failed', 'reversed')", name="state"
        ),
        Index(
            "ix_payout_transfer_check_at",
            "check_at",
            postgresql_where=text("check_at IS NOT NULL"),
        ),
        Index(
            "uq_payout_transfer_open",
            "withdrawal_id",
            unique=True,
            postgresql_where=text("state IN ('submitting', 'unknown', 'sent')"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    root_id: Mapped[int] = mapped_column(BigInteger)
    withdrawal_id: Mapped[UUID]
    number: Mapped[int]
    provider_account: Mapped[str] = mapped_column(String(255))
    amount: Mapped[Money] = mapped_column(MoneyType)
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(12))
    provider_transfer: Mapped[str | None] = mapped_column(String(255))
    problem: Mapped[str | None] = mapped_column(Text)
    back: Mapped[Money] = mapped_column(MoneyType)
    created_at: Mapped[datetime] = mapped_column(STAMP)
    created_by: Mapped[str] = mapped_column(String(80))
    updated_at: Mapped[datetime] = mapped_column(STAMP)
    settled_at: Mapped[datetime | None] = mapped_column(STAMP)
    check_at: Mapped[datetime | None] = mapped_column(STAMP)
    checks: Mapped[int]
