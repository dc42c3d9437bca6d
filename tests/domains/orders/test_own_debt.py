"""A site that collects by itself and owes something: its shoppers pay to the master until its
earnings have paid the debt, and to itself again afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine, event

from kameng.domains.notifications.kinds import Kind
from kameng.domains.orders import collecting, unpaid
from kameng.domains.orders import service as orders
from kameng.domains.orders.errors import NotYoursToRefund, TooManyUnpaid
from kameng.domains.orders.rules import OrderState
from kameng.domains.orders.service import Way
from kameng.domains.orders.shopper import Shopper
from kameng.domains.payments.own import queries as own
from kameng.domains.withdrawals import queries as withdrawals
from kameng.faces.worker import owing
from kameng.kit import calls, clock, ids
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.domains.money.works import Sold
from tests.domains.orders.own_world import ZERO, K, Trade, opened
from tests.domains.orders.test_own_edges import second_page
from tests.support import leftovers
from tests.support.orders import kim, member
from tests.support.worlds import Builder


@pytest.fixture(scope="module")
def world(builder: Builder, owner: Engine) -> Iterator[Trade]:
    leftovers.put_away(owner)
    with opened(builder) as made:
        yield made


@pytest.fixture
def trade(world: Trade) -> Iterator[Trade]:
    """Both collect by themselves, with a hundred yuan, and owe nothing."""
    world.begin()
    for site in (world.ada, world.bo):
        world.top_up(site, "100")
        assert debt(site) == ZERO
    yield world
    world.proven()


def debt(site: Tenant) -> Money:
    with use(site):
        return withdrawals.purse(site).debt


def earned_and_spent(trade: Trade, site: Tenant, sold: Sold) -> Sold:
    """What was earned of an order is settled, and gone from what is available."""
    works = trade.works
    works.day += 1
    works.settle(site, works.day)()
    works.turn(site, works.some(site, 100), ids.token(12))()
    return sold


def owes(trade: Trade, site: Tenant, *, pieces: int = 4) -> Money:
    """An order the master collected is given back after its earnings were spent."""
    trade.collect(site, on=False)
    sold = earned_and_spent(trade, site, trade.sell(site, pieces, 0))
    trade.collect(site, on=True)
    trade.works.give_back(sold, 0, pieces, None, Way.BACK, ids.uuid7())()
    owed = debt(site)
    assert owed > ZERO
    return owed


def paid_off(trade: Trade, site: Tenant) -> int:
    """Sell until nothing is owed; how many orders it took, all of them paid to the master."""
    count = 0
    while debt(site):
        assert not trade.sell(site, 2, 0).own
        count += 1
    return count


def told(site: Tenant) -> list[tuple[str, Money]]:
    """What the site was told of this, in order."""
    with use(site):
        rows = session.connection().exec_driver_sql(
            "SELECT kind, coalesce(facts->'debt'->>'money', '0') FROM shared.notice"
            " WHERE tenant_id = %s AND kind LIKE 'collecting_%%' ORDER BY id",
            (site.id,),
        )
        return [(kind, Money(int(amount))) for kind, amount in rows]


def test_what_is_owed_is_earned_at_the_master_and_then_the_site_collects_again(
    trade: Trade,
) -> None:
    bo = trade.bo
    before, owed = len(told(bo)), owes(trade, bo)
    owing.look_after(clock.now())
    owing.look_after(clock.now())
    assert told(bo)[before:] == [(Kind.COLLECTING_OWES.value, owed)]
    aside = trade.free(bo)
    sold = trade.sell(bo, 2, 0)
    assert not sold.own
    assert debt(bo) < owed
    assert trade.free(bo) == trade.held(bo, K.PREPAID) == aside
    owing.look_after(clock.now())
    assert paid_off(trade, bo) >= 1
    for _ in range(2):
        owing.look_after(clock.now())
    assert told(bo)[before:] == [
        (Kind.COLLECTING_OWES.value, owed),
        (Kind.COLLECTING_AGAIN.value, ZERO),
    ]
    assert trade.sell(bo, 1, 0).own


def test_the_one_in_between_owes_for_what_came_back_below_and_the_one_below_does_not(
    trade: Trade,
) -> None:
    """Bo's own order earned Ada her part: settled and spent before Bo gave the money back."""
    ada, bo, works = trade.ada, trade.bo, trade.works
    sold = earned_and_spent(trade, ada, trade.sell(bo, 6, 0))
    works.give_back(sold, 0, 6, None, Way.BACK, ids.uuid7())()
    assert debt(ada) > ZERO
    assert debt(bo) == ZERO
    assert trade.sell(bo, 1, 0).own
    assert not trade.sell(ada, 1, 0).own
    paid_off(trade, ada)
    assert trade.sell(ada, 1, 0).own


def test_what_was_open_before_ends_where_it_was_opened(trade: Trade) -> None:
    bo, works = trade.bo, trade.works
    begun = works.open(works.place(bo, (1, 0)))
    owes(trade, bo)
    trade.top_up(bo, "100")
    trade.pay(begun)
    assert begun.own
    assert works.state(begun) is OrderState.COMPLETED
    assert trade.held(bo, K.PREPAID) == trade.free(bo)
    paid_off(trade, bo)


def test_a_page_opened_anew_at_the_master_frees_what_was_set_aside_for_the_first(
    trade: Trade,
) -> None:
    bo, works = trade.bo, trade.works
    first = works.open(works.place(bo, (1, 0)))
    assert trade.free(bo) < trade.held(bo, K.PREPAID)
    owes(trade, bo)
    again = second_page(trade, first)
    assert (first.own, again.own) == (True, False)
    assert trade.free(bo) == trade.held(bo, K.PREPAID)
    trade.pay(again)
    assert works.state(again) is OrderState.COMPLETED
    paid_off(trade, bo)


def test_who_owes_needs_no_balance_and_all_who_come_at_once_pay_the_master(trade: Trade) -> None:
    bo, works = trade.bo, trade.works
    owes(trade, bo, pieces=9)
    trade.top_up(bo, "0")
    placed, pages = [works.place(bo, (1, 0)) for _ in range(4)], list[Sold]()
    ends = works.at_once("open", [works.opening(one, pages) for one in placed])
    assert ends == {"done": 4}
    assert [one.own for one in pages] == [False] * 4
    assert trade.free(bo) == trade.held(bo, K.PREPAID) == ZERO
    paid = [lambda one=one: trade.pay(one) for one in pages]
    works.at_once("pay", paid)
    assert {works.state(one) for one in pages} == {OrderState.COMPLETED}
    paid_off(trade, bo)


def test_whose_money_it_is_takes_one_question_more_and_only_of_sites_that_collect(
    trade: Trade,
) -> None:
    def asked(site: Tenant) -> list[str]:
        statements: list[str] = []

        def heard(_c: object, _k: object, statement: str, *_: object) -> None:
            statements.append(statement)

        with use(site):
            own.is_ready(site)
            session.expire_all()
            bound = session.connection().engine
            event.listen(bound, "before_cursor_execute", heard)
            try:
                collecting.payee_of(site)
            finally:
                event.remove(bound, "before_cursor_execute", heard)
        return [one for one in statements if "ledger_account" in one]

    assert len(asked(trade.bo)) == 1
    trade.collect(trade.bo, on=False)
    assert asked(trade.bo) == []
    assert asked(trade.hub) == []


@pytest.mark.parametrize("own_account", [True, False])
def test_a_dispute_keeps_those_above_from_their_part_only_where_it_can_cost_them(
    trade: Trade, own_account: bool
) -> None:
    """At Bo's own account Bo alone loses; what the master took everybody may have to give back."""
    ada, bo, works = trade.ada, trade.bo, trade.works
    earned_and_spent(trade, ada, trade.sell(bo, 1, 0))
    trade.collect(bo, on=own_account)
    earned = trade.held(ada, K.MARGIN)
    sold = trade.sell(bo, 5, 0)
    part = trade.held(ada, K.MARGIN) - earned
    assert part > ZERO
    number = trade.bank(sold).open_dispute(f"pi_{sold.page}", 10**6)
    works.tell_dispute(number)()
    assert works.state(sold) is OrderState.DISPUTED
    due = trade.held(ada, K.AVAILABLE)
    works.day += 1
    works.settle(ada, works.day)()
    assert trade.held(ada, K.AVAILABLE) - due == (part if own_account else ZERO)
    trade.bank(sold).end_dispute(number, "lost")
    works.tell_dispute(number)()
    assert works.state(sold) is OrderState.LOST
    assert trade.held(ada, K.AVAILABLE) - due == (part if own_account else ZERO)
    assert debt(ada) == ZERO


def test_only_whose_account_it_is_and_the_master_send_an_own_payment_back(trade: Trade) -> None:
    """Ada stands between: she may refund, but not by Bo's keys; not a first time, nor again."""
    hub, ada, bo, works = trade.hub, trade.ada, trade.bo, trade.works
    sold = trade.pay(works.open(works.place(bo, (2, 0))), delivered=False)
    before = trade.figures()

    def refused() -> None:
        for verb, more in ((orders.refund, {"reason": "缺货"}), (orders.retry_refund, {})):
            with use(bo), pytest.raises(NotYoursToRefund):
                verb(bo, sold.number, by=ada, actor=SYSTEM, now=clock.now(), **more)
        assert trade.moved(before) == {}

    with use(bo), pytest.raises(NotYoursToRefund):
        orders.refund(bo, sold.number, by=ada, reason="缺货", actor=SYSTEM, now=clock.now())
    assert works.state(sold) is OrderState.PAID
    trade.bank(sold).refunds_end = "failed"
    works.refund(sold)()
    assert works.state(sold) is OrderState.REFUND_FAILED
    before = trade.figures()
    refused()
    assert works.state(sold) is OrderState.REFUND_FAILED
    trade.bank(sold).refunds_end = "succeeded"
    with use(bo):
        again = orders.retry_refund(bo, sold.number, by=hub, actor=SYSTEM, now=clock.now())
        assert again
        calls.run(again)
        session.commit()
    assert works.state(sold) is OrderState.REFUNDED
    trade.collect(bo, on=False)
    theirs = trade.pay(works.open(works.place(bo, (2, 0))), delivered=False)
    with use(bo):
        call = orders.refund(
            bo, theirs.number, by=ada, reason="缺货", actor=SYSTEM, now=clock.now()
        )
        assert call
        calls.run(call)
        session.commit()
    assert works.state(theirs) is OrderState.REFUNDED


def test_nobody_ties_up_a_balance_with_pages_he_does_not_pay(trade: Trade) -> None:
    """The same member, and others behind the same address; what is cancelled counts no more."""
    bo, works = trade.bo, trade.works
    for one in works.sold:
        if works.state(one) is OrderState.PAYING:
            works.cancel(one)()
    trade.top_up(bo, "300")
    whole = trade.free(bo)
    placed = [works.place(bo, (1, 0)) for _ in range(5)]
    pages: list[Sold] = []
    ends = works.at_once("open", [works.opening(one, pages) for one in placed])
    assert ends == {"done": unpaid.MOST, "too_many_unpaid": 5 - unpaid.MOST}
    each = (whole - trade.free(bo)).split([1] * unpaid.MOST)[0]
    left = [one for one in placed if works.state(one) is OrderState.PENDING_PAYMENT]
    works.cancel(pages[0])()
    works.open(left[0])
    assert trade.free(bo) == whole - each * unpaid.MOST
    mine = works.members[bo.id]
    try:
        for count in range(unpaid.MOST, unpaid.MOST_OF_ADDRESS + 1):
            works.members[bo.id] = ids.uuid7()
            other = works.place(bo, (1, 0), contact=f"{count}@example.com")
            if count < unpaid.MOST_OF_ADDRESS:
                works.open(other)
            else:
                with pytest.raises(TooManyUnpaid):
                    works.open(other)
    finally:
        works.members[bo.id] = mine
    assert trade.free(bo) == whole - each * unpaid.MOST_OF_ADDRESS
    trade.collect(bo, on=False)
    works.open(left[1])
    for one in works.sold[-12:]:
        if works.state(one) is OrderState.PAYING:
            works.cancel(one)()
    assert trade.free(bo) == whole


@pytest.mark.parametrize("is_member", [True, False])
def test_nobody_is_locked_out_by_pages_that_another_opened_in_his_name(
    trade: Trade, is_member: bool
) -> None:
    """A competitor knows the contact and orders as a guest from elsewhere; a guest's own pages, at
    one address, are counted as before."""
    bo, works = trade.bo, trade.works
    trade.top_up(bo, "300")
    name, who = f"kim-{is_member}@example.com", works.members[bo.id]

    def page(shopper: Shopper) -> Sold:
        with use(bo):
            made = orders.place(bo, shopper, works._basket((1, 0)), now=clock.now())
            session.commit()
        return works.open(Sold(bo, made.id, made.number, made.total, who))

    foe = replace(kim(ip=f"198.51.100.{int(is_member)}"), contact=name)
    opened = [page(foe) for _ in range(unpaid.MOST)]
    with pytest.raises(TooManyUnpaid):
        page(foe)
    here = kim(ip=f"192.0.2.{int(is_member)}") if not is_member else member()
    opened.append(page(replace(here, contact=name)))
    assert opened[-1].own
    for one in opened:
        works.cancel(one)()
