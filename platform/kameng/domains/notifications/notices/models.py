"""The tables of notices: what was said to a site, to whom, and how each wants to be told."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit import ids
from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class Notice(SharedModel):
    """Something a site was told once: `key` makes twice once within its kind."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("tenant_id", "kind", "key", name="uq_notice_key"),
        Index("ix_notice_at", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(200))
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    page: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(STAMP)


class NoticeCopy(SharedModel):
    """One person's copy: whether it stands in the inbox, is read, and when it is or was mailed.
    `to` is what one must hold to read it."""

    __tablename__ = "notice_copy"
    __table_args__ = (
        Index(
            "ix_notice_copy_unread",
            "tenant_id",
            "staff_id",
            postgresql_where="shown AND read_at IS NULL",
        ),
        Index(
            "ix_notice_copy_to_mail",
            "tenant_id",
            "staff_id",
            postgresql_where="mail_at IS NOT NULL AND mailed_at IS NULL",
        ),
    )

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    notice_id: Mapped[UUID] = mapped_column(primary_key=True)
    to: Mapped[str] = mapped_column(String(40))
    shown: Mapped[bool]
    read_at: Mapped[datetime | None] = mapped_column(STAMP)
    mail_at: Mapped[datetime | None] = mapped_column(STAMP)
    mailed_at: Mapped[datetime | None] = mapped_column(STAMP)


class NoticeWish(SharedModel):
    """How one person wants to be told on one site; kinds that are not named are as usual."""

    __tablename__ = "notice_wish"
    __table_args__ = (CheckConstraint("locale IN ('zh_CN', 'en')", name="locale"),)

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    kinds: Mapped[dict[str, Any]] = mapped_column(JSONB)
    locale: Mapped[str] = mapped_column(String(5))
    at: Mapped[datetime] = mapped_column(STAMP)
