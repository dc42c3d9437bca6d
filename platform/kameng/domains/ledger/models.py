"""The tables of the books; read here, written only by the functions of the database."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Date,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from tenants.database import SharedModel

STAMP = DateTime(timezone=True)
CHAIN = ARRAY(BigInteger)


class LedgerKind(SharedModel):
    """One line of the chart of accounts: its normal side, whether it has a floor or is hot."""

    __tablename__ = "ledger_kind"
    __table_args__ = (
        CheckConstraint("normal_side IN ('debit', 'credit')", name="side"),
        CheckConstraint("NOT (hot AND floor_zero)", name="hot"),
    )

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    normal_side: Mapped[str] = mapped_column(Text)
    floor_zero: Mapped[bool]
    hot: Mapped[bool]


class LedgerAccount(SharedModel):
    """An account with its running sums; a hot one keeps none and is summed from its entries."""

    __tablename__ = "ledger_account"
    __table_args__ = (
        UniqueConstraint(
            "tenant_id",
            "owner_type",
            "owner_id",
            "kind",
            "currency",
            name="uq_ledger_account_owner",
        ),
        CheckConstraint(
            "NOT floor_zero OR CASE normal_side"
            " WHEN 'credit' THEN posted_credit - posted_debit - pending_debit"
            " ELSE posted_debit - posted_credit - pending_credit END >= 0",
            name="floor",
        ),
        CheckConstraint("pending_debit >= 0 AND pending_credit >= 0", name="pending"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    chain: Mapped[list[int]] = mapped_column(CHAIN)
    owner_type: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(Text)
    normal_side: Mapped[str] = mapped_column(Text)
    floor_zero: Mapped[bool]
    hot: Mapped[bool]
    posted_debit: Mapped[int] = mapped_column(BigInteger)
    posted_credit: Mapped[int] = mapped_column(BigInteger)
    pending_debit: Mapped[int] = mapped_column(BigInteger)
    pending_credit: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(BigInteger)
    opened_at: Mapped[datetime] = mapped_column(STAMP)
    closed_at: Mapped[datetime | None] = mapped_column(STAMP)


class LedgerTxn(SharedModel):
    """One posting, hold, settlement, void or reversal; never changed afterwards."""

    __tablename__ = "ledger_txn"
    __table_args__ = (
        UniqueConstraint("tenant_id", "idem_key", name="uq_ledger_txn_key"),
        CheckConstraint("status IN ('posted', 'pending', 'voided')", name="status"),
        Index(
            "uq_ledger_txn_pending_of",
            "pending_of",
            unique=True,
            postgresql_where=text("pending_of IS NOT NULL"),
        ),
        Index(
            "uq_ledger_txn_reverses",
            "reverses",
            unique=True,
            postgresql_where=text("reverses IS NOT NULL"),
        ),
        Index("ix_ledger_txn_expiring", "expires_at", postgresql_where=text("status = 'pending'")),
        Index("ix_ledger_txn_ref", "ref_type", "ref_id"),
        Index("ix_ledger_txn_master", text("(chain[1])"), "id"),
        Index(
            "ix_ledger_txn_agent",
            text("(chain[2])"),
            "id",
            postgresql_where=text("chain[2] IS NOT NULL"),
        ),
        Index(
            "ix_ledger_txn_sub_agent",
            text("(chain[3])"),
            "id",
            postgresql_where=text("chain[3] IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    chain: Mapped[list[int]] = mapped_column(CHAIN)
    idem_key: Mapped[str] = mapped_column(Text)
    request_hash: Mapped[bytes] = mapped_column(LargeBinary)
    kind: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    pending_of: Mapped[UUID | None]
    reverses: Mapped[UUID | None]
    expires_at: Mapped[datetime | None] = mapped_column(STAMP)
    ref_type: Mapped[str] = mapped_column(Text)
    ref_id: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(STAMP)
    day: Mapped[date] = mapped_column(Date)


class LedgerEntry(SharedModel):
    """One signed amount on one account: positive debits, negative credits."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount"),
        Index("ix_ledger_entry_account", "account_id", "day", "txn_id"),
    )

    txn_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    account_id: Mapped[UUID]
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    chain: Mapped[list[int]] = mapped_column(CHAIN)
    currency: Mapped[str] = mapped_column(Text)
    amount: Mapped[int] = mapped_column(BigInteger)
    pending: Mapped[bool]
    balance_after: Mapped[int | None] = mapped_column(BigInteger)
    day: Mapped[date] = mapped_column(Date)


class LedgerDay(SharedModel):
    """A day on which nothing more can be posted."""

    __tablename__ = "ledger_day"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    closed_at: Mapped[datetime] = mapped_column(STAMP)


class LedgerSnapshot(SharedModel):
    """What a hot account had been debited and credited in all when a day was closed."""

    __tablename__ = "ledger_snapshot"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    chain: Mapped[list[int]] = mapped_column(CHAIN)
    debit: Mapped[int] = mapped_column(BigInteger)
    credit: Mapped[int] = mapped_column(BigInteger)
