"""The table of those who are paid."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class Payee(SharedModel):
    """Who is paid what an owner earns at a site, at most one; `root_id` is the master that checks.

    `version` grows with everything that is sent or decided: a decision names the one it saw.
    `digest` finds equal papers at the same site without reading them.
    """

    __tablename__ = "payee"
    __table_args__ = (
        UniqueConstraint("tenant_id", "owner_type", "owner_id", name="uq_payee_owner"),
        CheckConstraint("state IN ('sent', 'verified', 'refused')", name="state"),
        CheckConstraint("kind IN ('person', 'company')", name="kind"),
        Index("ix_payee_root_id", "root_id", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    root_id: Mapped[int] = mapped_column(BigInteger)
    owner_type: Mapped[str] = mapped_column(String(20))
    owner_id: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(10))
    legal_name: Mapped[str] = mapped_column(String(60))
    id_sealed: Mapped[bytes]
    id_hint: Mapped[str] = mapped_column(String(30))
    digest: Mapped[bytes | None]
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(200))
    version: Mapped[int]
    sent_at: Mapped[datetime] = mapped_column(STAMP)
    sent_by: Mapped[str] = mapped_column(String(80))
    decided_at: Mapped[datetime | None] = mapped_column(STAMP)
    decided_by: Mapped[str | None] = mapped_column(String(80))
