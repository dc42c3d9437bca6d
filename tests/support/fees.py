"""What a provider keeps of payments, for tests: set, paid, given back, and what it came to."""

from __future__ import annotations

import pytest
from flask import Flask

from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.ledger import queries as ledger
from kameng.domains.ledger.rules import AccountKind, house
from kameng.domains.orders import proofs, queries, service
from kameng.domains.orders.rules import OrderState
from kameng.domains.orders.service import Wanted
from kameng.domains.payments.fees import service as verbs
from kameng.domains.payments.fees.rules import ChannelFee
from kameng.kit import calls, clock, ids
from kameng.kit.audit import Actor
from kameng.kit.money import Money, Percent
from tenants.context import use
from tenants.database import session
from tests.support.orders import Paid, books_balance, paid, relayed, state_of, stocked
from tests.support.payments import Standin
from tests.support.tree import markup
from tests.support.worlds import Alliance, Builder

STAFF = Actor("staff", "1", "小何", "203.0.113.5")
CLEARING, KEPT = AccountKind.CLEARING_STRIPE, AccountKind.CHANNEL_FEE


@pytest.fixture(scope="module")
def family(app: Flask, builder: Builder) -> Alliance:
    """Hub, Ada and Bo, each with a margin."""
    builder.app = app
    made = builder.alliance()
    markup(made.hub, "25", children=True)
    markup(made.ada, "20", children=False)
    return made


@pytest.fixture(scope="module")
def sku(family: Alliance) -> SkuFacts:
    """Something to sell."""
    return stocked(family.hub, secrets=40, cost="8.00", retail="10.00")


def set_fee(family: Alliance, percent: str, flat: str, *, returns_: bool = False) -> None:
    """What was agreed with the provider from now on."""
    fee = ChannelFee(Percent.of(percent), Money.of(flat), returns_)
    with use(family.hub):
        verbs.set_fee(family.hub, "stripe", fee, actor=STAFF, now=clock.now())
        session.commit()


def stands(family: Alliance) -> dict[AccountKind, Money]:
    """What lies with the provider, and what it has kept."""
    with use(family.hub):
        return {
            kind: ledger.balance(house(family.hub.id, kind)).posted for kind in (CLEARING, KEPT)
        }


def moved(family: Alliance, since: dict[AccountKind, Money]) -> tuple[str, str]:
    """How much of both came since."""
    now = stands(family)
    return str(now[CLEARING] - since[CLEARING]), str(now[KEPT] - since[KEPT])


def delivered(family: Alliance, sku: SkuFacts, standin: Standin, quantity: int = 1) -> Paid:
    """An order of Ada's shop that was paid and delivered."""
    bought = paid(family.ada, sku, standin, quantity)
    standin.notify(family.hooks, standin.events("checkout.session.completed")[-1])
    relayed()
    assert state_of(family.ada, bought.order.number) is OrderState.COMPLETED
    return bought


def give_back(family: Alliance, bought: Paid, pieces: int) -> None:
    """So many of its pieces go back the way the money came."""
    ada, number = family.ada, bought.order.number
    with use(ada):
        wanted = [Wanted(queries.by_number(ada, number).lines[0].id, pieces)]
        seen_ = queries.refund_preview(ada, number, wanted, now=clock.now()).mark
        call = service.give_back_goods(
            ada, number, wanted, refund_id=ids.uuid7(), seen=seen_, reason="少发", actor=STAFF,
            now=clock.now(),
        )  # fmt: skip
        assert call
        calls.run(call)
        session.commit()


def proved(family: Alliance) -> None:
    """The books balance, and Ada's orders are booked as they were."""
    books_balance(family.hub)
    with use(family.ada):
        assert [one for check in proofs.CHECKS[:-1] for one in check.look(family.ada)] == []
