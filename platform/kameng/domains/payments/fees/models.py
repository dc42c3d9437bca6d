"""The fees of an alliance's providers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit.columns import MoneyType
from kameng.kit.money import Money
from tenants.database import SharedModel


class ChannelFeeRow(SharedModel):
    """What one provider keeps of each payment, as the master has set it."""

    __tablename__ = "channel_fee"
    __table_args__ = (
        CheckConstraint("percent BETWEEN 0 AND 200000", name="ck_channel_fee_percent"),
        CheckConstraint("flat >= 0", name="ck_channel_fee_flat"),
    )

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    percent: Mapped[int] = mapped_column(BigInteger)
    flat: Mapped[Money] = mapped_column(MoneyType)
    returns: Mapped[bool]
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_by: Mapped[str] = mapped_column(String(80))
