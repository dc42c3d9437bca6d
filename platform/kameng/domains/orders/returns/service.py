"""The verbs of giving money back: to the wallet at once, through the provider by a Call.

A refund that fails stays owed (REFUND_FAILED) and is put before a human."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from kameng.domains.orders import money, record
from kameng.domains.orders.errors import RefundNotPossible
from kameng.domains.orders.events import OrderRefunded
from kameng.domains.orders.record import Journey
from kameng.domains.orders.rules import REFUNDABLE, OrderState
from kameng.domains.payments import queries as payments
from kameng.domains.payments.refunds import service as refunds
from kameng.domains.payments.rules import (
    AttemptFacts,
    AttemptState,
    ProviderRefund,
    RefundFacts,
    RefundState,
    refundable,
)
from kameng.kit import audit, clock
from kameng.kit.audit import Actor
from kameng.kit.calls import Call, CallRefused, CallUnknown
from kameng.kit.outbox import announce
from tenants.tree import Tenant

Answer = ProviderRefund | CallRefused | CallUnknown
PURPOSE = "order"
PAID_TWICE = "paid_twice"


def refund(
    tenant: Tenant, number: str, *, reason: str, actor: Actor, now: datetime
) -> Call[Any, Any] | None:
    """Give back a paid order that has not been delivered. None: it went to the wallet, done."""
    journey = record.locked(tenant, now=now, number=number)
    if journey.order.state not in REFUNDABLE:
        raise RefundNotPossible(state=journey.order.state.value)
    return give_back(tenant, journey, reason=reason, actor=actor)


def retry_refund(
    tenant: Tenant, number: str, *, actor: Actor, now: datetime
) -> Call[Any, Any] | None:
    """A human has looked at a failed refund, the order's own or that of a second payment, and
    wants it tried again. Nothing new is owed: the first try booked the debt already."""
    journey = record.locked(tenant, now=now, number=number)
    failed = _failed_refund(tenant, journey)
    if failed.reason != PAID_TWICE:
        journey.move(OrderState.REFUNDING, "refund_retried", actor)
    else:
        journey.note("refund_retried", actor, amount=str(failed.amount))
    paid = payments.attempt(tenant, failed.attempt_id)
    begun = refunds.prepare(tenant, paid, failed.amount, reason=failed.reason, now=now)
    record.save(tenant, journey)
    record.close_task(journey.order, "refund_failed", now=now)
    return call_for(tenant, begun)


def _failed_refund(tenant: Tenant, journey: Journey) -> RefundFacts:
    """The newest failed refund whose money is still here."""
    past = payments.refunds_for(tenant, PURPOSE, journey.order.number)
    alive = {one.attempt_id for one in past if one.state is not RefundState.FAILED}
    failed = [one for one in past if one.attempt_id not in alive]
    if not failed:
        raise RefundNotPossible(state=journey.order.state.value)
    return failed[-1]


def give_back(
    tenant: Tenant, journey: Journey, *, reason: str, actor: Actor
) -> Call[Any, Any] | None:
    """Send a locked order's money back to where it came from, and store the order."""
    journey.move(OrderState.REFUNDING, "refunding", actor, reason=reason)
    if journey.order.pay_method == "wallet":
        money.refunded_to_wallet(tenant, journey.order, actor, now=journey.now)
        _finished(tenant, journey, actor)
        record.save(tenant, journey)
        return None
    call = _through_provider(tenant, journey, reason, actor)
    record.save(tenant, journey)
    return call


def give_back_twice_paid(
    tenant: Tenant, journey: Journey, paid: AttemptFacts, *, actor: Actor
) -> Call[Any, Any]:
    """A second payment for one order goes back at once; the order itself stays where it is."""
    begun = refunds.prepare(tenant, paid, paid.amount, reason=PAID_TWICE, now=journey.now)
    money.refund_begun(tenant, journey.order, str(begun.id), begun.amount, actor, now=journey.now)
    journey.note("paid_twice", actor, amount=str(paid.amount), refund=str(begun.id))
    return call_for(tenant, begun)


def call_for(tenant: Tenant, begun: RefundFacts) -> Call[ProviderRefund, RefundFacts]:
    """The call that sends a refund. Its own key makes sending it again harmless."""

    def settle(answer: Answer) -> RefundFacts:
        return settled(tenant, begun.reference, begun.id, answer, now=clock.now())

    return Call(lambda: refunds.send(begun), settle)


def settled(
    tenant: Tenant, reference: str, refund_id: UUID, answer: Answer, *, now: datetime
) -> RefundFacts:
    """Apply what is known of a refund to its order and to the books."""
    journey = record.locked(tenant, now=now, number=reference)
    known, ended = refunds.settled(tenant, refund_id, answer, now=now)
    if not ended:
        return known
    if known.state is RefundState.SUCCEEDED:
        _money_left(tenant, journey, known)
    else:
        _failed(journey, known)
    record.save(tenant, journey)
    return known


def _money_left(tenant: Tenant, journey: Journey, known: RefundFacts) -> None:
    money.refund_left(
        tenant, journey.order, str(known.id), known.amount, audit.SYSTEM, now=journey.now
    )
    if _is_the_orders(journey, known):
        _finished(tenant, journey, audit.SYSTEM)
    else:
        journey.note("second_payment_refunded", audit.SYSTEM, amount=str(known.amount))


def _is_the_orders(journey: Journey, known: RefundFacts) -> bool:
    """Whether this refund is the one the order waits for, not that of a second payment."""
    return known.reason != PAID_TWICE and journey.order.state is OrderState.REFUNDING


def _failed(journey: Journey, known: RefundFacts) -> None:
    reason = known.problem or known.state.value
    if _is_the_orders(journey, known):
        journey.move(OrderState.REFUND_FAILED, "refund_failed", audit.SYSTEM, reason=reason)
    else:
        journey.note("second_refund_failed", audit.SYSTEM, reason=reason)
    record.open_task(journey.order, "refund_failed", reason, now=journey.now)


def _finished(tenant: Tenant, journey: Journey, actor: Actor) -> None:
    journey.move(OrderState.REFUNDED, "refunded", actor, amount=str(journey.order.total))
    announce(tenant, OrderRefunded(journey.order.id, journey.order.number))


def _through_provider(
    tenant: Tenant, journey: Journey, reason: str, actor: Actor
) -> Call[Any, Any]:
    """Prepare a refund, and book that what was owed in goods is now owed in money."""
    paid = _paid_attempt(tenant, journey)
    begun = refunds.prepare(tenant, paid, journey.order.total, reason=reason, now=journey.now)
    money.refund_begun(tenant, journey.order, str(begun.id), begun.amount, actor, now=journey.now)
    return call_for(tenant, begun)


def _paid_attempt(tenant: Tenant, journey: Journey) -> AttemptFacts:
    """The attempt whose money the order kept: it came in, and has not been given back."""
    order = journey.order
    past = payments.refunds_for(tenant, PURPOSE, order.number)
    for one in payments.attempts_for(tenant, PURPOSE, order.number):
        own = [refund for refund in past if refund.attempt_id == one.id]
        if one.state is AttemptState.SUCCEEDED and refundable(one.amount, own) >= order.total:
            return one
    raise RefundNotPossible(state=order.state.value)
