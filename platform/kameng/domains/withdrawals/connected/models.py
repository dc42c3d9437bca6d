"""The tables of a master's standing with a provider, and of payees' accounts there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class PayoutProvider(SharedModel):
    """Whether a master pays out by a provider, and what the provider said of its account there."""

    __tablename__ = "payout_provider"

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    is_on: Mapped[bool]
    country: Mapped[str] = mapped_column(String(2))
    currencies: Mapped[list[str]] = mapped_column(ARRAY(String(3)))
    account: Mapped[str] = mapped_column(String(255))
    live: Mapped[bool]
    checked_at: Mapped[datetime] = mapped_column(STAMP)
    updated_at: Mapped[datetime] = mapped_column(STAMP)
    updated_by: Mapped[str] = mapped_column(String(80))


class PayoutConnection(SharedModel):
    """An account at the provider for one payee of an owner, from before it is opened. One payee has
    one for each country; it is used again when he comes back to it."""

    __tablename__ = "payout_connection"
    __table_args__ = (
        UniqueConstraint(
            *("tenant_id", "owner_type", "owner_id", "kind", "holder", "country"),
            name="uq_payout_connection_holder",
        ),
        UniqueConstraint("provider_account", name="uq_payout_connection_account"),
        Index("ix_payout_connection_account_id", "tenant_id", "account_id"),
        Index(
            "ix_payout_connection_check_at",
            "check_at",
            postgresql_where=text("check_at IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    root_id: Mapped[int] = mapped_column(BigInteger)
    owner_type: Mapped[str] = mapped_column(String(20))
    owner_id: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(10))
    holder: Mapped[str] = mapped_column(String(60))
    country: Mapped[str] = mapped_column(String(2))
    provider_account: Mapped[str | None] = mapped_column(String(255))
    account_id: Mapped[UUID | None]
    name: Mapped[str] = mapped_column(String(200))
    accepted: Mapped[str] = mapped_column(String(200))
    by_hand: Mapped[bool]
    transfers: Mapped[str] = mapped_column(String(20))
    payouts: Mapped[bool]
    submitted: Mapped[bool]
    due: Mapped[int]
    why: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(STAMP)
    checked_at: Mapped[datetime | None] = mapped_column(STAMP)
    check_at: Mapped[datetime | None] = mapped_column(STAMP)
    checks: Mapped[int]
