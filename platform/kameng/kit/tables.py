"""The shared tables behind the queues, the audit log and the keys."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit import ids
from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class OutboxRow(SharedModel):
    """A fact announced in the transaction that made it true, waiting for the relay."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_pending", "not_before", "id", postgresql_where="done_at IS NULL"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(STAMP)
    not_before: Mapped[datetime] = mapped_column(STAMP)
    attempts: Mapped[int]
    last_error: Mapped[str | None] = mapped_column(Text)
    done_at: Mapped[datetime | None] = mapped_column(STAMP)


class ReactionDone(SharedModel):
    """That one reaction to one event has run: twice is once."""

    __tablename__ = "reaction_done"

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    reaction: Mapped[str] = mapped_column(String(80), primary_key=True)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    done_at: Mapped[datetime] = mapped_column(STAMP)


class InboxRow(SharedModel):
    """A verified notification from outside, stored before anything is made of it."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("provider", "event_id", name="uq_inbox_provider_event_id"),
        Index("ix_inbox_pending", "not_before", "id", postgresql_where="state = 'new'"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    provider: Mapped[str] = mapped_column(String(20))
    event_id: Mapped[str] = mapped_column(String(255))
    headers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(STAMP)
    not_before: Mapped[datetime] = mapped_column(STAMP)
    attempts: Mapped[int]


class DueRow(SharedModel):
    """Something that must happen to a tenant at a time; the clock fires it."""

    __tablename__ = "due"
    __table_args__ = (Index("ix_due_at", "at"),)

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[datetime] = mapped_column(STAMP)
    attempts: Mapped[int]


class AuditRow(SharedModel):
    """Who changed what, from where; append-only."""

    __tablename__ = "audit_log"
    __table_args__ = (Index("ix_audit_log_tenant_id", "tenant_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(STAMP)
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[str] = mapped_column(String(60))
    actor_name: Mapped[str] = mapped_column(String(80))
    ip: Mapped[str] = mapped_column(String(45))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(120))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB)


class DataKey(SharedModel):
    """A tenant's data key, wrapped by the master key; the newest one seals."""

    __tablename__ = "data_key"

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    key_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(STAMP)
