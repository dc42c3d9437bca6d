"""Levels, packages and each site's terms, in the shared schema."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit import ids
from kameng.kit.columns import MoneyType
from kameng.kit.money import Money
from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class Level(SharedModel):
    """A price level a site gives to its children; a higher rank buys cheaper. `platform_fee`: what
    the master keeps of the sales of its sites, in parts per million; only on the master's own."""

    __tablename__ = "level"
    __table_args__ = (
        UniqueConstraint("tenant_id", "name", name="uq_level_tenant_id_name"),
        CheckConstraint("settle_kind IN ('days', 'weekly', 'monthly')", name="settle_kind"),
        CheckConstraint("settle_days BETWEEN 1 AND 90", name="settle_days"),
        CheckConstraint("platform_fee BETWEEN 0 AND 500000", name="platform_fee"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(30))
    rank: Mapped[int]
    settle_kind: Mapped[str] = mapped_column(String(10), server_default="days")
    settle_days: Mapped[int] = mapped_column(SmallInteger, server_default="7")
    platform_fee: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime] = mapped_column(STAMP)


class Package(SharedModel):
    """What a site sells to those who open a site below it."""

    __tablename__ = "package"
    __table_args__ = (
        Index("ix_package_tenant_id", "tenant_id", "position"),
        CheckConstraint("fee_year > 0", name="fee_year"),
        CheckConstraint("grace_days BETWEEN 0 AND 60", name="grace_days"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(30))
    summary: Mapped[str] = mapped_column(String(120))
    level_id: Mapped[UUID | None]
    fee: Mapped[Money] = mapped_column(MoneyType)
    fee_year: Mapped[Money | None] = mapped_column(MoneyType)
    trial_days: Mapped[int | None]
    grace_days: Mapped[int] = mapped_column(SmallInteger, server_default="7")
    allows: Mapped[dict[str, Any]] = mapped_column(JSONB)
    on_sale: Mapped[bool]
    popular: Mapped[bool]
    position: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(STAMP)
    updated_at: Mapped[datetime] = mapped_column(STAMP)


class TenantTerms(SharedModel):
    """What one child site holds from its parent; `allows` is the package's, as bought. `lapsed_at`:
    when the clock shut the site because its time and its grace were over."""

    __tablename__ = "tenant_terms"
    __table_args__ = (Index("ix_tenant_terms_parent_id", "parent_id"),)

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    parent_id: Mapped[int] = mapped_column(BigInteger)
    package_id: Mapped[UUID]
    level_id: Mapped[UUID | None]
    allows: Mapped[dict[str, Any]] = mapped_column(JSONB)
    valid_from: Mapped[datetime] = mapped_column(STAMP)
    valid_until: Mapped[datetime | None] = mapped_column(STAMP)
    grace_days: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    lapsed_at: Mapped[datetime | None] = mapped_column(STAMP)
