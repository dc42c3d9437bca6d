"""The delivery of each order line, in the site's own schema. The secrets stay in the stock."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from tenants.database import TenantModel

STAMP = DateTime(timezone=True)


class Fulfilment(TenantModel):
    """One order line on its way to the shopper; a line without a row is simply waiting."""

    __tablename__ = "fulfilment"
    __table_args__ = (Index("ix_fulfilment_order_id", "order_id"),)

    line_id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(String(12))
    held_until: Mapped[datetime | None] = mapped_column(STAMP)
    delivered_at: Mapped[datetime | None] = mapped_column(STAMP)
    revealed_at: Mapped[datetime | None] = mapped_column(STAMP)
    moved_at: Mapped[datetime] = mapped_column(STAMP)
