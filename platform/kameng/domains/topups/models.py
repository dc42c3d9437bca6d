"""Top-ups, and what one may be."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from kameng.kit.columns import MoneyType
from kameng.kit.money import Money
from tenants.database import SharedModel

STAMP = DateTime(timezone=True)


class TopUp(SharedModel):
    """One payment onto a balance: a member's at a site, or the site's own with its master."""

    __tablename__ = "topup"
    __table_args__ = (
        UniqueConstraint("attempt_id", name="uq_topup_attempt_id"),
        CheckConstraint("amount > 0", name="ck_topup_amount"),
        CheckConstraint("refunded >= 0 AND refunded <= amount", name="ck_topup_refunded"),
        CheckConstraint("(payer = 'member') = (member_id IS NOT NULL)", name="ck_topup_payer"),
        Index("ix_topup_tenant_id", "tenant_id", "id"),
        Index("ix_topup_root_id", "root_id", "id"),
        Index(
            "ix_topup_member_id",
            "member_id",
            "id",
            postgresql_where=text("member_id IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    root_id: Mapped[int] = mapped_column(BigInteger)
    payer: Mapped[str] = mapped_column(String(8))
    member_id: Mapped[UUID | None]
    attempt_id: Mapped[UUID]
    amount: Mapped[Money] = mapped_column(MoneyType)
    refunded: Mapped[Money] = mapped_column(MoneyType)
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(12))
    problem: Mapped[str | None] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(STAMP)
    paid_at: Mapped[datetime | None] = mapped_column(STAMP)


class TopUpPolicy(SharedModel):
    """What one payment onto a kind of balance may be: a site's own row, or its master's."""

    __tablename__ = "topup_policy"
    __table_args__ = (
        CheckConstraint("minimum > 0 AND minimum <= maximum", name="ck_topup_policy_range"),
    )

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    payer: Mapped[str] = mapped_column(String(8), primary_key=True)
    is_open: Mapped[bool]
    minimum: Mapped[Money] = mapped_column(MoneyType)
    maximum: Mapped[Money] = mapped_column(MoneyType)
    choices: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    updated_at: Mapped[datetime] = mapped_column(STAMP)
    updated_by: Mapped[str] = mapped_column(String(80))
