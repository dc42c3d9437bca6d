"""Reads of what providers kept: whom to ask again, and month by month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text

from kameng.domains.payments import queries as payments
from kameng.domains.payments.kept.rules import Month
from kameng.domains.payments.models import PaymentAttempt, RefundAttempt
from kameng.domains.payments.rules import AttemptFacts, RefundState
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant

MONTHS = """
SELECT month, payments, paid, agreed, kept, untold
FROM shared.fees_by_month(:channel, :since) ORDER BY month DESC
"""


def to_ask(now: datetime, *, limit: int = 100) -> Sequence[AttemptFacts]:
    """Payments to masters of which the provider has not said yet what it kept. Inside
    `shared()`."""
    rows = session.scalars(
        select(PaymentAttempt)
        .where(PaymentAttempt.fee_check_at <= now)
        .order_by(PaymentAttempt.fee_check_at)
        .limit(limit)
    )
    return [payments.facts(row) for row in rows]


def months(master: Tenant, channel: str, *, since: datetime) -> list[Month]:
    """What a provider kept of all payments to the bound master since then, newest month first;
    months are the shop's."""
    rows = session.execute(text(MONTHS), {"channel": channel, "since": since})

    def money(micro: int) -> Money:
        return Money(micro, master.currency)

    return [
        Month(
            row.month,
            row.payments,
            money(row.paid),
            money(row.agreed),
            money(row.kept),
            row.untold,
        )
        for row in rows
    ]


def fee_back(attempt_id: UUID, currency: str) -> Money:
    """What refunds of a payment have brought back of its agreed fee."""
    back = session.scalars(
        select(RefundAttempt.fee_back).where(
            RefundAttempt.attempt_id == attempt_id,
            RefundAttempt.state == RefundState.SUCCEEDED,
            RefundAttempt.fee_back.is_not(None),
        )
    )
    return sum((one for one in back if one), Money.zero(currency))
