"""Applications to open a site, and the names that are kept for ever; in the shared schema."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class Application(SharedModel):
    """A wish to open a site below `tenant_id`. The password hash leaves with the account."""

    __tablename__ = "application"
    __table_args__ = (
        Index("ix_application_tenant_id", "tenant_id", "id"),
        Index(
            "ix_application_unfinished",
            "created_at",
            postgresql_where="state IN ('applied', 'claimed')",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    slug: Mapped[str] = mapped_column(String(30))
    site_name: Mapped[str] = mapped_column(String(30))
    package_id: Mapped[UUID]
    theme: Mapped[str] = mapped_column(String(40))
    preset: Mapped[str | None] = mapped_column(String(40))
    locale: Mapped[str | None] = mapped_column(String(8))
    primary_color: Mapped[str] = mapped_column(String(7))
    staff_id: Mapped[UUID]
    login: Mapped[str] = mapped_column(String(32))
    owner_name: Mapped[str] = mapped_column(String(40))
    email: Mapped[str] = mapped_column(String(254))
    password_hash: Mapped[str | None] = mapped_column(String(120))
    terms_version: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(40))
    opened_id: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(STAMP)
    opened_at: Mapped[datetime | None] = mapped_column(STAMP)


class SiteName(SharedModel):
    """A name in use or once used; `look` is the name with look-alike letters folded."""

    __tablename__ = "site_name"

    look: Mapped[str] = mapped_column(String(30), primary_key=True)
    slug: Mapped[str] = mapped_column(String(30))
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    kept_at: Mapped[datetime] = mapped_column(STAMP)
