"""The moves of sites in the tree, so that the last one can be taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class SiteMove(SharedModel):
    """One move of a site, with its whole sub-tree, and the terms it held before and after."""

    __tablename__ = "site_move"
    __table_args__ = (Index("ix_site_move_site_id", "site_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(BigInteger)
    from_id: Mapped[int] = mapped_column(BigInteger)
    to_id: Mapped[int] = mapped_column(BigInteger)
    sites: Mapped[int]
    terms_before: Mapped[dict[str, Any]] = mapped_column(JSONB)
    terms_after: Mapped[dict[str, Any]] = mapped_column(JSONB)
    moved_by: Mapped[str] = mapped_column(String(80))
    moved_at: Mapped[datetime] = mapped_column(STAMP)
    undone_at: Mapped[datetime | None] = mapped_column(STAMP)
