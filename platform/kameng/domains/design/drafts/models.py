"""The working draft of a site; in each site's schema, at most one row."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import SmallInteger, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from tenants.database import TenantModel


class DesignDraft(TenantModel):
    """The one draft. `doc_json` and `tokens_json` are null while nothing is being drafted; the row
    stays, so that `step` goes on rising. `editor` is the tab that saved last."""

    __tablename__ = "design_draft"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    step: Mapped[int]
    theme: Mapped[str] = mapped_column(String(40))
    theme_version: Mapped[str] = mapped_column(String(20))
    doc_json: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    tokens_json: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    base_rev: Mapped[UUID]
    author: Mapped[str] = mapped_column(String(80))
    editor: Mapped[str] = mapped_column(String(40))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
