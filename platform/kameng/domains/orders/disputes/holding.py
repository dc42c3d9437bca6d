"""What becomes of an order that is disputed before its goods are out: it stands still until the
bank has decided, or whoever bears the loss lets the goods go.

Nobody has a part of it yet: all of it is owed to the shopper, and the bank takes it from that.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kameng.domains.delivery import service as delivery
from kameng.domains.orders import collecting, money, record
from kameng.domains.orders.aftersale import books
from kameng.domains.orders.board.queries import tasks_of
from kameng.domains.orders.errors import MasterReleases, NotHeld, RefundReasonMissing
from kameng.domains.orders.events import OrderPaid
from kameng.domains.orders.handover import service as handover
from kameng.domains.orders.record import Journey
from kameng.domains.orders.returns import settling
from kameng.domains.orders.returns.goods import LONGEST_REASON
from kameng.domains.orders.returns.settling import DISPUTE_REST, PURPOSE
from kameng.domains.orders.rules import OrderFacts, OrderState
from kameng.domains.payments.disputes import queries
from kameng.domains.payments.disputes import service as disputes
from kameng.domains.payments.disputes.rules import SOON, DisputeFacts
from kameng.domains.payments.refunds import service as refunds
from kameng.domains.payments.rules import AttemptFacts
from kameng.kit import audit
from kameng.kit.audit import Actor
from kameng.kit.calls import Call
from kameng.kit.money import Money
from kameng.kit.outbox import announce
from tenants.tree import Tenant

OUTSIDE_TASK = "outside_refund"
"""Somebody gave money back at the provider itself; see returns.outside."""


def hold(tenant: Tenant, journey: Journey, dispute: DisputeFacts) -> None:
    """Its payment is disputed: nothing goes out."""
    keep_back(tenant, journey, "held", reason=dispute.reason, amount=str(dispute.amount))


def keep_back(tenant: Tenant, journey: Journey, name: str, **told: str) -> None:
    """Keep the goods of a paid order back, and keep them for it."""
    wanted = handover.parcels(record.lines_of(journey.order.id))
    until = journey.now + collecting.FOR_EVER
    delivery.keep_back(tenant, journey.order.id, wanted, until=until, now=journey.now)
    if journey.order.state is OrderState.RISK_HOLD:
        journey.note(name, audit.SYSTEM, **told)
    else:
        journey.move(OrderState.RISK_HOLD, name, audit.SYSTEM, **told)


def free(tenant: Tenant, journey: Journey) -> None:
    """Its goods and what a site set aside for them are free again: it will not be delivered."""
    delivery.give_back(tenant, journey.order.id)
    collecting.release(tenant, journey.order, audit.SYSTEM, now=journey.now)


def won(tenant: Tenant, journey: Journey, dispute: DisputeFacts) -> None:
    """Paid after all: it is delivered, unless something else of it is to be decided."""
    if OUTSIDE_TASK in tasks_of(tenant, journey.order.id):
        journey.note("dispute_won", audit.SYSTEM, amount=str(dispute.amount))
        return
    journey.move(OrderState.PAID, "dispute_won", audit.SYSTEM, amount=str(dispute.amount))
    announce(tenant, OrderPaid(journey.order.id, journey.order.number, late=False))


def lost(tenant: Tenant, journey: Journey, attempt: AttemptFacts, dispute: DisputeFacts) -> None:
    """The shopper has had from his bank what was owed to him in goods; what the bank left of it
    goes back the way it came. The goods are free again."""
    order, system, own = journey.order, audit.SYSTEM, collecting.is_own(tenant, attempt)
    left = settling.still_owed(tenant, order, record.lines_of(order.id))
    taken = min(dispute.amount if own else dispute.taken, left)
    free(tenant, journey)
    if not own and taken:
        money.lost_undelivered(tenant, order, str(dispute.id), taken, system, now=journey.now)
    _give_back_rest(tenant, journey, attempt, left - taken)
    books.tell_index(order.id, order.total)
    journey.move(OrderState.LOST, "dispute_lost", system, amount=str(taken))


def release(
    tenant: Tenant, number: str, *, by: Tenant, reason: str, actor: Actor, now: datetime
) -> Call[Any, Any] | None:
    """Deliver a held order although its payment is disputed; the dispute goes on. `by` is the site
    whose staff decides. A Call, when the goods are gone and the money goes back.

    Refuses NotHeld, MasterReleases, RefundReasonMissing, ShopOutOfFunds.
    """
    journey = record.locked(tenant, now=now, number=number)
    order = journey.order
    if order.state is not OrderState.RISK_HOLD:
        raise NotHeld(state=order.state.value)
    if not may_release(tenant, order, by=by):
        raise MasterReleases()
    if not 1 <= len(reason.strip()) <= LONGEST_REASON:
        raise RefundReasonMissing(most=LONGEST_REASON)
    if order.pay_method == collecting.OWN:
        collecting.reserve(tenant, order, record.lines_of(order.id), actor, now=now)
    journey.move(OrderState.PAID, "released", actor, reason=reason.strip())
    for one in queries.of(tenant, PURPOSE, order.number):
        if not one.followed:
            disputes.postpone(tenant, one.id, now=now, by=SOON)
    record.close_task(order, OUTSIDE_TASK, now=now)
    return handover.deliver(tenant, journey, actor)


def may_release(tenant: Tenant, order: OrderFacts, *, by: Tenant) -> bool:
    """Goods given for a payment that is lost are the loss of whoever was paid: the master's, or
    that of the site that collected by itself."""
    return by.is_root or (order.pay_method == collecting.OWN and by.id == tenant.id)


def _give_back_rest(tenant: Tenant, journey: Journey, attempt: AttemptFacts, rest: Money) -> None:
    """It is stored here and owed; the sweep sends it, since a report calls nobody."""
    if rest.micro <= 0:
        return
    begun = refunds.prepare(tenant, attempt, rest, reason=DISPUTE_REST, now=journey.now)
    settling.owe(tenant, journey, begun, audit.SYSTEM)
