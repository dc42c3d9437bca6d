"""Planned skins, in the shared schema beside what is due."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class SkinSchedule(SharedModel):
    """A revision of a site that is live for a while; kept when it is over."""

    __tablename__ = "skin_schedule"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'on', 'over', 'cancelled', 'stopped')", name="state"),
        CheckConstraint("ends_at > starts_at", name="times"),
        CheckConstraint("state <> 'on' OR reverts_to IS NOT NULL", name="way_back"),
        CheckConstraint("(state = 'stopped') = (why IS NOT NULL)", name="why"),
        Index("ix_skin_schedule_tenant_id", "tenant_id", "starts_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    revision_id: Mapped[UUID]
    starts_at: Mapped[datetime] = mapped_column(STAMP)
    ends_at: Mapped[datetime] = mapped_column(STAMP)
    state: Mapped[str] = mapped_column(String(9))
    why: Mapped[str | None] = mapped_column(String(10))
    reverts_to: Mapped[UUID | None]
    author: Mapped[str] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(STAMP)
