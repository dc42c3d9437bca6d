"""A site's pictures and their bytes; in each site's schema."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit import ids
from tenants.database import TenantModel

STAMP = DateTime(timezone=True)


class Media(TenantModel):
    """One picture; its name and description change, its pixels never. `bytes` of all widths."""

    __tablename__ = "media"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    name: Mapped[str] = mapped_column(String(80))
    alt: Mapped[str] = mapped_column(String(160))
    kind: Mapped[str] = mapped_column(String(10))
    width: Mapped[int]
    height: Mapped[int]
    digest: Mapped[str] = mapped_column(String(16))
    bytes: Mapped[int]
    author: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(STAMP)
    deleted_at: Mapped[datetime | None] = mapped_column(STAMP)


class MediaFile(TenantModel):
    """The bytes of a picture in one width: WebP, written by us."""

    __tablename__ = "media_file"

    media_id: Mapped[UUID] = mapped_column(primary_key=True)
    width: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[bytes] = mapped_column(LargeBinary)
