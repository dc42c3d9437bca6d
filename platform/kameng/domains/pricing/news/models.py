"""The table of digests: one for a site and a window in which its costs moved."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit import ids
from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class PriceNews(SharedModel):
    """How the costs of a site moved within a window. `rows` are the widest moves, at most
    rules.MOST_TOLD; `count` is all of them."""

    __tablename__ = "price_news"
    __table_args__ = (
        UniqueConstraint("tenant_id", "since", name="uq_price_news_since"),
        CheckConstraint("count > 0", name="count"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    since: Mapped[datetime] = mapped_column(STAMP)
    until: Mapped[datetime] = mapped_column(STAMP)
    at: Mapped[datetime] = mapped_column(STAMP)
    count: Mapped[int]
    dearer: Mapped[int]
    cheaper: Mapped[int]
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
