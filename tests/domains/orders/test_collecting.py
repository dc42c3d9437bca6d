"""Agent collects: Kim pays to Ada's own account, and Ada's balance pays for the goods."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.ledger import queries as ledger
from kameng.domains.ledger.rules import AccountKind, house
from kameng.domains.orders import proofs, service
from kameng.domains.orders.errors import ShopOutOfFunds
from kameng.domains.orders.rules import OrderState
from kameng.domains.payments.own import service as own
from kameng.domains.pricing import service as pricing
from kameng.domains.pricing.markups.rules import Audience, Method, Place, Rounding, Scope
from kameng.faces.worker import sweeping
from kameng.kit import calls, clock
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support.orders import books_balance, paying, placed, relayed, secrets_of, stocked
from tests.support.orders import state_of as state
from tests.support.own import KEYS, connected, deposit, given_back, withdraw
from tests.support.payments import Standin
from tests.support.worlds import Alliance

ZERO = Money.zero("CNY")
K = AccountKind


def held(reader: Tenant, site: Tenant, kind: AccountKind) -> Money:
    with use(reader):
        return ledger.balance(house(site.id, kind)).posted


def free(site: Tenant) -> Money:
    with use(site):
        return ledger.balance(house(site.id, K.PREPAID)).available


def late(standin: Standin, page: str) -> None:
    """Money that comes after the page was closed: a slow method had begun before."""
    opened = {"status": "open", "expires_at": int(clock.now().timestamp()) + 3600}
    standin.ask("POST", f"/_control/tamper/{page.rpartition('/')[2]}", opened)
    standin.pay(page)


def told(alliance: Alliance) -> None:
    """Everything Ada's account has to say goes by the sweep, as if no notification ever came."""
    sweeping.recover_lost(clock.now())
    relayed()


def proven(alliance: Alliance) -> None:
    books_balance(alliance.hub)
    for site in (alliance.ada, alliance.bo):
        with use(site):
            faults = [fault for check in proofs.CHECKS for fault in check.look(site)]
            assert [one for one in faults if one.check != "order_known"] == []


@pytest.fixture
def sku(alliance: Alliance, standin: Standin) -> SkuFacts:
    connected(alliance.ada, standin, on=True)
    with use(alliance.ada):
        place = Place(Scope.ALL, None, Audience.RETAIL)
        percent = Method.PERCENT, "50", Rounding.FEN
        pricing.set_rule(alliance.ada, place, *percent, actor=SYSTEM, now=clock.now())
        session.commit()
    return stocked(alliance.hub)


def test_a_sale_takes_the_cost_from_the_balance_and_nothing_from_the_master(
    app: Flask, alliance: Alliance, standin: Standin, sku: SkuFacts
) -> None:
    hub, ada = alliance.hub, alliance.ada
    deposit(ada, "100")
    order = placed(ada, sku)
    page = paying(ada, order.number)
    reserved = Money.of("100") - free(ada)
    assert ZERO < reserved < order.total
    standin.pay(page)
    told(alliance)
    assert state(ada, order.number) is OrderState.COMPLETED
    assert len(secrets_of(ada, order.id)) == 1
    assert held(ada, ada, K.PREPAID) == free(ada) == Money.of("100") - reserved
    assert held(ada, ada, K.OWN_SALES) == held(ada, ada, K.CLEARING_OWN) == order.total
    assert held(ada, ada, K.MARGIN) == ZERO
    assert held(hub, hub, K.ORDER_LIABILITY) == held(hub, hub, K.CLEARING_STRIPE) == ZERO
    theirs = [held(hub, hub, kind) for kind in (K.SUPPLIER_COST, K.MARGIN, K.ROUNDING)]
    assert sum(theirs, ZERO) == reserved
    proven(alliance)


def test_the_shopper_is_told_before_he_pays_and_nothing_is_written(
    app: Flask, alliance: Alliance, standin: Standin, sku: SkuFacts
) -> None:
    ada = alliance.ada
    with pytest.raises(ShopOutOfFunds):
        placed(ada, sku)
    deposit(ada, "100")
    order = placed(ada, sku)
    with use(ada):
        left = wallet_left(ada)
    assert left == Money.of("100")
    withdraw(ada, "100")
    with pytest.raises(ShopOutOfFunds):
        paying(ada, order.number)
    assert state(ada, order.number) is OrderState.PENDING_PAYMENT
    assert free(ada) == held(ada, ada, K.PREPAID) == ZERO


def wallet_left(site: Tenant) -> Money:
    return ledger.balance(house(site.id, K.PREPAID)).available


def test_what_is_not_paid_in_time_frees_the_balance_and_late_money_takes_it_again(
    app: Flask, alliance: Alliance, standin: Standin, sku: SkuFacts
) -> None:
    ada = alliance.ada
    deposit(ada, "100")
    order = placed(ada, sku)
    page = paying(ada, order.number)
    assert free(ada) < Money.of("100")
    with use(ada):
        call = service.cancel(ada, order.number, actor=SYSTEM, now=clock.now())
        assert call
        calls.run(call)
        session.commit()
    assert state(ada, order.number) is OrderState.CANCELLED
    assert free(ada) == Money.of("100")
    late(standin, page)
    withdraw(ada, "100")
    told(alliance)
    assert state(ada, order.number) is OrderState.PAID_LATE
    assert secrets_of(ada, order.id) == []
    proven(alliance)
    deposit(ada, "100")
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        sweeping.deliver_stuck(clock.now())
    assert state(ada, order.number) is OrderState.COMPLETED
    proven(alliance)


def test_what_was_begun_ends_where_it_was_begun(
    app: Flask, alliance: Alliance, standin: Standin, sku: SkuFacts
) -> None:
    """Ada turns her channel off while Kim pays; then an order goes to the master."""
    ada = alliance.ada
    deposit(ada, "100")
    order = placed(ada, sku)
    page = paying(ada, order.number)
    with use(ada):
        own.switch(ada, on=False, actor=SYSTEM, now=clock.now())
        session.commit()
    standin.pay(page)
    told(alliance)
    assert state(ada, order.number) is OrderState.COMPLETED
    second = placed(ada, sku)
    standin.pay(paying(ada, second.number))
    told(alliance)
    assert state(ada, second.number) is OrderState.COMPLETED
    assert held(ada, ada, K.OWN_SALES) == order.total
    assert held(ada, ada, K.MARGIN) > ZERO
    proven(alliance)


def test_an_undelivered_order_goes_back_by_its_own_account_and_frees_the_balance(
    app: Flask, alliance: Alliance, standin: Standin, sku: SkuFacts
) -> None:
    ada = alliance.ada
    deposit(ada, "1000")
    order = placed(ada, sku, 6)
    page = paying(ada, order.number)
    with use(ada):
        call = service.cancel(ada, order.number, actor=SYSTEM, now=clock.now())
        assert call
        calls.run(call)
        session.commit()
    rival = placed(ada, sku, 6)
    standin.pay(paying(ada, rival.number))
    late(standin, page)
    told(alliance)
    told(alliance)
    assert state(ada, rival.number) is OrderState.COMPLETED
    assert state(ada, order.number) is OrderState.REFUNDED
    assert held(ada, ada, K.OWN_SALES) == rival.total
    assert free(ada) == held(ada, ada, K.PREPAID)
    proven(alliance)


def test_delivered_goods_given_back_return_the_cost_when_the_money_has_left(
    app: Flask, alliance: Alliance, standin: Standin, sku: SkuFacts
) -> None:
    hub, ada = alliance.hub, alliance.ada
    deposit(ada, "100")
    order = placed(ada, sku, 3)
    standin.pay(paying(ada, order.number))
    told(alliance)
    spent = Money.of("100") - free(ada)
    given_back(ada, order.number, 1)
    assert state(ada, order.number) is OrderState.PARTIALLY_REFUNDED
    proven(alliance)
    given_back(ada, order.number, 2)
    assert state(ada, order.number) is OrderState.REFUNDED
    assert spent > ZERO
    assert free(ada) == Money.of("100")
    assert held(ada, ada, K.OWN_SALES) == ZERO
    assert held(hub, hub, K.REFUND_DUE) == held(hub, hub, K.SUPPLIER_COST) == ZERO
    proven(alliance)


def test_a_notification_at_the_sites_own_address_delivers(
    app: Flask, alliance: Alliance, standin: Standin, sku: SkuFacts
) -> None:
    """The same at the master's address, signed by the master's secret, moves nothing."""
    ada = alliance.ada
    deposit(ada, "100")
    order = placed(ada, sku)
    standin.pay(paying(ada, order.number))
    theirs = Standin(standin.base, KEYS.secret, KEYS.hook, standin.process)
    event = theirs.events("checkout.session.completed")[-1]
    assert standin.notify(alliance.hooks, event).status_code == 200
    relayed()
    assert state(ada, order.number) is OrderState.PAYING
    body, header = theirs.signed(event)
    headers = {"Stripe-Signature": header, "Content-Type": "application/json"}
    for _ in range(2):
        answer = alliance.hooks.post(f"/stripe/site/{ada.slug}", data=body, headers=headers)
        assert answer.status_code == 200
    relayed()
    assert state(ada, order.number) is OrderState.COMPLETED
    proven(alliance)
