"""API keys, in the shared schema beside the grants they hang on; of the key only a digest."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit import ids
from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class ApiKey(SharedModel):
    """One key of one site: never deleted, so that the log can always be read; revoked once.

    `hint` is how the key begins, for people to tell keys apart; `networks` empty: from anywhere.
    """

    __tablename__ = "api_key"
    __table_args__ = (
        UniqueConstraint("digest", name="uq_api_key_digest"),
        Index("ix_api_key_tenant_id", "tenant_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(40))
    hint: Mapped[str] = mapped_column(String(12))
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    permissions: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    networks: Mapped[list[str]] = mapped_column(ARRAY(String(50)))
    made_by: Mapped[UUID]
    made_at: Mapped[datetime] = mapped_column(STAMP)
    expires_at: Mapped[datetime | None] = mapped_column(STAMP)
    revoked_at: Mapped[datetime | None] = mapped_column(STAMP)
    revoked_by: Mapped[str | None] = mapped_column(String(80))
    used_at: Mapped[datetime | None] = mapped_column(STAMP)
    used_from: Mapped[str | None] = mapped_column(String(45))
    stopped_at: Mapped[datetime | None] = mapped_column(STAMP)
