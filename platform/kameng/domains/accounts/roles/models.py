"""A site's own roles, in the shared schema beside the grants that name them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from tenants.database import SharedModel


class StaffRole(SharedModel):
    """What a site's own role lets its people do; `version` is what an editor must have seen."""

    __tablename__ = "staff_role"
    __table_args__ = (UniqueConstraint("tenant_id", "name", name="uq_staff_role_name"),)

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(30))
    permissions: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    version: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
