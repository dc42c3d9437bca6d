"""The tables of cost moves that wait, and of how far one may go by itself."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit.columns import MoneyType
from kameng.kit.money import Money
from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class PricePolicy(SharedModel):
    """What a site set for itself; without a row the defaults hold. `alarm` is parts per million,
    nothing means that no move waits."""

    __tablename__ = "price_policy"
    __table_args__ = (CheckConstraint("alarm >= 0", name="alarm"),)

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    alarm: Mapped[int | None]
    updated_at: Mapped[datetime] = mapped_column(STAMP)
    updated_by: Mapped[str] = mapped_column(String(80))


class CostWaiting(SharedModel):
    """A cost somebody wants that goes too far to move alone; a newer one takes its place under a
    new `id`. `source_id` is the import it came from."""

    __tablename__ = "price_cost_waiting"
    __table_args__ = (
        CheckConstraint("before >= 0 AND after >= 0 AND before <> after", name="moves"),
    )

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    sku_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID]
    before: Mapped[Money] = mapped_column(MoneyType)
    after: Mapped[Money] = mapped_column(MoneyType)
    source_id: Mapped[UUID | None]
    actor: Mapped[str] = mapped_column(String(80))
    actor_name: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(STAMP)
