"""Price spreadsheets that were checked: the head is kept, the rows only until it is decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit import ids
from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class PriceSheet(SharedModel):
    """One uploaded price spreadsheet; `marked` says that it carried what its export saw."""

    __tablename__ = "price_sheet"
    __table_args__ = (
        Index("ix_price_sheet_tenant_id", "tenant_id", "id"),
        CheckConstraint("state IN ('checked', 'committed', 'discarded')", name="state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    filename: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(10))
    rows_change: Mapped[int]
    rows_same: Mapped[int]
    rows_error: Mapped[int]
    prices: Mapped[int]
    warnings: Mapped[int]
    marked: Mapped[bool]
    ignored: Mapped[list[str]] = mapped_column(JSONB)
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(STAMP)
    closed_at: Mapped[datetime | None] = mapped_column(STAMP)
    change_id: Mapped[UUID | None]


class PriceSheetRow(SharedModel):
    """One row that would change something or cannot: its entries as the history of prices will
    keep them, what was seen when they were decided, and what comes of them."""

    __tablename__ = "price_sheet_row"

    sheet_id: Mapped[UUID] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    sku_id: Mapped[UUID | None]
    result: Mapped[str] = mapped_column(String(8))
    entries: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    cells: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    seen: Mapped[list[int]] = mapped_column(JSONB)
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
