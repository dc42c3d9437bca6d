"""Purchases for tests: Kim, her basket, an order at any point of its life."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.ledger.proofs import queries as proofs
from kameng.domains.orders import queries, service
from kameng.domains.orders.rules import OrderFacts, OrderState
from kameng.domains.orders.service import Basket, Item, Shopper
from kameng.faces.worker.relay import Relay
from kameng.kit import calls, clock, ids
from kameng.kit.audit import SYSTEM, Actor
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import catalog
from tests.support.payments import Standin

PASSWORD = "kim-2026"
_numbers = itertools.count(1)
SUCCESS, CANCEL = "http://shop.test/ok", "http://shop.test/back"


def kim(*, password: str | None = PASSWORD, ip: str = "203.0.113.9") -> Shopper:
    """A guest."""
    number = next(_numbers)
    actor = Actor("guest", f"guest-{number}", "访客", ip)
    return Shopper(actor, f"kim{number}@example.com", query_password=password)


def member(member_id: UUID | None = None, *, contact: str = "13800138000") -> Shopper:
    """A member, by id only: orders do not ask accounts who that is."""
    found = member_id or ids.uuid7()
    return Shopper(Actor("member", str(found), "Kim", "203.0.113.9"), contact, member_id=found)


def basket(sku: SkuFacts, quantity: int = 1, shown: str | None = None) -> Basket:
    """So many of one SKU."""
    return Basket((Item(sku.sku_id, quantity, Money.of(shown) if shown else None),))


def stocked(tenant: Tenant, *, secrets: int = 10, **options: str) -> SkuFacts:
    """A SKU of a site, committed."""
    with use(tenant):
        made = catalog.sku(tenant, secrets=secrets, **options)  # type: ignore[arg-type]
        session.commit()
    return made


def placed(tenant: Tenant, sku: SkuFacts, quantity: int = 1) -> OrderFacts:
    """An order that waits for its money, committed."""
    with use(tenant):
        made = service.place(tenant, kim(), basket(sku, quantity), now=clock.now())
        session.commit()
    return made


def paying(tenant: Tenant, number: str, method: str = "card") -> str:
    """Start paying; the address of the payment page."""
    with use(tenant):
        call = service.start_payment(
            tenant,
            number,
            method,
            success_url=SUCCESS,
            cancel_url=CANCEL,
            actor=SYSTEM,
            now=clock.now(),
        )
        started = calls.run(call)
        session.commit()
    assert started.url, started.problem
    return str(started.url)


@dataclass(frozen=True)
class Paid:
    """An order whose page has been paid; nobody has been told yet."""

    order: OrderFacts
    page: str


def paid(tenant: Tenant, sku: SkuFacts, standin: Standin, quantity: int = 1) -> Paid:
    """Place, start paying, pay."""
    order = placed(tenant, sku, quantity)
    page = paying(tenant, order.number)
    standin.pay(page)
    return Paid(order, page)


def relayed(*, threads: int = 4) -> None:
    """Let the relay do everything that waits."""
    relay = Relay(threads=threads, lease=timedelta(seconds=2))
    relay.drain()
    relay.pool.shutdown()


def state_of(tenant: Tenant, number: str) -> OrderState:
    """Where an order stands."""
    with use(tenant):
        return queries.state_of(tenant, number)


def secrets_of(tenant: Tenant, order_id: UUID) -> list[str]:
    """What an order was given, behind everybody's back."""
    from kameng.domains.catalog.stock import service as stock

    with use(tenant):
        return [card.secret for card in stock.open(tenant, order_id)]


def books_balance(root: Tenant) -> None:
    """The whole alliance's books sum to zero, and every stored balance is what its rows say."""
    with use(root):
        proof = proofs.prove(root)
        assert not proof.faults, proof.faults
