"""What changes around a site that collects by itself while something is open there: its place, its
state, its keys, the master's own account."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import Engine

from kameng.config import settings, use_settings
from kameng.domains.orders import service
from kameng.domains.orders.rules import OrderState
from kameng.domains.payments.own import queries as own_queries
from kameng.domains.payments.own import service as own_channels
from kameng.domains.payments.own.errors import OtherAccount
from kameng.domains.payments.own.rules import Keys
from kameng.faces.worker import sweeping
from kameng.kit import calls, clock
from kameng.kit.audit import SYSTEM
from kameng.kit.calls import CallRefused
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import close_session, session
from tests.domains.money.works import Sold
from tests.domains.orders.own_world import K, Trade, opened
from tests.support import leftovers, terms, tree
from tests.support.bank import Bank
from tests.support.ledger import TESTER
from tests.support.orders import CANCEL, SUCCESS
from tests.support.worlds import Builder


@pytest.fixture(scope="module")
def world(builder: Builder, owner: Engine) -> Iterator[Trade]:
    leftovers.put_away(owner)
    with opened(builder) as made:
        made.begin()
        yield made


@pytest.fixture
def trade(world: Trade) -> Iterator[Trade]:
    world.collect(world.bo, on=True)
    world.top_up(world.bo, "100")
    yield world
    world.proven()


def given_up(trade: Trade) -> Sold:
    """Begun and cancelled: nothing is set aside for it any more."""
    sold = trade.works.open(trade.works.place(trade.bo, (1, 1)))
    trade.works.cancel(sold)()
    return sold


def test_a_site_that_moves_pays_those_who_stood_above_it_when_the_order_was_placed(
    trade: Trade, builder: Builder
) -> None:
    """Money that comes after the move for an order given up before it."""
    hub, works = trade.hub, trade.works
    cy = builder.site(f"cy-{hub.slug}", hub, "Cy 的店")
    terms.bind(cy, tree.offers(hub, child_sites=True))
    sold, before = given_up(trade), trade.figures()
    moved = tree.move(trade.bo, cy, tree.offers(cy).id)
    bo = tree.fresh(trade.bo)
    late = dataclasses.replace(sold, site=bo)
    sites = works.sites
    works.sites = (hub, trade.ada, bo)
    trade.pay(late)
    assert works.state(late) is OrderState.COMPLETED
    with use(bo):
        gone = Money.of("100") - own_free(trade, bo)
    parts = trade.moved(before)
    assert parts["ada margin"].micro > 0
    theirs = ("hub supplier_cost", "hub margin", "hub platform_fee", "ada margin")
    assert sum((parts[name] for name in theirs), Money(0)) == gone
    assert trade.held(cy, K.MARGIN) == Money(0)
    works.sites = sites
    tree.move_back(bo, moved.id)


def own_free(trade: Trade, site: object) -> Money:
    return trade.free(site)  # type: ignore[arg-type]


def test_a_suspended_site_takes_what_was_paid_and_frees_what_was_not(trade: Trade) -> None:
    bo, works = trade.bo, trade.works
    paid, unpaid = (works.open(works.place(bo, (1, 0))) for _ in range(2))
    each = (Money.of("100") - trade.free(bo)).split([1, 1])[0]
    tree.suspend(trade.hub, bo)
    trade.pay(paid, delivered=False)
    with time_machine.travel(clock.now() + timedelta(minutes=40)):
        trade.sweep(clock.now())
        with use(bo):
            calls.run(service.expire(bo, unpaid.id, now=clock.now()))  # type: ignore[arg-type]
            session.commit()
    tree.resume(trade.hub, bo)
    assert works.state(paid) is OrderState.COMPLETED
    assert works.state(unpaid) is OrderState.EXPIRED
    assert trade.free(bo) == trade.held(bo, K.PREPAID) == Money.of("100") - each


def test_no_page_is_opened_on_an_account_whose_keys_are_being_changed_for_another(
    trade: Trade, builder: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ada has never been paid there; at the moment her first page is prepared she stores keys of
    another account. One of the two waits for the other and sees what it did."""
    ada, works = trade.ada, trade.works
    trade.top_up(ada, "100")
    before, known = own_queries.to, trade.works.own[ada.id]
    keys, other = Keys("sk_test_another_account", "whsec_another_account"), Bank("another")

    def to(found: Keys) -> object:
        return other if found == keys else before(found)

    monkeypatch.setattr(own_queries, "to", to)
    placed = works.place(ada, (1, 0))
    with use(ada):
        call = service.start_payment(
            ada, placed.number, "card", success_url=SUCCESS, cancel_url=CANCEL,
            actor=TESTER, now=clock.now(),
        )  # fmt: skip
        told: list[object] = []
        asking = threading.Thread(target=_connect, args=(ada, keys, told))
        asking.start()
        asking.join(0.5)
        assert asking.is_alive()
        assert told == []
        calls.run(call)
        session.commit()
    asking.join(10)
    assert [type(one) for one in told] == [OtherAccount]
    assert len(known.pages) == 1
    assert other.pages == {}
    with use(ada):
        found = own_queries.of(ada)
        assert found
        assert found.account == known.account()


def _connect(site: object, keys: Keys, told: list[object]) -> None:
    try:
        with use(site):  # type: ignore[arg-type]
            told.append(calls.run(own_channels.connect(site, keys, actor=SYSTEM)))  # type: ignore[arg-type]
            session.commit()
    except OtherAccount as refused:
        told.append(refused)
    finally:
        close_session()


def test_where_only_real_money_is_taken_test_keys_collect_nothing(trade: Trade) -> None:
    """Stored while the deployment was being tried out, and on until today."""
    bo, chosen = trade.bo, settings()
    with use(bo):
        assert own_queries.collects(bo)
        try:
            use_settings(dataclasses.replace(chosen, env="production", test_payments=False))
            assert not own_queries.collects(bo)
        finally:
            use_settings(chosen)


def test_a_masters_account_that_does_not_answer_keeps_no_sites_from_being_asked(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    bo, works = trade.bo, trade.works
    sold = works.open(works.place(bo, (1, 0)))
    trade.bank(sold).pay(sold.page)

    def dead(*_: object) -> None:
        raise CallRefused("the master's keys are gone")

    monkeypatch.setattr(works.bank, "paid_since", dead)
    sweeping.recover_lost(clock.now())
    works.deliver(sold)()
    assert works.state(sold) is OrderState.COMPLETED
