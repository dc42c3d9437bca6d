"""A shopper of Bo's, his bank, and what a provider says of their dispute, as we hear it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from kameng.domains.catalog import queries as catalog
from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.ledger import queries as ledger
from kameng.domains.ledger.rules import AccountKind, house
from kameng.domains.orders import proofs as order_proofs
from kameng.domains.orders import queries, service
from kameng.domains.orders.rules import OrderFacts, OrderState
from kameng.domains.orders.service import Wanted
from kameng.domains.payments.disputes import proofs
from kameng.domains.payments.disputes import queries as disputes
from kameng.domains.payments.disputes import service as verbs
from kameng.domains.payments.disputes.rules import DisputeFacts
from kameng.faces.worker import noticing
from kameng.faces.worker.accounts import Account
from kameng.kit import calls, clock, ids
from kameng.kit.audit import Actor
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support.orders import books_balance, paid, relayed, state_of, stocked
from tests.support.payments import Standin
from tests.support.tree import markup
from tests.support.worlds import Alliance, Builder

STAFF = Actor("staff", "1", "小何", "203.0.113.5")
FEE = Money.of("15.00")


def told(dispute: str, *, own: Tenant | None = None) -> tuple[str, str | None]:
    """Ask the master's account, or a site's own, and apply the answer."""
    account = Account("stripe", own.id if own else None)
    return noticing.dispute(account, verbs.reported(account.gateway(), dispute))


@pytest.fixture(scope="module")
def family(app: Flask, builder: Builder) -> Alliance:
    """Hub, Ada and Bo, each with a margin; the tests look at differences."""
    builder.app = app
    made = builder.alliance()
    for site, children in ((made.hub, True), (made.ada, True), (made.ada, False), (made.bo, False)):
        markup(site, "7", children=children)
    return made


@pytest.fixture(scope="module")
def sku(family: Alliance) -> SkuFacts:
    return stocked(family.hub, secrets=80, cost="8.00", retail="10.00")


class Desk:
    """A shopper of Bo's, his bank, and our side of the wire."""

    def __init__(self, family: Alliance, sku: SkuFacts, standin: Standin) -> None:
        self.family, self.sku, self.standin = family, sku, standin
        self.bo = family.bo
        self.before = self.books()

    def delivered(self, quantity: int = 2) -> OrderFacts:
        """An order that was paid and handed over."""
        self.bought = paid(self.bo, self.sku, self.standin, quantity)
        self.tell("checkout.session.completed")
        self.sold = self.books()
        return self.bought.order

    def bank(self, step: str, **asked: Any) -> str:
        """Let the bank take a step, without a word to us; the dispute's id."""
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        if step == "begin":
            page = self.bought.page.rpartition("/")[2]
            self.dispute = self.standin.ask("POST", f"/_control/dispute/{page}?{query}")["id"]
        else:
            self.standin.ask("POST", f"/_control/dispute/{self.dispute}/{step}")
        return str(self.dispute)

    def tell(self, *kinds: str) -> None:
        """Hand us the newest notification of each kind, signed."""
        for kind in kinds:
            event = self.standin.events(kind)[-1]
            assert self.standin.notify(self.family.hooks, event).status_code == 200
            relayed()

    def state(self) -> OrderState:
        return state_of(self.bo, self.bought.order.number)

    def known(self) -> DisputeFacts:
        with use(self.bo):
            return disputes.of(self.bo, "order", self.bought.order.number)[-1]

    def books(self) -> dict[str, int]:
        """What the accounts a sale and a dispute touch stand at, in micro-units."""
        hub, kinds = self.family.hub, ("supplier_cost", "margin", "rounding", "refund_due")
        asked = [(hub, kind) for kind in (*kinds, "clearing:stripe", "order_liability")]
        asked += [(hub, "dispute_loss"), (self.family.ada, "margin"), (self.family.bo, "margin")]
        found = {}
        for site, kind in asked:
            with use(site):
                key = house(site.id, AccountKind(kind))
                found[f"{site.slug} {kind}"] = ledger.balance(key).posted.micro
        return found

    def moved(self, since: dict[str, int]) -> dict[str, int]:
        """Which accounts moved since then, by how much."""
        now = self.books()
        return {name: now[name] - since[name] for name in now if now[name] != since[name]}

    def proved(self) -> None:
        """Books balance, and orders and disputes agree with them."""
        books_balance(self.family.hub)
        with use(self.bo):
            assert list(order_proofs.look(self.bo)) == []
        with use(self.family.hub):
            assert [one for check in proofs.CHECKS for one in check.look(self.family.hub)] == []


@pytest.fixture
def desk(family: Alliance, sku: SkuFacts, standin: Standin) -> Desk:
    return Desk(family, sku, standin)


def free(desk: Desk) -> int:
    with use(desk.bo):
        return int(catalog.stock(desk.bo, [desk.sku.sku_id])[desk.sku.sku_id])


def refunded(desk: Desk) -> None:
    with use(desk.bo):
        call = service.refund(
            desk.bo,
            desk.bought.order.number,
            by=desk.bo,
            reason="买家要求",
            actor=STAFF,
            now=clock.now(),
        )
        assert call
        calls.run(call)
        session.commit()


def given_back(desk: Desk, pieces: int) -> None:
    number = desk.bought.order.number
    with use(desk.bo):
        line = queries.by_number(desk.bo, number).lines[0]
        wanted = [Wanted(line.id, pieces)]
        plan = queries.refund_preview(desk.bo, number, wanted, now=clock.now())
        call = service.give_back_goods(
            desk.bo,
            number,
            wanted,
            refund_id=ids.uuid7(),
            seen=plan.mark,
            reason="少发",
            actor=STAFF,
            now=clock.now(),
        )
        assert call
        calls.run(call)
        session.commit()
