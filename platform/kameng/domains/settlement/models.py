"""The tables of settlements; a settlement and its items are written by the database alone."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit import ids
from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class SettlementRun(SharedModel):
    """One look at every site below a master, as of a day."""

    __tablename__ = "settlement_run"
    __table_args__ = (Index("ix_settlement_run_tenant_id", "tenant_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    day: Mapped[date] = mapped_column(Date)
    sites: Mapped[int] = mapped_column(Integer)
    actor_name: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(STAMP)


class Settlement(SharedModel):
    """What a site was given for its sales up to a day. `since`: no open entry is of an earlier
    day of the books."""

    __tablename__ = "settlement"
    __table_args__ = (
        UniqueConstraint("tenant_id", "cutoff", name="uq_settlement_cutoff"),
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_settlement_run_id", "run_id"),
        Index("ix_settlement_master", text("(chain[1])"), "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    chain: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    run_id: Mapped[UUID]
    cutoff: Mapped[date] = mapped_column(Date)
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    count: Mapped[int] = mapped_column(Integer)
    since: Mapped[date] = mapped_column(Date)
    actor_name: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(STAMP)


class SettlementItem(SharedModel):
    """One transaction of the books whose part of a site's margin has been settled."""

    __tablename__ = "settlement_item"
    __table_args__ = (Index("ix_settlement_item_settlement_id", "settlement_id", "made_at"),)

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    txn_id: Mapped[UUID] = mapped_column(primary_key=True)
    settlement_id: Mapped[UUID]
    amount: Mapped[int] = mapped_column(BigInteger)
    order_id: Mapped[UUID | None]
    made_at: Mapped[datetime] = mapped_column(STAMP)
