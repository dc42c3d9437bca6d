"""The keys of sites at their providers, and the leave to use them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class OwnChannelRow(SharedModel):
    """A site's keys at one provider, sealed; they were tried before they were stored."""

    __tablename__ = "own_channel"
    __table_args__ = (
        CheckConstraint("tenant_id <> root_id", name="ck_own_channel_below"),
        Index("ix_own_channel_root_id", "root_id"),
    )

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    root_id: Mapped[int] = mapped_column(BigInteger)
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    secret_sealed: Mapped[bytes]
    hook_sealed: Mapped[bytes]
    hint: Mapped[str] = mapped_column(String(12))
    account: Mapped[str] = mapped_column(String(255))
    live: Mapped[bool]
    is_on: Mapped[bool]
    tested_at: Mapped[datetime] = mapped_column(STAMP)
    updated_at: Mapped[datetime] = mapped_column(STAMP)
    updated_by: Mapped[str] = mapped_column(String(80))


class OwnChannelLeave(SharedModel):
    """Whether the master lets a site collect by itself; written at the site by the master."""

    __tablename__ = "own_channel_leave"
    __table_args__ = (Index("ix_own_channel_leave_root_id", "root_id"),)

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    root_id: Mapped[int] = mapped_column(BigInteger)
    allowed: Mapped[bool]
    updated_at: Mapped[datetime] = mapped_column(STAMP)
    updated_by: Mapped[str] = mapped_column(String(80))
