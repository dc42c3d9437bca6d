"""The verbs for an order that waits for its money: it arrives, it does not fit, it never comes.

Locks are taken in one order everywhere: the order first, its attempts after."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kameng.domains.delivery import service as delivery
from kameng.domains.orders import collecting, money, record
from kameng.domains.orders.errors import OrderClosed
from kameng.domains.orders.events import OrderPaid
from kameng.domains.orders.record import Journey
from kameng.domains.orders.returns import service as returns
from kameng.domains.orders.rules import CLOSED_UNPAID, UNPAID, OrderState
from kameng.domains.payments import queries as payment_queries
from kameng.domains.payments import service as payments
from kameng.domains.payments.errors import MasterSettles
from kameng.domains.payments.rules import AttemptFacts, AttemptState, Session, Verdict
from kameng.kit import audit, clock, due, ids
from kameng.kit.audit import Actor
from kameng.kit.calls import Call, CallRefused, CallUnknown
from kameng.kit.outbox import announce
from tenants.tree import Tenant

EXPIRE = "order.expire"
PURPOSE = "order"
ASK_AGAIN = timedelta(minutes=1)
SILENT_FOR = timedelta(hours=1)
"""So long after its end a page of which nobody says anything keeps a site's balance; should it have
been paid after all, the order's cost is set aside anew."""
Page = Session | CallRefused | CallUnknown | None


def payment_arrived(
    tenant: Tenant, attempt: AttemptFacts, reported: Session, *, now: datetime
) -> Call[Any, Any] | None:
    """Apply what the provider reports of an attempt. Reports may repeat and come in any order."""
    journey = record.locked(tenant, now=now, number=attempt.reference)
    verdict, known, problem = payments.confirm(tenant, attempt.id, reported, now=now)
    if verdict is Verdict.PAID:
        return _paid(tenant, journey, known)
    if verdict is Verdict.MISMATCH:
        _mismatched(tenant, journey, problem)
        record.save(tenant, journey)
    if verdict is Verdict.EXPIRED and journey.order.state in UNPAID:
        _close_if_over(tenant, journey)
    return None


def expire(tenant: Tenant, order_id: UUID, *, now: datetime) -> Call[Any, Any] | None:
    """The time to pay is over: close the payment page first, then the order."""
    journey = record.locked(tenant, now=now, id=order_id)
    if journey.order.state not in UNPAID:
        return None
    if journey.order.expires_at > now:
        due.at(tenant, EXPIRE, str(order_id), journey.order.expires_at)
        return None
    return _close(tenant, journey, OrderState.EXPIRED, audit.SYSTEM)


def cancel(tenant: Tenant, number: str, *, actor: Actor, now: datetime) -> Call[Any, Any] | None:
    """The shopper or staff gives the order up before it is paid."""
    journey = record.locked(tenant, now=now, number=number)
    if journey.order.state not in UNPAID:
        raise OrderClosed(state=journey.order.state.value)
    return _close(tenant, journey, OrderState.CANCELLED, actor)


def close_mismatch(
    tenant: Tenant, number: str, *, by: Tenant, reason: str, actor: Actor, now: datetime
) -> OrderState:
    """A human has settled a payment that did not fit, with the provider; the order ends. `by` is
    the site whose staff says so. Refuses MasterSettles, OrderClosed."""
    journey = record.locked(tenant, now=now, number=number)
    if journey.order.state is not OrderState.PAYMENT_MISMATCH:
        raise OrderClosed(state=journey.order.state.value)
    if not may_close_mismatch(tenant, number, by=by):
        raise MasterSettles()
    journey.move(OrderState.CANCELLED, "mismatch_settled", actor, reason=reason)
    record.save(tenant, journey)
    record.close_task(journey.order, "payment_mismatch", now=now)
    return journey.order.state


def may_close_mismatch(tenant: Tenant, number: str, *, by: Tenant) -> bool:
    """Whoever has the account the money lies on says what became of it; the master always may."""
    attempts = payment_queries.attempts_for(tenant, PURPOSE, ids.read_number(number))
    strange = [one for one in attempts if one.state is AttemptState.QUARANTINED]
    return by.is_root or all(one.payee_tenant_id == by.id for one in strange)


def _paid(tenant: Tenant, journey: Journey, attempt: AttemptFacts) -> Call[Any, Any] | None:
    order, system = journey.order, audit.SYSTEM
    own = collecting.is_own(tenant, attempt)
    if own:
        money.paid_to_site(tenant, order, attempt, system, now=journey.now)
    else:
        money.paid_by_stripe(tenant, order, attempt, system, now=journey.now)
    if order.state in UNPAID | CLOSED_UNPAID:
        if not own:
            collecting.release(tenant, order, system, now=journey.now)
        way = collecting.way_of(tenant, attempt.payee_tenant_id)
        journey.order = dataclasses.replace(order, pay_method=way)
        late = order.state in CLOSED_UNPAID
        to = OrderState.PAID_LATE if late else OrderState.PAID
        journey.move(to, "paid", system, attempt=str(attempt.id), amount=str(attempt.amount))
        announce(tenant, OrderPaid(order.id, order.number, late))
        record.save(tenant, journey)
        return None
    call = returns.give_back_twice_paid(tenant, journey, attempt, actor=system)
    record.save(tenant, journey)
    return call


def _mismatched(tenant: Tenant, journey: Journey, problem: str) -> None:
    """Never delivered, never booked as this order's: its goods are free again, a human looks."""
    if journey.order.state in UNPAID | CLOSED_UNPAID:
        delivery.give_back(tenant, journey.order.id)
        collecting.release(tenant, journey.order, audit.SYSTEM, now=journey.now)
        journey.move(OrderState.PAYMENT_MISMATCH, "payment_mismatch", audit.SYSTEM, problem=problem)
    else:
        journey.note("payment_mismatch", audit.SYSTEM, problem=problem)
    record.open_task(journey.order, "payment_mismatch", problem, now=journey.now)


def _close_if_over(tenant: Tenant, journey: Journey) -> None:
    """A page that expired closes its order, unless another page is still open."""
    if payment_queries.open_attempt(tenant, PURPOSE, journey.order.number):
        return
    if journey.order.expires_at <= journey.now:
        _end(tenant, journey, OrderState.EXPIRED, audit.SYSTEM)


def _close(tenant: Tenant, journey: Journey, to: OrderState, actor: Actor) -> Call[Any, Any] | None:
    attempt = payment_queries.open_attempt(tenant, PURPOSE, journey.order.number)
    if attempt is None:
        _end(tenant, journey, to, actor)
        return None
    due.at(tenant, EXPIRE, str(journey.order.id), journey.now + ASK_AGAIN)
    gateway = payments.gateway_of(tenant, attempt)

    def settle(page: Page) -> OrderState:
        return _page_closed(tenant, attempt, page, to, actor, now=clock.now())

    return Call(lambda: payments.close_page(attempt, gateway), settle)


def _page_closed(
    tenant: Tenant,
    attempt: AttemptFacts,
    page: Page,
    to: OrderState,
    actor: Actor,
    *,
    now: datetime,
) -> OrderState:
    """End the order only when its page can no longer be paid; else the clock asks again."""
    if isinstance(page, CallRefused | CallUnknown):
        payments.postpone(tenant, attempt.id, now=now)
        _free_after_silence(tenant, attempt, actor, now)
    elif page is None:
        payments.not_found(tenant, attempt.id, now=now)
    elif page.paid or page.status != "expired":
        payment_arrived(tenant, attempt, page, now=now)
    else:
        payments.confirm(tenant, attempt.id, page, now=now)
    journey = record.locked(tenant, now=now, number=attempt.reference)
    still_open = payment_queries.open_attempt(tenant, PURPOSE, attempt.reference)
    if journey.order.state in UNPAID and still_open is None:
        _end(tenant, journey, to, actor)
    return journey.order.state


def _free_after_silence(tenant: Tenant, attempt: AttemptFacts, actor: Actor, now: datetime) -> None:
    """Keys that no longer open anything would keep the site's balance for ever."""
    if now - attempt.expires_at > SILENT_FOR:
        journey = record.locked(tenant, now=now, number=attempt.reference)
        collecting.release(tenant, journey.order, actor, now=now)


def _end(tenant: Tenant, journey: Journey, to: OrderState, actor: Actor) -> None:
    delivery.give_back(tenant, journey.order.id)
    collecting.release(tenant, journey.order, actor, now=journey.now)
    journey.move(to, to.value, actor)
    record.save(tenant, journey)
    due.cancel(tenant, EXPIRE, str(journey.order.id))
