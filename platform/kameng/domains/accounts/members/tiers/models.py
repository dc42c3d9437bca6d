"""The tiers of a site and who holds one, in the shared schema: price rules are read beside them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit import ids
from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class MemberTier(SharedModel):
    """A tier a site gives to members; a higher rank stands further up the list, no more."""

    __tablename__ = "member_tier"
    __table_args__ = (
        UniqueConstraint("tenant_id", "name", name="uq_member_tier_name"),
        CheckConstraint("rank BETWEEN 1 AND 99", name="rank"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(20))
    rank: Mapped[int] = mapped_column(SmallInteger)
    created_at: Mapped[datetime] = mapped_column(STAMP)


class MemberTierHeld(SharedModel):
    """Which tier a member holds; by its key at most one."""

    __tablename__ = "member_tier_held"
    __table_args__ = (Index("ix_member_tier_held_tier_id", "tenant_id", "tier_id"),)

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    tier_id: Mapped[UUID]
    given_at: Mapped[datetime] = mapped_column(STAMP)
