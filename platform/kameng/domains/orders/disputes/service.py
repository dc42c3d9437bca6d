"""The verb of a disputed order: whatever the provider says of the dispute, the order follows.

Reports may repeat and come in any order: where the order stands and where the dispute stands decide
what is still to do. The order is locked first, its dispute after.
"""

from __future__ import annotations

from datetime import datetime

from kameng.domains.orders import money, parts, record
from kameng.domains.orders.aftersale import books
from kameng.domains.orders.disputes import holding, rules
from kameng.domains.orders.record import Journey
from kameng.domains.orders.returns.settling import PAID_TWICE, PURPOSE
from kameng.domains.orders.rules import OrderState
from kameng.domains.payments import queries as payments
from kameng.domains.payments.disputes import queries
from kameng.domains.payments.disputes import service as disputes
from kameng.domains.payments.disputes.rules import SOON, DisputeFacts, DisputeState
from kameng.domains.payments.rules import AttemptFacts, ProviderDispute
from kameng.kit import audit
from kameng.kit.money import Money
from tenants.tree import Tenant

TASK = "dispute"


def disputed(
    tenant: Tenant, attempt: AttemptFacts, said: ProviderDispute, *, now: datetime
) -> DisputeFacts:
    """Take in what the provider says of a dispute, and let its order follow."""
    journey = record.locked(tenant, now=now, number=attempt.reference)
    dispute = disputes.take_in(tenant, attempt, said, now=now)
    if not dispute.followed and _follow(tenant, journey, attempt, dispute):
        dispute = disputes.followed(tenant, dispute.id, now=now)
    if journey.events:
        record.save(tenant, journey)
    return dispute


def _follow(tenant: Tenant, journey: Journey, attempt: AttemptFacts, dispute: DisputeFacts) -> bool:
    """Go as far as the order can; True when there is nothing left to do about the dispute."""
    state = journey.order.state
    if _is_second(tenant, attempt) or state in rules.ENDED:
        return _without_order(journey, dispute)
    if state in rules.WAITING and dispute.state is DisputeState.WON:
        return True
    if state not in rules.DISPUTABLE | rules.WAITING | {OrderState.RISK_HOLD}:
        disputes.postpone(tenant, dispute.id, now=journey.now, by=SOON)
        return False
    if state not in (OrderState.DISPUTED, OrderState.RISK_HOLD):
        _freeze(tenant, journey, dispute)
    if not dispute.is_over:
        return False
    _decided(tenant, journey, attempt, dispute)
    return True


def _freeze(tenant: Tenant, journey: Journey, dispute: DisputeFacts) -> None:
    """Whatever is not out yet stays in; whatever is out is settled with nobody."""
    record.open_task(journey.order, TASK, dispute.reason, now=journey.now)
    if journey.order.state in rules.WAITING:
        holding.hold(tenant, journey, dispute)
        return
    told = {"reason": dispute.reason, "amount": str(dispute.amount)}
    journey.move(OrderState.DISPUTED, "disputed", audit.SYSTEM, **told)


def _decided(
    tenant: Tenant, journey: Journey, attempt: AttemptFacts, dispute: DisputeFacts
) -> None:
    held = journey.order.state is OrderState.RISK_HOLD
    if dispute.state is DisputeState.WON:
        _won(tenant, journey, dispute)
    elif held:
        holding.lost(tenant, journey, attempt, dispute)
    else:
        _lost(tenant, journey, dispute)
    if not _others(tenant, journey, dispute):
        record.close_task(journey.order, TASK, now=journey.now)


def _won(tenant: Tenant, journey: Journey, dispute: DisputeFacts) -> None:
    """Free again, unless another dispute of the same order goes on."""
    told = {"amount": str(dispute.amount)}
    if _others(tenant, journey, dispute):
        journey.note("dispute_won", audit.SYSTEM, **told)
    elif journey.order.state is OrderState.RISK_HOLD:
        holding.won(tenant, journey, dispute)
    else:
        journey.move(OrderState.WON, "dispute_won", audit.SYSTEM, **told)


def _others(tenant: Tenant, journey: Journey, dispute: DisputeFacts) -> bool:
    """Whether another dispute of the same order goes on."""
    known = queries.of(tenant, PURPOSE, journey.order.number)
    return any(one.id != dispute.id and not one.followed for one in known)


def _lost(tenant: Tenant, journey: Journey, dispute: DisputeFacts) -> None:
    """Everybody gives up their part of what the bank took, as for a refund."""
    order, system = journey.order, audit.SYSTEM
    after = parts.shared_out(record.lines_of(order.id), dispute.taken)
    steps = [parts.reversal(line, tenant.root_id, back) for line, back in after]
    given = sum((step.amount for step in steps), Money.zero(order.currency))
    if any(step.parts for step in steps):
        money.dispute_lost(tenant, order, str(dispute.id), steps, given, system, now=journey.now)
    for line, back in after:
        books.set_back(line.id, back)
    books.count_back(order.id)
    gone = dispute.taken or dispute.amount
    journey.move(OrderState.LOST, "dispute_lost", system, amount=str(gone))


def _is_second(tenant: Tenant, attempt: AttemptFacts) -> bool:
    """Whether it was a second payment for the order, which goes back by itself."""
    past = payments.refunds_for(tenant, PURPOSE, attempt.reference)
    return any(one.attempt_id == attempt.id and one.reason == PAID_TWICE for one in past)


def _without_order(journey: Journey, dispute: DisputeFacts) -> bool:
    """The order has ended otherwise, or this payment was none of its own: a human is told, and
    what the bank keeps stays the house's loss."""
    if not dispute.is_over:
        record.open_task(journey.order, TASK, dispute.reason, now=journey.now)
        return False
    record.close_task(journey.order, TASK, now=journey.now)
    gone = dispute.taken or dispute.amount
    told = {"amount": str(gone), "state": dispute.state.value}
    journey.note("dispute_aside", audit.SYSTEM, **told)
    return True
