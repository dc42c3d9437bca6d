"""The verbs of giving money back: to the wallet at once, through the provider by a Call.

A refund that fails stays owed (REFUND_FAILED) and is put before a human."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kameng.domains.delivery import service as delivery
from kameng.domains.orders import collecting, money, record
from kameng.domains.orders.aftersale import books
from kameng.domains.orders.errors import NotYoursToRefund, PaymentDisputed, RefundNotPossible
from kameng.domains.orders.models import OrderRefund
from kameng.domains.orders.record import Journey
from kameng.domains.orders.returns import settling
from kameng.domains.orders.returns.settling import ASIDE, PAID_TWICE, PURPOSE
from kameng.domains.orders.rules import REFUNDABLE, OrderFacts, OrderState
from kameng.domains.payments import queries as payments
from kameng.domains.payments.disputes import queries as dispute_queries
from kameng.domains.payments.refunds import service as refunds
from kameng.domains.payments.rules import AttemptFacts, RefundFacts, RefundState
from kameng.kit import ids
from kameng.kit.audit import Actor
from kameng.kit.calls import Call
from kameng.kit.money import Money
from tenants.tree import Tenant


def refund(
    tenant: Tenant, number: str, *, by: Tenant, reason: str, actor: Actor, now: datetime
) -> Call[Any, Any] | None:
    """Give back a paid order that has not been delivered. None: it went to the wallet, done. `by`
    is the site whose staff decides.

    Refuses NotYoursToRefund, RefundNotPossible, and PaymentDisputed once a bank is taking the money
    by itself."""
    journey = record.locked(tenant, now=now, number=number)
    if not may_refund(tenant, journey.order, by=by):
        raise NotYoursToRefund()
    if journey.order.state not in REFUNDABLE:
        raise RefundNotPossible(state=journey.order.state.value)
    disputes = dispute_queries.of(tenant, PURPOSE, journey.order.number)
    if any(one.is_taking for one in disputes):
        raise PaymentDisputed()
    delivery.give_back(tenant, journey.order.id)
    return give_back(tenant, journey, reason=reason, actor=actor)


def retry_refund(
    tenant: Tenant, number: str, *, by: Tenant, actor: Actor, now: datetime
) -> Call[Any, Any] | None:
    """A human has looked at a failed refund of goods never delivered, or of a second payment, and
    wants it tried again. Nothing new is owed: the first try booked the debt already. Refuses
    NotYoursToRefund, RefundNotPossible."""
    journey = record.locked(tenant, now=now, number=number)
    goods = books.failed(journey.order.id)
    failed = _failed_refund(tenant, journey, goods)
    if collecting.is_own(tenant, failed) and not _holds_keys(tenant, by):
        raise NotYoursToRefund()
    if failed.reason not in ASIDE:
        _again(journey, actor)
    else:
        journey.note("refund_retried", actor, amount=str(failed.amount))
    begun = _sent_again(tenant, journey, failed)
    if goods is None:
        record.close_task(journey.order, "refund_failed", now=now)
    return settling.call_for(tenant, begun)


def may_refund(tenant: Tenant, order: OrderFacts, *, by: Tenant) -> bool:
    """What the master took whoever may refund gives back, at the site or above it. What lies on a
    site's own account only that site sends back, and the master."""
    return order.pay_method != collecting.OWN or _holds_keys(tenant, by)


def _holds_keys(tenant: Tenant, by: Tenant) -> bool:
    return by.is_root or by.id == tenant.id


def retry_goods(
    tenant: Tenant, number: str, *, actor: Actor, now: datetime
) -> Call[Any, Any] | None:
    """The same for a failed refund of delivered goods, which takes the right to begin one; what
    was given up meanwhile is owed no more."""
    journey = record.locked(tenant, now=now, number=number)
    goods = books.failed(journey.order.id)
    if goods is None or goods.attempt_id is None:
        raise RefundNotPossible(state=journey.order.state.value)
    _again(journey, actor)
    begun = _sent_again(tenant, journey, payments.refund(tenant, goods.attempt_id))
    books.try_again(goods, begun.id)
    if not any(one.reason in ASIDE for one in _failed(tenant, journey)):
        record.close_task(journey.order, "refund_failed", now=now)
    return settling.call_for(tenant, begun)


def _again(journey: Journey, actor: Actor) -> None:
    if journey.order.state is not OrderState.REFUND_FAILED:
        raise RefundNotPossible(state=journey.order.state.value)
    journey.move(OrderState.REFUNDING, "refund_retried", actor)


def _sent_again(tenant: Tenant, journey: Journey, failed: RefundFacts) -> RefundFacts:
    paid = payments.attempt(tenant, failed.attempt_id)
    begun = refunds.prepare(tenant, paid, failed.amount, reason=failed.reason, now=journey.now)
    record.save(tenant, journey)
    return begun


def _failed_refund(tenant: Tenant, journey: Journey, goods: OrderRefund | None) -> RefundFacts:
    """The newest whose money is still here. While one of delivered goods has failed, only a second
    payment's: whatever else failed of the order's own payment was tried again as that."""
    failed = _failed(tenant, journey)
    if goods is not None:
        failed = [one for one in failed if one.reason in ASIDE]
    if not failed:
        raise RefundNotPossible(state=journey.order.state.value)
    return failed[-1]


def _failed(tenant: Tenant, journey: Journey) -> list[RefundFacts]:
    """Refunds that failed of payments nothing has gone back of since."""
    past = payments.refunds_for(tenant, PURPOSE, journey.order.number)
    alive = {one.attempt_id for one in past if one.state is not RefundState.FAILED}
    return [one for one in past if one.state is RefundState.FAILED and one.attempt_id not in alive]


def still_owed(tenant: Tenant, number: str) -> Money:
    """What a refund of an order that was not delivered would give back."""
    order, lines = record.read(ids.read_number(number))
    return settling.still_owed(tenant, order, lines)


def give_back(
    tenant: Tenant, journey: Journey, *, reason: str, actor: Actor
) -> Call[Any, Any] | None:
    """Send a locked order's money back to where it came from, and store the order."""
    journey.move(OrderState.REFUNDING, "refunding", actor, reason=reason)
    if journey.order.pay_method == "wallet":
        money.refunded_to_wallet(tenant, journey.order, actor, now=journey.now)
        settling.finish(tenant, journey, actor)
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
    settling.owe(tenant, journey, begun, actor)
    journey.note("paid_twice", actor, amount=str(paid.amount), refund=str(begun.id))
    return settling.call_for(tenant, begun)


def _through_provider(
    tenant: Tenant, journey: Journey, reason: str, actor: Actor
) -> Call[Any, Any]:
    """Prepare a refund, and book that what was owed in goods is now owed in money."""
    rest = settling.still_owed(tenant, journey.order, record.lines_of(journey.order.id))
    paid = settling.paid_attempt(tenant, journey, rest)
    said = settling.typed(reason)
    begun = refunds.prepare(tenant, paid, rest, reason=said, now=journey.now)
    collecting.release(tenant, journey.order, actor, now=journey.now)
    settling.owe(tenant, journey, begun, actor)
    return settling.call_for(tenant, begun)
