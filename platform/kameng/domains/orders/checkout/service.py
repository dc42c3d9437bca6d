"""The verbs from basket to paid. A purchase from the balance is one transaction and few round
trips; a purchase through the provider is an order, and then a Call."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kameng.domains.catalog import queries as catalog
from kameng.domains.catalog.errors import OutOfStock
from kameng.domains.delivery import service as delivery
from kameng.domains.delivery.rules import Secret
from kameng.domains.orders import access, collecting, record, unpaid
from kameng.domains.orders.arrivals.service import EXPIRE, PURPOSE
from kameng.domains.orders.checkout import commissions, fees
from kameng.domains.orders.checkout import rules as checkout
from kameng.domains.orders.errors import OrderClosed, OrderNotFound
from kameng.domains.orders.handover import service as handover
from kameng.domains.orders.record import Journey
from kameng.domains.orders.rules import (
    HELD_FOR,
    PAYING_FOR,
    UNPAID,
    UNPAID_FOR,
    Basket,
    LineFacts,
    OrderFacts,
    OrderState,
    check_password,
    clean_contact,
    title_of,
)
from kameng.domains.orders.shopper import PaymentStarted, Shopper
from kameng.domains.payments import queries as payment_queries
from kameng.domains.payments import service as payments
from kameng.domains.payments.rules import AttemptFacts, Purchase, Session
from kameng.domains.pricing import queries as pricing
from kameng.domains.promotion import rules as promotion_rules
from kameng.domains.promotion import service as promotion
from kameng.domains.promotion.rules import Sale
from kameng.domains.terms import queries as terms
from kameng.kit import due, ids
from kameng.kit.audit import Actor
from kameng.kit.calls import Call, CallRefused, CallUnknown
from tenants.tree import Tenant

CHANNEL = "stripe"
STOCK_SHOWN = 500
"""The catalog counts stock exactly up to here; more than that is simply enough."""


@dataclass(frozen=True, slots=True)
class Bought:
    """A completed purchase and its secrets, to be shown once, now."""

    order: OrderFacts
    secrets: list[Secret]


def place(tenant: Tenant, shopper: Shopper, basket: Basket, *, now: datetime) -> OrderFacts:
    """Write down what is to be bought at today's price. Nothing is held and nothing is paid."""
    lines, sale = _priced(tenant, shopper, basket, now)
    _in_stock(tenant, lines)
    if collecting.payee_of(tenant) != tenant.root_id:
        collecting.refuse_if_short(tenant, lines)
    journey = _draft(tenant, shopper, lines, "stripe", basket, now)
    order = _write(tenant, journey, shopper, lines, sale)
    due.at(tenant, EXPIRE, str(order.id), order.expires_at)
    return order


def buy_from_balance(tenant: Tenant, shopper: Shopper, basket: Basket, *, now: datetime) -> Bought:
    """Order, payment, goods and split in one transaction: all of it or none."""
    if shopper.member_id is None:
        raise OrderNotFound()
    lines, sale = _priced(tenant, shopper, basket, now)
    journey = _draft(tenant, shopper, lines, "wallet", basket, now)
    secrets_ = handover.take(tenant, journey, lines, shopper.actor)
    return Bought(_write(tenant, journey, shopper, lines, sale), secrets_)


def pay_from_balance(
    tenant: Tenant, number: str, *, member_id: UUID, actor: Actor, now: datetime
) -> Bought:
    """Pay an order that was placed before, by its own member."""
    journey = record.locked(tenant, now=now, number=ids.read_number(number))
    _still_payable(journey, now)
    if journey.order.member_id != member_id:
        raise OrderNotFound()
    collecting.release(tenant, journey.order, actor, now=now)
    journey.order = dataclasses.replace(journey.order, pay_method="wallet")
    secrets_ = handover.take(tenant, journey, record.lines_of(journey.order.id), actor)
    return Bought(record.save(tenant, journey), secrets_)


def start_payment(
    tenant: Tenant,
    number: str,
    method: str,
    *,
    success_url: str,
    cancel_url: str,
    actor: Actor,
    now: datetime,
) -> Call[Any, PaymentStarted]:
    """Open a payment page for an order, or lead back to the one that is open already."""
    journey = record.locked(tenant, now=now, number=ids.read_number(number))
    _still_payable(journey, now)
    attempt = payment_queries.open_attempt(tenant, PURPOSE, journey.order.number)
    if attempt is None:
        lines = record.lines_of(journey.order.id)
        attempt = _prepare(tenant, journey, lines, method, (success_url, cancel_url), actor)
    if attempt.url:
        return _known_page(journey.order, attempt)
    return _opening(tenant, journey.order, attempt, now)


def _priced(
    tenant: Tenant, shopper: Shopper, basket: Basket, now: datetime
) -> tuple[list[LineFacts], Sale | None]:
    """The lines with what the master and promoters get of them, and who promoted."""
    wanted = checkout.check(basket)
    facts = catalog.sku_facts(tenant, wanted)
    prices = pricing.price_list(tenant, wanted, facts=facts, member_id=shopper.member_id, now=now)
    made = checkout.lines(basket, facts, prices)
    charged = fees.with_fees(made, terms.platform_fee(tenant), tenant.root_id)
    sale = promotion.sale(
        tenant, shopper.referral, shopper.buyer, [one.product_id for one in made], now=now
    )
    return commissions.with_commissions(charged, sale, tenant.id), sale


def _in_stock(tenant: Tenant, lines: list[LineFacts]) -> None:
    amounts = catalog.stock(tenant, [line.sku_id for line in lines])
    for line in lines:
        available = amounts.get(line.sku_id, 0)
        if available < min(line.quantity, STOCK_SHOWN):
            raise OutOfStock(available=available, wanted=line.quantity)


def _draft(
    tenant: Tenant,
    shopper: Shopper,
    lines: list[LineFacts],
    method: str,
    basket: Basket,
    now: datetime,
) -> Journey:
    check_password(shopper.query_password, is_member=shopper.member_id is not None)
    order = OrderFacts(
        id=ids.uuid7(),
        number=ids.order_number(),
        state=OrderState.PENDING_PAYMENT,
        total=checkout.total(lines),
        currency=tenant.currency,
        contact=clean_contact(shopper.contact),
        member_id=shopper.member_id,
        pay_method=method,
        locale=shopper.locale,
        placed_at=now,
        expires_at=now + UNPAID_FOR,
        paid_at=None,
        completed_at=None,
    )
    told = {"adult_statement": True} if basket.adult_statement else {}
    return record.begin(order, shopper.actor, now=now, **told)


def _write(
    tenant: Tenant, journey: Journey, shopper: Shopper, lines: list[LineFacts], sale: Sale | None
) -> OrderFacts:
    password = shopper.query_password
    digest = access.digest(tenant, password) if password is not None else None
    order = record.write(tenant, journey, lines, password_digest=digest, ip=shopper.actor.ip)
    if sale is not None:
        windows = promotion_rules.waiting_days(sale.days, [line.refund_days for line in lines])
        earned, title = commissions.of_lines(lines), title_of(lines)
        promotion.promise(
            tenant, order.id, sale, earned, title=title, days=windows, now=journey.now
        )
    return order


def _still_payable(journey: Journey, now: datetime) -> None:
    order = journey.order
    if order.state not in UNPAID:
        raise OrderClosed(state=order.state.value)
    if order.expires_at <= now:
        raise OrderClosed(state=OrderState.EXPIRED.value)


def _prepare(
    tenant: Tenant,
    journey: Journey,
    lines: list[LineFacts],
    method: str,
    urls: tuple[str, str],
    actor: Actor,
) -> AttemptFacts:
    """Hold what is scarce, then store the attempt; the order lives as long as its page."""
    now, order = journey.now, journey.order
    payee_id = _payee(tenant, order, lines, actor, now)
    delivery.reserve(tenant, order.id, handover.parcels(lines), until=now + HELD_FOR, now=now)
    until, way = now + PAYING_FOR, collecting.way_of(tenant, payee_id)
    journey.order = dataclasses.replace(order, expires_at=until, pay_method=way)
    if order.state is OrderState.PENDING_PAYMENT:
        journey.move(OrderState.PAYING, "payment_started", actor, method=method)
    else:
        journey.note("payment_started", actor, method=method)
    purchase = _purchase(order, lines, method, urls, until)
    attempt = payments.prepare(tenant, CHANNEL, purchase, payee_id=payee_id, now=now)
    record.save(tenant, journey)
    due.at(tenant, EXPIRE, str(order.id), until)
    return attempt


def _payee(
    tenant: Tenant, order: OrderFacts, lines: list[LineFacts], actor: Actor, now: datetime
) -> int:
    """Who is paid; what the order costs a site that collects by itself is set aside first, and
    nothing stays set aside for one that does not. Refuses ShopOutOfFunds, TooManyUnpaid."""
    payee_id = collecting.payee_of(tenant)
    if payee_id == tenant.root_id:
        collecting.release(tenant, order, actor, now=now)
    else:
        collecting.reserve(tenant, order, lines, actor, now=now)
        unpaid.refuse_if_many(tenant, order, now=now)
    return payee_id


def _purchase(
    order: OrderFacts,
    lines: list[LineFacts],
    method: str,
    urls: tuple[str, str],
    until: datetime,
) -> Purchase:
    success, back = urls
    return Purchase(
        purpose=PURPOSE,
        reference=order.number,
        amount=order.total,
        title=title_of(lines),
        method=method,
        success_url=success,
        cancel_url=back,
        expires_at=until,
        locale=order.locale,
    )


def _known_page(order: OrderFacts, attempt: AttemptFacts) -> Call[AttemptFacts, PaymentStarted]:
    """Nothing needs to be asked: the page is open and its address known."""

    def settle(answer: AttemptFacts | CallRefused | CallUnknown) -> PaymentStarted:
        return PaymentStarted(order, attempt.url)

    return Call(lambda: attempt, settle)


def _opening(
    tenant: Tenant, order: OrderFacts, attempt: AttemptFacts, now: datetime
) -> Call[Session, PaymentStarted]:
    opening = payments.opening(tenant, attempt.id, now=now)

    def settle(answer: Session | CallRefused | CallUnknown) -> PaymentStarted:
        opened = opening.settle(answer)
        return PaymentStarted(order, opened.url, opened.problem)

    return Call(opening.send, settle)
