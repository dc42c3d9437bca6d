"""Sites that collect by themselves, where it hurts: several at one moment, paid twice, paid late,
given back, disputed, leave taken away, moved. Nobody gets or gives more than was sold."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
import time_machine

from kameng.domains.orders import queries as orders
from kameng.domains.orders import service
from kameng.domains.orders.arrivals.service import SILENT_FOR
from kameng.domains.orders.rules import OrderState
from kameng.domains.orders.service import Way
from kameng.domains.payees import service as payees
from kameng.domains.payments import queries as payments
from kameng.domains.payments import service as payment_verbs
from kameng.domains.payments.disputes import queries as disputes
from kameng.domains.payments.disputes.events import DisputeMoved
from kameng.domains.promotion import service as promotion
from kameng.domains.promotion.rules import Settings
from kameng.faces.worker import noticing
from kameng.faces.worker.accounts import Account
from kameng.kit import calls, clock, ids
from kameng.kit.audit import SYSTEM
from kameng.kit.calls import CallRefused
from kameng.kit.money import FEN, Money, Percent
from kameng.reactions import dispute_moved, payment_received
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant
from tests.domains.money.works import Sold
from tests.domains.orders.own_world import ZERO, K, Trade, opened
from tests.domains.promotion.test_service import (
    FIVE_AND_TWO,
    came_by,
    joined,
    purse,
    released,
)
from tests.support.orders import basket, member
from tests.support.payees import PAPERS
from tests.support.worlds import Builder

OTHER = dataclasses.replace(PAPERS, legal_name="李四")


@pytest.fixture(scope="module")
def world(builder: Builder) -> Iterator[Trade]:
    with opened(builder) as made:
        yield made


@pytest.fixture
def trade(world: Trade) -> Iterator[Trade]:
    """Both sites collect by themselves with a hundred yuan; afterwards everything is proven."""
    world.begin()
    for site in (world.ada, world.bo):
        world.top_up(site, "100")
    yield world
    world.proven()


def cost(trade: Trade, site: Tenant, *pieces: int) -> Money:
    """What an order of so many costs the site, as it is set aside."""
    before = trade.free(site)
    sold = trade.works.open(trade.works.place(site, pieces))
    found = before - trade.free(site)
    trade.works.cancel(sold)()
    return found


# several at one moment


def test_as_many_may_pay_at_once_as_the_balance_pays_for(trade: Trade) -> None:
    bo, works = trade.bo, trade.works
    each = cost(trade, bo, 2, 0)
    placed = [works.place(bo, (2, 0)) for _ in range(5)]
    nearly = Money((each * 3).micro // FEN * FEN - FEN)
    trade.top_up(bo, str(nearly))
    pages: list[Sold] = []
    told = works.at_once("open", [works.opening(one, pages) for one in placed])
    assert told == {"done": 2, "shop_out_of_funds": 3}
    assert trade.free(bo) == nearly - each * 2
    states = sorted(works.state(one).value for one in placed)
    assert states == ["paying"] * 2 + ["pending_payment"] * 3
    works.at_once("pay", [partial(trade.pay, one) for one in pages])
    assert [works.state(one) for one in pages] == [OrderState.COMPLETED] * 2
    assert trade.held(bo, K.PREPAID) == trade.free(bo) == nearly - each * 2


def test_a_page_asked_for_thrice_at_once_is_one_page_and_one_amount_set_aside(trade: Trade) -> None:
    bo, works = trade.bo, trade.works
    each, placed, pages = cost(trade, bo, 1, 1), works.place(bo, (1, 1)), list[Sold]()
    told = works.at_once("open", [works.opening(placed, pages)] * 3)
    assert told == {"done": 3}
    assert len({one.page for one in pages}) == 1
    assert trade.free(bo) == Money.of("100") - each
    works.at_once("give up", [works.cancel(pages[0])] * 3)
    assert trade.free(bo) == trade.held(bo, K.PREPAID) == Money.of("100")


def test_paying_and_giving_up_at_one_moment_ends_one_way(trade: Trade) -> None:
    bo, works = trade.bo, trade.works
    each = cost(trade, bo, 1, 0)
    sold = works.open(works.place(bo, (1, 0)))
    trade.bank(sold).pay(sold.page)
    told, cancel = works.tell_paid(sold.page), works.cancel(sold)
    works.at_once("race", [told, cancel, told, cancel, works.deliver(sold)])
    works.deliver(sold)()
    assert works.state(sold) is OrderState.COMPLETED
    assert trade.free(bo) == trade.held(bo, K.PREPAID) == Money.of("100") - each


# paid twice


def second_page(trade: Trade, first: Sold) -> Sold:
    """Nobody at the provider knew of the first page for a quarter of an hour: another is opened;
    then the first one turns up after all."""
    site = first.site
    with use(site):
        attempt = payments.open_attempt(site, "order", first.number)
        assert attempt
        payment_verbs.not_found(site, attempt.id, now=clock.now() + timedelta(minutes=16))
        session.commit()
    return trade.works.open(first)


@pytest.mark.parametrize("first_told", [0, 1])
@pytest.mark.parametrize("on", [(True, True), (True, False), (False, True)])
def test_an_order_paid_twice_is_delivered_once_and_the_second_payment_goes_back_where_it_came_from(
    trade: Trade, on: tuple[bool, bool], first_told: int
) -> None:
    bo, works = trade.bo, trade.works
    each, before = cost(trade, bo, 1, 2), trade.figures()
    trade.collect(bo, on=on[0])
    one = works.open(works.place(bo, (1, 2)))
    trade.collect(bo, on=on[1])
    two = second_page(trade, one)
    assert (one.own, two.own) == on
    assert trade.free(bo) == Money.of("100") - (each if on[1] else ZERO)
    pages = [one, two]
    for page in pages:
        trade.bank(page).pay(page.page)
    counted, back = pages[first_told], pages[1 - first_told]
    held, trade.bank(back).refunds_end = trade.bank(back).sold_fen, "pending"
    works.at_once("told", [works.tell_paid(counted.page)] * 2)
    works.at_once("told", [works.tell_paid(back.page)] * 2)
    works.at_once("deliver", [works.deliver(counted)] * 2)
    assert works.state(counted) is OrderState.COMPLETED
    trade.proven()
    found = next(one for one in works.refunds_under_way() if one[1].reference == counted.number)
    trade.bank(back).finish(str(found[1].provider_refund), "succeeded")
    works.at_once("refunded", [works.tell_refund(*found)] * 2)
    assert trade.bank(back).sold_fen == held - back.total.fen
    moved = trade.moved(before)
    assert moved.get("bo free", ZERO) == (-each if counted.own else ZERO)
    assert moved.get("bo own_sales", ZERO) == (counted.total if counted.own else ZERO)
    assert moved.get("hub clearing:stripe", ZERO) == (ZERO if counted.own else counted.total)
    assert "hub order_liability" not in moved
    assert "hub refund_due" not in moved


# paid late


def test_money_that_comes_after_the_end_is_delivered_from_what_the_balance_has_then(
    trade: Trade,
) -> None:
    bo, works = trade.bo, trade.works
    each = cost(trade, bo, 1, 1)
    sold = works.open(works.place(bo, (1, 1)))
    with time_machine.travel(clock.now() + timedelta(minutes=40)):
        with use(bo):
            calls.run(service.expire(bo, sold.id, now=clock.now()))  # type: ignore[arg-type]
            session.commit()
        assert works.state(sold) is OrderState.EXPIRED
        assert trade.free(bo) == Money.of("100")
        trade.pay(sold)
    assert works.state(sold) is OrderState.COMPLETED
    assert trade.free(bo) == trade.held(bo, K.PREPAID) == Money.of("100") - each


def uncovered(trade: Trade, site: Tenant) -> Sold:
    """Paid after it was given up, when the balance was gone."""
    trade.top_up(site, "100")
    sold = trade.works.open(trade.works.place(site, (1, 1)))
    trade.works.cancel(sold)()
    trade.top_up(site, "0")
    return trade.pay(sold)


def test_late_money_no_balance_pays_for_goes_back_and_asks_nobody_any_more(trade: Trade) -> None:
    bo, works = trade.bo, trade.works
    sold = uncovered(trade, bo)
    assert works.state(sold) is OrderState.PAID_LATE
    with use(bo):
        assert orders.tasks_of(bo, sold.id) == {"own_cost_missing"}
    works.at_once("refund", [works.refund(sold)] * 3)
    assert works.state(sold) is OrderState.REFUNDED
    with use(bo):
        assert orders.tasks_of(bo, sold.id) == set()
    trade.top_up(bo, "100")
    works.deliver(sold)()
    assert works.state(sold) is OrderState.REFUNDED
    assert trade.free(bo) == Money.of("100")


def test_orders_that_wait_for_a_balance_let_the_others_pass_in_the_sweep(trade: Trade) -> None:
    bo, works = trade.bo, trade.works
    waiting = [uncovered(trade, bo) for _ in range(2)]
    with time_machine.travel(clock.now() + timedelta(minutes=5)):
        trade.sweep(clock.now())
        with shared():
            stuck = {one for _, one in service.stuck(clock.now())}
        assert stuck & {one.id for one in waiting} == set()
    for one in waiting:
        works.refund(one)()


def test_keys_that_open_nothing_any_more_do_not_keep_the_balance(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    bo, works = trade.bo, trade.works
    each = cost(trade, bo, 1, 1)
    sold = works.open(works.place(bo, (1, 1)))

    def dead(*_: object) -> None:
        raise CallRefused("no such key")

    def asked(after: timedelta) -> Money:
        with time_machine.travel(clock.now() + after), use(bo):
            calls.run(service.expire(bo, sold.id, now=clock.now()))  # type: ignore[arg-type]
            session.commit()
        return trade.free(bo)

    with monkeypatch.context() as broken:
        broken.setattr(trade.bank(sold), "close", dead)
        assert asked(timedelta(minutes=40)) == Money.of("100") - each
        assert asked(timedelta(minutes=40) + SILENT_FOR) == Money.of("100")
    assert works.state(sold) is OrderState.PAYING
    trade.pay(sold)
    assert works.state(sold) is OrderState.COMPLETED
    assert trade.free(bo) == Money.of("100") - each


# given back


def test_before_delivery_all_goes_back_and_a_refund_that_fails_is_tried_again(trade: Trade) -> None:
    bo, works = trade.bo, trade.works
    before = trade.figures()
    sold = trade.pay(works.open(works.place(bo, (2, 0))), delivered=False)
    assert trade.free(bo) < Money.of("100")
    trade.bank(sold).refunds_end = "failed"
    works.at_once("refund", [works.refund(sold)] * 2)
    assert works.state(sold) is OrderState.REFUND_FAILED
    assert trade.moved(before) == {"bo clearing:own": sold.total, "bo own_sales": sold.total}
    trade.bank(sold).refunds_end = "succeeded"
    with use(bo):
        call = service.retry_refund(bo, sold.number, by=bo, actor=SYSTEM, now=clock.now())
        calls.run(call)  # type: ignore[arg-type]
        session.commit()
    assert works.state(sold) is OrderState.REFUNDED
    assert trade.moved(before) == {}


def test_one_of_two_lines_at_depth_three_comes_back_from_each_level_to_the_balance(
    trade: Trade,
) -> None:
    bo, works = trade.bo, trade.works
    start = trade.figures()
    sold = trade.sell(bo, 3, 5)
    parts = trade.moved(start)
    taken = sum((parts[f"hub {one}"] for one in ("supplier_cost", "margin", "platform_fee")), ZERO)
    assert parts == {
        "hub supplier_cost": Money.of("24.0175"),
        "hub margin": parts["hub margin"],
        "hub platform_fee": parts["hub platform_fee"],
        "ada margin": parts["ada margin"],
        "bo prepaid": -taken - parts["ada margin"],
        "bo free": -taken - parts["ada margin"],
        "bo own_sales": sold.total,
        "bo clearing:own": sold.total,
    }
    assert all(amount.micro > 0 for name, amount in parts.items() if name[:2] != "bo")
    trade.bank(sold).refunds_end = "pending"
    with use(bo):
        wanted = [service.Wanted(orders.by_number(bo, sold.number).lines[0].id, 3)]
        plan = orders.refund_preview(bo, sold.number, wanted, now=clock.now())
    assert {account.tenant_id for account in plan.gives} == {trade.hub.id, trade.ada.id}
    works.give_back(sold, 0, 3, None, Way.BACK, ids.uuid7())()
    given = {
        name: amount for name, amount in trade.moved(start).items() if name != "hub refund_due"
    }
    owed = trade.moved(start)["hub refund_due"]
    assert given["bo free"] == parts["bo free"]
    assert given["bo own_sales"] == sold.total
    lost = [parts[name] - given.get(name, ZERO) for name in parts if name[:2] != "bo"]
    assert sum(lost, ZERO) == owed == plan.given
    assert all(one.micro > 0 for one in lost)
    (found,) = [one for one in works.refunds_under_way() if one[1].reference == sold.number]
    trade.bank(sold).finish(str(found[1].provider_refund), "succeeded")
    works.at_once("told", [works.tell_refund(*found)] * 3)
    after = trade.moved(start)
    assert after["bo free"] == parts["bo free"] + owed
    assert after["bo own_sales"] == sold.total - found[1].amount
    assert "hub refund_due" not in after
    trade.bank(sold).refunds_end = "succeeded"
    works.give_back(sold, 1, 5, None, Way.BACK, ids.uuid7())()
    assert trade.moved(start) == {}


def test_a_refund_that_fails_and_is_given_up_leaves_all_as_it_was_sold(trade: Trade) -> None:
    bo, works = trade.bo, trade.works
    sold = trade.sell(bo, 2, 2)
    before = trade.figures()
    trade.bank(sold).refunds_end = "failed"
    works.give_back(sold, 0, 1, None, Way.BACK, ids.uuid7())()
    assert works.state(sold) is OrderState.REFUND_FAILED
    told = works.at_once("give up", [works.give_up(sold)] * 3)
    assert told["done"] == 1
    assert trade.moved(before) == {}
    assert works.state(sold) is OrderState.COMPLETED


def test_a_refund_of_a_fen_that_bears_our_id_returns_no_cost(trade: Trade) -> None:
    """The account is the site's own: it can make whatever refund it likes there."""
    bo, works = trade.bo, trade.works
    sold = trade.sell(bo, 2, 0)
    bank = trade.bank(sold)
    bank.refunds_end = "pending"
    works.give_back(sold, 0, 2, None, Way.BACK, ids.uuid7())()
    before = trade.figures()
    site, known = next(one for one in works.refunds_under_way() if one[1].reference == sold.number)
    real = bank.refunds[str(known.provider_refund)]
    done = dataclasses.replace(real, status="succeeded")
    for odd in (
        dataclasses.replace(done, amount_fen=1),
        dataclasses.replace(done, id="re_another"),
        dataclasses.replace(done, payment="pi_of_somebody_else"),
    ):
        with use(site):
            payment_received.refund(site, known, odd, clock.now())
            session.commit()
        assert works.state(sold) is OrderState.REFUNDING
    assert trade.moved(before) == {}
    bank.finish(real.id, "succeeded")
    works.tell_refund(site, known)()
    assert works.state(sold) is OrderState.REFUNDED
    assert trade.free(bo) == Money.of("100")


def test_a_promoters_commission_is_set_aside_with_the_cost_and_comes_back_with_it(
    trade: Trade,
) -> None:
    bo, works = trade.bo, trade.works
    plain = cost(trade, bo, 4, 0)
    with use(trade.hub) as hub:
        promotion.set_up(hub, Settings(), levels=2, actor=SYSTEM, now=clock.now())
        session.commit()
    with use(bo):
        promotion.set_up(bo, Settings(True, FIVE_AND_TWO, 10), actor=SYSTEM, now=clock.now())
        session.commit()
    one = joined(bo)
    shopper = dataclasses.replace(member(), referral=came_by(one))
    with use(bo):
        made = service.place(bo, shopper, basket(works.skus[0], 4), now=clock.now())
        session.commit()
    assert shopper.member_id
    sold = works.open(Sold(bo, made.id, made.number, made.total, shopper.member_id))
    commission = made.total.share(Percent.of(5))
    assert trade.free(bo) == Money.of("100") - plain - commission
    assert purse(bo, one) == (ZERO, ZERO, ZERO)
    trade.pay(sold)
    assert works.state(sold) is OrderState.COMPLETED
    assert purse(bo, one) == (commission, ZERO, ZERO)
    assert released(bo, made, clock.now() + timedelta(days=11)) == commission
    works.give_back(sold, 0, 4, None, Way.BACK, ids.uuid7())()
    assert trade.free(bo) == trade.held(bo, K.PREPAID) == Money.of("100")
    assert purse(bo, one) == (ZERO, commission, commission)


# disputed


@pytest.mark.parametrize("end", ["won", "lost"])
def test_a_dispute_of_an_own_payment_moves_nothing_and_is_told_to_its_site_alone(
    trade: Trade, end: str
) -> None:
    bo, works = trade.bo, trade.works
    sold = trade.sell(bo, 1, 1)
    before = trade.figures()
    number = trade.bank(sold).open_dispute(f"pi_{sold.page}", 10**6)
    works.at_once("disputed", [works.tell_dispute(number)] * 3)
    assert works.state(sold) is OrderState.DISPUTED
    trade.bank(sold).end_dispute(number, end)
    works.at_once("ends", [works.tell_dispute(number)] * 3)
    assert works.state(sold) is (OrderState.WON if end == "won" else OrderState.LOST)
    assert trade.moved(before) == {}
    with use(bo):
        (dispute,) = disputes.of(bo, "order", sold.number)
        for state in ("needs_response", end):
            for tell in (dispute_moved.tell_master, dispute_moved.tell_site):
                tell(bo, DisputeMoved(dispute.id, state), clock.now())
        session.commit()
    kind = "dispute_won" if end == "won" else "own_dispute_lost"
    assert told_to(bo, sold) == {kind: sold.total, "own_dispute_opened": sold.total}
    assert told_to(trade.hub, sold) == {}


def told_to(site: Tenant, sold: Sold) -> dict[str, Money]:
    """What the people of a site were told of an order, and of how much."""
    with use(site):
        rows = session.connection().exec_driver_sql(
            "SELECT kind, facts->'amount'->>'money' FROM shared.notice"
            " WHERE tenant_id = %s AND facts->>'number' = %s",
            (site.id, sold.number),
        )
        return {kind: Money(int(amount)) for kind, amount in rows}


# what changes while pages are open


def test_without_leave_or_payee_what_was_begun_ends_and_the_next_pays_to_the_master(
    trade: Trade,
) -> None:
    bo, works = trade.bo, trade.works
    begun = [works.open(works.place(bo, (1, 0))) for _ in range(2)]
    placed = works.place(bo, (1, 0))
    trade.allow(bo, allowed=False)
    trade.pay(begun[0])
    assert works.state(begun[0]) is OrderState.COMPLETED
    next_one = works.open(placed)
    assert not next_one.own
    trade.allow(bo, allowed=True)
    with use(bo):
        other = payees.send(bo, OTHER, actor=SYSTEM, now=clock.now())
        session.commit()
    trade.pay(begun[1])
    assert works.state(begun[1]) is OrderState.COMPLETED
    assert not works.open(works.place(bo, (1, 0))).own
    with use(bo):
        payees.verify(bo, other.version, actor=SYSTEM, now=clock.now())
        session.commit()
    assert works.open(works.place(bo, (1, 0))).own


def test_a_second_payment_given_back_by_hand_is_no_part_of_what_is_left_of_the_first(
    trade: Trade,
) -> None:
    """Its way back failed, so somebody made it good at the provider: of the order nothing is back
    yet."""
    bo, works = trade.bo, trade.works
    one = works.open(works.place(bo, (1, 0)))
    pages = [one, second_page(trade, one)]
    bank = trade.bank(one)
    for page in pages:
        bank.pay(page.page)
    works.tell_paid(one.page)()
    bank.refunds_end = "failed"
    works.tell_paid(pages[1].page)()
    bank.refunds_end = "succeeded"
    made = bank.refund(f"pi_{pages[1].page}", one.total, "", "by hand")
    assert noticing.outside(Account("stripe", bo.id), made) == ("done", None)
    with use(bo):
        assert service.still_owed(bo, one.number) == one.total
    works.refund(one)()
    assert works.state(one) is OrderState.REFUNDED
    assert bank.payments[f"pi_{one.page}"].given_back
    assert trade.free(bo) == Money.of("100")
