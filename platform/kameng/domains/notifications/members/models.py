"""The table of what members wish to be mailed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from tenants.database import SharedModel


class MemberWish(SharedModel):
    """The language of a member's mails, and the kinds of mails that are not wanted."""

    __tablename__ = "member_wish"
    __table_args__ = (CheckConstraint("locale IN ('zh_CN', 'en')", name="locale"),)

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    unwanted: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    locale: Mapped[str] = mapped_column(String(5))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
