"""Stored previews and what their commit wrote, so that an undo knows what to put back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit import ids
from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class CatalogueImport(SharedModel):
    """One uploaded spreadsheet: previewed, then committed, then perhaps undone."""

    __tablename__ = "catalogue_import"
    __table_args__ = (Index("ix_catalogue_import_tenant_id", "tenant_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    filename: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(10))
    rows_new: Mapped[int]
    rows_change: Mapped[int]
    rows_same: Mapped[int]
    rows_error: Mapped[int]
    warnings: Mapped[int]
    ignored: Mapped[list[str]] = mapped_column(JSONB)
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(STAMP)
    committed_at: Mapped[datetime | None] = mapped_column(STAMP)
    undone_at: Mapped[datetime | None] = mapped_column(STAMP)


class CatalogueImportRow(SharedModel):
    """One spreadsheet row: what it says, what is wrong with it, what became of it.

    `trail` is written by the commit: the versions it left behind and the values it replaced.
    """

    __tablename__ = "catalogue_import_row"

    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    result: Mapped[str] = mapped_column(String(8))
    values: Mapped[dict[str, Any]] = mapped_column(JSONB)
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    seen: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    trail: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    outcome: Mapped[str | None] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(40))
