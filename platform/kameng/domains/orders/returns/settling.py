"""How a refund ends: what the provider says of it is applied to its order, its goods, the books."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from kameng.domains.orders import collecting, money, record
from kameng.domains.orders.aftersale import books
from kameng.domains.orders.aftersale.rules import back_in_all
from kameng.domains.orders.errors import RefundNotPossible
from kameng.domains.orders.events import GoodsRefunded, OrderRefunded
from kameng.domains.orders.models import OrderRefund
from kameng.domains.orders.record import Journey
from kameng.domains.orders.rules import LineFacts, OrderFacts, OrderState, Progress
from kameng.domains.payments import queries as payments
from kameng.domains.payments.refunds import service as refunds
from kameng.domains.payments.rules import (
    OUTSIDE,
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
from kameng.kit.money import Money
from kameng.kit.outbox import announce
from tenants.tree import Tenant

Answer = ProviderRefund | CallRefused | CallUnknown
PURPOSE = "order"
PAID_TWICE = "paid_twice"
"""A second payment for one order."""
DISPUTE_REST = "dispute_rest"
"""What a lost dispute left of an order that was never delivered."""
ASIDE = {
    PAID_TWICE: ("second_payment_refunded", "second_refund_failed"),
    DISPUTE_REST: ("rest_refunded", "rest_refund_failed"),
}
"""The reasons of refunds their orders do not wait for, and what their ends are called."""


def typed(reason: str) -> str:
    """What a person typed never reads as one of our own words."""
    return f"“{reason}”" if reason in ASIDE else reason


def owe(tenant: Tenant, journey: Journey, begun: RefundFacts, actor: Actor) -> None:
    """The master owes what it took; what a site took itself the master never had."""
    if collecting.is_own(tenant, begun):
        return
    money.refund_begun(tenant, journey.order, str(begun.id), begun.amount, actor, now=journey.now)


def call_for(tenant: Tenant, begun: RefundFacts) -> Call[ProviderRefund, RefundFacts]:
    """The call that sends a refund. Its own key makes sending it again harmless."""

    def settle(answer: Answer) -> RefundFacts:
        return settled(tenant, begun.reference, begun.id, answer, now=clock.now())

    gateway = refunds.gateway_of(tenant, begun)
    return Call(lambda: refunds.send(begun, gateway), settle)


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


def finish(tenant: Tenant, journey: Journey, actor: Actor) -> None:
    """The money of an order that was never delivered has gone back, all of it."""
    order = journey.order
    journey.move(OrderState.REFUNDED, "refunded", actor, amount=str(order.total))
    books.tell_index(order.id, order.total)
    announce(tenant, OrderRefunded(order.id, order.number))


def finish_goods(tenant: Tenant, journey: Journey, row: OrderRefund, actor: Actor) -> None:
    """The money for delivered goods has gone back; the order ends there if it was the last."""
    books.end(row, journey, Progress.DONE)
    whole = books.is_all_back(record.lines_of(journey.order.id))
    to = OrderState.REFUNDED if whole else OrderState.PARTIALLY_REFUNDED
    journey.move(to, "goods_refunded", actor, amount=str(row.amount))
    order = journey.order
    announce(tenant, GoodsRefunded(order.id, order.number, row.id, by_mail="@" in order.contact))


def paid_attempt(tenant: Tenant, journey: Journey, amount: Money) -> AttemptFacts:
    """The attempt whose money the order kept: so much of it came in and has not been given back.
    A second payment is no part of the order, though its own way back may have failed."""
    order = journey.order
    past = payments.refunds_for(tenant, PURPOSE, order.number)
    twice = _second_payments(past)
    for one in payments.attempts_for(tenant, PURPOSE, order.number):
        own = [refund for refund in past if refund.attempt_id == one.id]
        enough = refundable(one.amount, own) >= amount
        if one.state is AttemptState.SUCCEEDED and one.id not in twice and enough:
            return one
    raise RefundNotPossible(state=order.state.value)


def still_owed(tenant: Tenant, order: OrderFacts, lines: Sequence[LineFacts]) -> Money:
    """What of an undelivered order has not gone back yet, by whatever way."""
    if order.pay_method != collecting.OWN:
        return order.total - back_in_all(lines)
    past = payments.refunds_for(tenant, PURPOSE, order.number)
    left = [one for one in past if one.state is RefundState.SUCCEEDED and one.reason == OUTSIDE]
    twice = _second_payments(past)
    gone = [one.amount for one in left if one.attempt_id not in twice]
    return order.total - sum(gone, Money.zero(order.currency))


def _second_payments(refunds: Sequence[RefundFacts]) -> set[UUID]:
    """The payments that are no part of the order, whatever went back of them."""
    return {one.attempt_id for one in refunds if one.reason == PAID_TWICE}


def _money_left(tenant: Tenant, journey: Journey, known: RefundFacts) -> None:
    system = audit.SYSTEM
    goods = books.of_attempt(known.id)
    book_left(tenant, journey, known, goods)
    if goods is not None:
        finish_goods(tenant, journey, goods, system)
    elif _is_the_orders(journey, known):
        finish(tenant, journey, system)
    else:
        journey.note(_aside(known)[0], system, amount=str(known.amount))


def book_left(
    tenant: Tenant, journey: Journey, known: RefundFacts, goods: OrderRefund | None
) -> None:
    """The money has left the account it lay on."""
    order, system, now = journey.order, audit.SYSTEM, journey.now
    if not collecting.is_own(tenant, known):
        money.refund_left(tenant, order, known, system, now=now)
        return
    cost = books.cost_back(tenant, goods) if goods else Money.zero(order.currency)
    money.own_refund_left(tenant, order, str(known.id), known.amount, cost, system, now=now)


def _is_the_orders(journey: Journey, known: RefundFacts) -> bool:
    """Whether this refund is the one the order waits for, not that of a second payment."""
    return known.reason not in ASIDE and journey.order.state is OrderState.REFUNDING


def _aside(known: RefundFacts) -> tuple[str, str]:
    return ASIDE.get(known.reason, ASIDE[PAID_TWICE])


def _failed(journey: Journey, known: RefundFacts) -> None:
    reason = known.problem or known.state.value
    goods = books.of_attempt(known.id)
    if goods is not None:
        books.end(goods, journey, Progress.FAILED)
    if _is_the_orders(journey, known):
        journey.move(OrderState.REFUND_FAILED, "refund_failed", audit.SYSTEM, reason=reason)
    else:
        journey.note(_aside(known)[1], audit.SYSTEM, reason=reason)
    record.open_task(journey.order, "refund_failed", reason, now=journey.now)
