"""The one row in which a site says below what balance it wants to be told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit.columns import MoneyType
from kameng.kit.money import Money
from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class BalanceAlarm(SharedModel):
    """`told_at` stands as long as the balance told of is still low."""

    __tablename__ = "balance_alarm"
    __table_args__ = (CheckConstraint("below > 0", name="ck_balance_alarm_below"),)

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    below: Mapped[Money] = mapped_column(MoneyType)
    currency: Mapped[str] = mapped_column(String(3))
    told_at: Mapped[datetime | None] = mapped_column(STAMP)
    updated_at: Mapped[datetime] = mapped_column(STAMP)
    updated_by: Mapped[str] = mapped_column(String(80))
