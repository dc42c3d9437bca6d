"""The verb that delivers a paid order: goods out, money split, order completed, in one breath;
and when the goods are gone, the way of the money back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from kameng.domains.catalog.errors import OutOfStock
from kameng.domains.delivery import service as delivery
from kameng.domains.delivery.errors import CannotDeliver, DeliveryIncomplete
from kameng.domains.delivery.rules import Parcel, Secret
from kameng.domains.orders import collecting, money, record
from kameng.domains.orders.errors import ShopOutOfFunds
from kameng.domains.orders.events import OrderCompleted
from kameng.domains.orders.record import Journey
from kameng.domains.orders.returns import service as returns
from kameng.domains.orders.rules import MUST_DELIVER, LineFacts, OrderState
from kameng.kit import audit
from kameng.kit.audit import Actor
from kameng.kit.calls import Call
from kameng.kit.errors import Refusal
from kameng.kit.outbox import announce
from tenants.database import session
from tenants.tree import Tenant

CANNOT = (OutOfStock, CannotDeliver, DeliveryIncomplete)


def fulfil(
    tenant: Tenant, order_id: UUID, *, actor: Actor = audit.SYSTEM, now: datetime
) -> Call[Any, Any] | None:
    """Deliver a paid order, or start giving the money back. An order that is not waiting for
    delivery is left alone, so asking twice is once."""
    journey = record.locked(tenant, now=now, id=order_id)
    if journey.order.state not in MUST_DELIVER:
        return None
    return deliver(tenant, journey, actor)


def deliver(tenant: Tenant, journey: Journey, actor: Actor) -> Call[Any, Any] | None:
    """The same for an order that is locked and waits for its goods, and store it."""
    order_id, now = journey.order.id, journey.now
    lines = record.lines_of(order_id)
    if not _is_covered(tenant, journey, lines):
        return None
    journey.move(OrderState.FULFILLING, "fulfilling", actor)
    try:
        with session.begin_nested():
            delivery.hand_over(tenant, order_id, parcels(lines), shown=False, now=now)
    except CANNOT as missing:
        return _give_back(tenant, journey, missing, actor)
    if journey.order.pay_method == collecting.OWN:
        collecting.take(tenant, journey.order, actor, now=journey.now)
    else:
        money.delivered(tenant, journey.order, lines, actor, now=journey.now)
    _complete(tenant, journey, actor)
    record.save(tenant, journey)
    return None


def _is_covered(tenant: Tenant, journey: Journey, lines: Sequence[LineFacts]) -> bool:
    """Whether a site that collected by itself can pay for the goods. Money that came late, when
    nothing was set aside any more, waits for the site's balance: the sweep asks again, and a human
    may give the money back instead. It goes to the end of the sweep's queue, so that however many
    wait for balances, no other order waits behind them."""
    order, now = journey.order, journey.now
    if order.pay_method != collecting.OWN:
        return True
    try:
        collecting.reserve(tenant, order, lines, audit.SYSTEM, now=now)
    except ShopOutOfFunds as short:
        record.open_task(order, collecting.UNCOVERED, str(short.facts["needed"]), now=now)
        record.save(tenant, journey)
        return False
    record.close_task(order, collecting.UNCOVERED, now=now)
    return True


def _complete(tenant: Tenant, journey: Journey, actor: Actor) -> None:
    """Everything is handed over and the money is split: the order ends well."""
    journey.move(OrderState.COMPLETED, "delivered", actor)
    order = journey.order
    told = OrderCompleted(order.id, order.number, by_mail="@" in order.contact)
    announce(tenant, told, soon=False)


def take(
    tenant: Tenant, journey: Journey, lines: Sequence[LineFacts], actor: Actor
) -> list[Secret]:
    """Pay from the wallet and hand over, in this very transaction."""
    order = journey.order
    journey.move(OrderState.PAID, "paid", actor, method="wallet", amount=str(order.total))
    journey.move(OrderState.FULFILLING, "fulfilling", actor)
    secrets = delivery.hand_over(
        tenant, journey.order.id, parcels(lines), shown=True, now=journey.now
    )
    money.bought_from_wallet(tenant, order, lines, actor, now=journey.now)
    _complete(tenant, journey, actor)
    return secrets


def parcels(lines: Sequence[LineFacts]) -> list[Parcel]:
    """An order's lines as delivery sees them."""
    return [Parcel(one.id, one.sku_id, one.quantity, one.stock_type) for one in lines]


def _give_back(
    tenant: Tenant, journey: Journey, missing: Refusal, actor: Actor
) -> Call[Any, Any] | None:
    delivery.give_back(tenant, journey.order.id)
    journey.move(OrderState.FULFIL_FAILED, "fulfil_failed", actor, reason=missing.code)
    return returns.give_back(tenant, journey, reason=missing.code, actor=actor)
