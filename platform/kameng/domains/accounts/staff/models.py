"""Staff accounts and what they were granted, in the shared schema."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit import ids
from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class Staff(SharedModel):
    """One person. `epoch` is in every session; raising it ends them all."""

    __tablename__ = "staff"
    __table_args__ = (
        UniqueConstraint("login", name="uq_staff_login"),
        CheckConstraint("login = lower(login)", name="login_is_lower"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    login: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(String(120))
    totp_secret: Mapped[bytes | None]
    totp_on: Mapped[bool]
    totp_step: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(10))
    epoch: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(STAMP)
    last_seen_at: Mapped[datetime | None] = mapped_column(STAMP)


class StaffGrant(SharedModel):
    """What one person may be on one site; `granted_by` is empty for the site's owner.

    A steward's grant ends at `expires_at`, was taken for `reason`, and holds only while the site
    `via_id` stands above this one.
    """

    __tablename__ = "staff_grant"
    __table_args__ = (Index("ix_staff_grant_tenant_id", "tenant_id"),)

    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    granted_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(STAMP)
    expires_at: Mapped[datetime | None] = mapped_column(STAMP)
    reason: Mapped[str | None] = mapped_column(String(200))
    via_id: Mapped[int | None] = mapped_column(BigInteger)


class StaffToken(SharedModel):
    """A one-time link for an owner who has no password yet; only its digest is kept."""

    __tablename__ = "staff_token"
    __table_args__ = (Index("ix_staff_token_staff_id", "staff_id"),)

    digest: Mapped[bytes] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID]
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(STAMP)
    expires_at: Mapped[datetime] = mapped_column(STAMP)
    used_at: Mapped[datetime | None] = mapped_column(STAMP)
