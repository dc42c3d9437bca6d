"""Members, what they agreed to, and their one-time reset links; in each site's schema."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit import ids
from tenants.database import TenantModel

STAMP = DateTime(timezone=True)


class Member(TenantModel):
    """One registered shopper. `epoch` is in every session; raising it ends them all."""

    __tablename__ = "member"
    __table_args__ = (
        UniqueConstraint("email", name="uq_member_email"),
        UniqueConstraint("phone", name="uq_member_phone"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(40))
    password_hash: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(10))
    epoch: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(STAMP)
    last_seen_at: Mapped[datetime | None] = mapped_column(STAMP)


class MemberConsent(TenantModel):
    """That a member agreed to a purpose in a version of its text, and when. Append-only."""

    __tablename__ = "member_consent"

    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20), primary_key=True)
    version: Mapped[str] = mapped_column(String(20), primary_key=True)
    given_at: Mapped[datetime] = mapped_column(STAMP)


class MemberToken(TenantModel):
    """A mailed one-time link; only the SHA-256 of its token is kept."""

    __tablename__ = "member_token"
    __table_args__ = (Index("ix_member_token_member_id", "member_id"),)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    member_id: Mapped[UUID]
    expires_at: Mapped[datetime] = mapped_column(STAMP)
    used_at: Mapped[datetime | None] = mapped_column(STAMP)
