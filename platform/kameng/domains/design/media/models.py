"""A site's pictures and films with their bytes; in each site's schema."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit import ids
from tenants.database import TenantModel

STAMP = DateTime(timezone=True)


class Media(TenantModel):
    """One picture, or a film by its still; its name and description change, what it shows never.

    `bytes` of all widths and of the film; `film`: what a FilmFacts has; none for a picture.
    """

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
    film: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class MediaFile(TenantModel):
    """The bytes of a picture in one width: WebP, written by us."""

    __tablename__ = "media_file"

    media_id: Mapped[UUID] = mapped_column(primary_key=True)
    width: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class MediaPart(TenantModel):
    """A piece of a film, rules.PART bytes but for the last: a viewer asks for some of it."""

    __tablename__ = "media_part"

    media_id: Mapped[UUID] = mapped_column(primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[bytes] = mapped_column(LargeBinary)
