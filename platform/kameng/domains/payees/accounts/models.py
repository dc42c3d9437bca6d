"""The table of payout accounts; the numbers and pictures in it are sealed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, deferred, mapped_column
from sqlalchemy.types import DateTime

from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class PayoutAccount(SharedModel):
    """One account of an owner. Nothing of it is ever edited: another one is bound and checked anew.

    It holds while it is verified and `payee_version` is that of the payee.
    """

    __tablename__ = "payout_account"
    __table_args__ = (
        CheckConstraint("state IN ('sent', 'verified', 'refused')", name="state"),
        CheckConstraint("method IN ('bank', 'alipay', 'wechat', 'qr', 'stripe')", name="method"),
        Index("ix_payout_account_owner", "tenant_id", "owner_type", "owner_id"),
        Index("ix_payout_account_root_id", "root_id", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    root_id: Mapped[int] = mapped_column(BigInteger)
    owner_type: Mapped[str] = mapped_column(String(20))
    owner_id: Mapped[str] = mapped_column(String(40))
    method: Mapped[str] = mapped_column(String(10))
    holder: Mapped[str] = mapped_column(String(60))
    hint: Mapped[str] = mapped_column(String(130))
    sealed: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))
    picture_sealed: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    has_picture: Mapped[bool]
    digest: Mapped[bytes]
    payee_version: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(200))
    sent_at: Mapped[datetime] = mapped_column(STAMP)
    sent_by: Mapped[str] = mapped_column(String(80))
    decided_at: Mapped[datetime | None] = mapped_column(STAMP)
    decided_by: Mapped[str | None] = mapped_column(String(80))
    removed_at: Mapped[datetime | None] = mapped_column(STAMP)
