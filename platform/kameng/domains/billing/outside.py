"""What becomes of a package whose payment was given back at the provider itself.

All of it gone, the seller gives up the fee and the site the time, as after a lost dispute; a part
alone leaves the package. Then the top-up follows as any other.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from kameng.domains.billing import queries, returns
from kameng.domains.billing.errors import FeeOfAnotherParent, NoPackageHere
from kameng.domains.payments import queries as attempts
from kameng.domains.payments.rules import (
    OUTSIDE,
    AttemptFacts,
    ProviderRefund,
    RefundFacts,
    RefundState,
    refund_state,
)
from kameng.domains.topups.returns import service as topups
from kameng.domains.topups.returns.service import Answer
from kameng.kit.audit import SYSTEM
from tenants.tree import Tenant


def refunded_outside(
    tenant: Tenant, attempt: AttemptFacts, said: ProviderRefund, *, now: datetime
) -> str:
    """Take in a refund of a top-up that nobody here asked for; says what is wrong with it."""
    _follow(tenant, attempt, said, now)
    return topups.refunded_outside(tenant, attempt, said, now=now)


def refund_settled(
    tenant: Tenant, reference: str, refund_id: UUID, answer: Answer, *, now: datetime
) -> RefundFacts:
    """Apply what is known of any refund of a top-up, once."""
    known = attempts.refund(tenant, refund_id)
    if known.reason == OUTSIDE and isinstance(answer, ProviderRefund):
        _follow(tenant, attempts.attempt(tenant, known.attempt_id), answer, now)
    return topups.settled(tenant, reference, refund_id, answer, now=now)


def _follow(tenant: Tenant, attempt: AttemptFacts, said: ProviderRefund, now: datetime) -> None:
    paid = queries.payment(tenant, UUID(attempt.reference))
    if paid is None or paid.receipt_id is None or not _is_whole(attempt, said):
        return
    with suppress(FeeOfAnotherParent, NoPackageHere):
        returns.take_back(tenant, paid.receipt_id, reason=OUTSIDE, actor=SYSTEM, now=now)


def _is_whole(attempt: AttemptFacts, said: ProviderRefund) -> bool:
    """Whether the whole payment has left; a refund of something else moves no package."""
    theirs = (said.payment, said.amount_fen, said.currency.upper())
    ours = (attempt.provider_payment, attempt.amount.fen, attempt.amount.currency)
    return theirs == ours and refund_state(said.status) is RefundState.SUCCEEDED
