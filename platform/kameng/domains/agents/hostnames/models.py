"""The claims sites make to hosts, in the shared schema."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class OwnDomain(SharedModel):
    """One site's claim to one host. `notice` is what its owner is still to be told."""

    __tablename__ = "own_domain"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'proven', 'lost')", name="state"),
        CheckConstraint("method IN ('dns', 'file')", name="method"),
        Index(
            "ix_own_domain_due",
            "next_check_at",
            postgresql_where=text("next_check_at IS NOT NULL"),
        ),
        Index("ix_own_domain_notice", "host", postgresql_where=text("notice IS NOT NULL")),
        Index(
            "uq_own_domain_proven", "host", unique=True, postgresql_where=text("state = 'proven'")
        ),
    )

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    host: Mapped[str] = mapped_column(String(253), primary_key=True)
    token: Mapped[str] = mapped_column(String(43))
    state: Mapped[str] = mapped_column(String(10))
    method: Mapped[str | None] = mapped_column(String(4))
    fault: Mapped[str | None] = mapped_column(String(12))
    failures: Mapped[int]
    failing_since: Mapped[datetime | None] = mapped_column(STAMP)
    missed: Mapped[int]
    reached: Mapped[bool]
    added_at: Mapped[datetime] = mapped_column(STAMP)
    state_at: Mapped[datetime] = mapped_column(STAMP)
    checked_at: Mapped[datetime | None] = mapped_column(STAMP)
    next_check_at: Mapped[datetime | None] = mapped_column(STAMP)
    notice: Mapped[str | None] = mapped_column(String(10))
    icp: Mapped[str | None] = mapped_column(String(40))
    icp_police: Mapped[str | None] = mapped_column(String(40))
