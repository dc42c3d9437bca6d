"""The tables of withdrawals and of the rules for them; the money is in the books, held."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, deferred, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit.columns import MoneyType
from kameng.kit.money import Money
from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class Withdrawal(SharedModel):
    """One withdrawal of an owner. Fee and account stand as they were when it was asked for; `once`
    is the form's own key. `payer` is who holds it while it is paid by hand."""

    __tablename__ = "withdrawal"
    __table_args__ = (
        UniqueConstraint("tenant_id", "once", name="uq_withdrawal_once"),
        CheckConstraint("amount > 0 AND fee >= 0 AND fee < amount", name="amount"),
        CheckConstraint(
            "state IN ('asked', 'approved', 'paying', 'paid', 'rejected', 'cancelled', 'returned')",
            name="state",
        ),
        Index("ix_withdrawal_tenant_id", "tenant_id", "id"),
        Index("ix_withdrawal_root_id", "root_id", "state", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    root_id: Mapped[int] = mapped_column(BigInteger)
    owner_type: Mapped[str] = mapped_column(String(20))
    owner_id: Mapped[str] = mapped_column(String(40))
    once: Mapped[str] = mapped_column(String(80))
    amount: Mapped[Money] = mapped_column(MoneyType)
    fee: Mapped[Money] = mapped_column(MoneyType)
    account_id: Mapped[UUID]
    method: Mapped[str] = mapped_column(String(10))
    holder: Mapped[str] = mapped_column(String(60))
    hint: Mapped[str] = mapped_column(String(130))
    state: Mapped[str] = mapped_column(String(10))
    hold_id: Mapped[UUID]
    txn_id: Mapped[UUID | None]
    due_on: Mapped[date]
    asked_at: Mapped[datetime] = mapped_column(STAMP)
    asked_by: Mapped[str] = mapped_column(String(80))
    decided_at: Mapped[datetime | None] = mapped_column(STAMP)
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decider: Mapped[str | None] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(String(200))
    payer: Mapped[str | None] = mapped_column(String(80))
    payer_name: Mapped[str | None] = mapped_column(String(80))
    paying_since: Mapped[datetime | None] = mapped_column(STAMP)
    paid_at: Mapped[datetime | None] = mapped_column(STAMP)
    gateway: Mapped[str | None] = mapped_column(String(20))
    proof: Mapped[str] = mapped_column(String(200))
    proof_picture: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    has_picture: Mapped[bool]
    returned_at: Mapped[datetime | None] = mapped_column(STAMP)


class WithdrawalPolicy(SharedModel):
    """A master's rules for withdrawals in its alliance; without a row the defaults hold. `open` and
    the rest as in rules.Policy; `fee_share` is parts per million."""

    __tablename__ = "withdrawal_policy"
    __table_args__ = (
        CheckConstraint("minimum > 0 AND fee_flat >= 0 AND fee_share >= 0", name="amounts"),
    )

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    open: Mapped[bool]
    minimum: Mapped[Money] = mapped_column(MoneyType)
    fee_flat: Mapped[Money] = mapped_column(MoneyType)
    fee_share: Mapped[int]
    daily: Mapped[Money | None] = mapped_column(MoneyType)
    days: Mapped[int]
    four_eyes: Mapped[bool]
    methods: Mapped[list[str]] = mapped_column(ARRAY(String(10)))
    updated_at: Mapped[datetime] = mapped_column(STAMP)
    updated_by: Mapped[str] = mapped_column(String(80))
