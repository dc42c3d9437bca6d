"""Delivered goods are given back: every part exactly, once, and never more than was paid."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest

from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.ledger import queries as ledger
from kameng.domains.ledger.rules import AccountKind, Posting, credit, debit, house
from kameng.domains.ledger.service import post
from kameng.domains.orders import errors, queries, service
from kameng.domains.orders.aftersale.rules import Plan
from kameng.domains.orders.rules import OrderFacts, OrderState, Progress
from kameng.domains.orders.service import Basket, Item, Wanted, Way, Window
from kameng.domains.payments import queries as payments
from kameng.domains.wallet.rules import wallet_of
from kameng.faces.worker import sweeping
from kameng.kit import calls, clock, ids
from kameng.kit.audit import Actor
from kameng.kit.errors import Refusal
from kameng.kit.money import FEN, Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.domains.orders.test_payment import told
from tests.support.orders import (
    basket,
    books_balance,
    member,
    paid,
    paying,
    relayed,
    state_of,
    stocked,
)
from tests.support.payments import Standin
from tests.support.tree import markup
from tests.support.worlds import Alliance, Builder

FULL = Money.of("200.00")
STAFF = Actor("staff", "1", "小何", "203.0.113.5")


@pytest.fixture(scope="module")
def family(builder: Builder) -> Alliance:
    """Hub, Ada and Bo, each with a margin of its own, shared by these tests: they look at
    differences."""
    made = builder.alliance()
    for site, children in ((made.hub, True), (made.ada, True), (made.ada, False), (made.bo, False)):
        markup(site, "7", children=children)
    return made


@pytest.fixture(scope="module")
def goods(family: Alliance) -> tuple[SkuFacts, SkuFacts]:
    """What costs 8.00 and sells at 10.00, and what costs 0.0035 and sells at 0.005."""
    whole = stocked(family.hub, secrets=60, cost="8.00", retail="10.00")
    tiny = stocked(family.hub, secrets=40, cost="0.0035", retail="0.005")
    return whole, tiny


def amounts(family: Alliance) -> dict[str, int]:
    """What the house accounts that a sale touches stand at, in micro-units."""
    kinds = (
        *((family.hub, kind) for kind in ("supplier_cost", "margin", "rounding", "refund_due")),
        *((family.hub, kind) for kind in ("clearing:stripe", "order_liability")),
        *((site, "margin") for site in (family.ada, family.bo)),
    )
    found: dict[str, int] = {}
    for site, kind in kinds:
        with use(site):
            key = house(site.id, AccountKind(kind))
            found[f"{site.slug} {kind}"] = ledger.balance(key).posted.micro
    return found


def wallet(site: Tenant, order: OrderFacts) -> Money:
    assert order.member_id
    with use(site):
        return ledger.balance(wallet_of(site.id, order.member_id)).posted


def sold(site: Tenant) -> Money:
    """What the dashboard says was sold of late."""
    hour = timedelta(hours=1)
    with use(site):
        return queries.sales(site, since=clock.now() - hour, until=clock.now() + hour).amount


def bought(site: Tenant, *items: tuple[SkuFacts, int]) -> OrderFacts:
    """Bought from the balance by a member of this site, and delivered."""
    shopper = member()
    assert shopper.member_id
    put = FULL
    lines = [
        debit(house(site.root_id, AccountKind.CASH_BY_HAND), put),
        credit(wallet_of(site.id, shopper.member_id), put),
    ]
    key = f"test:{ids.uuid7()}"
    with use(site):
        posting = Posting("wallet_credit", key, "test", key, lines, STAFF)
        post(site, posting, now=clock.now())
        wanted = Basket(tuple(Item(sku.sku_id, count, None) for sku, count in items))
        order = service.buy_from_balance(site, shopper, wanted, now=clock.now()).order
        session.commit()
    return order


def through_channel(site: Tenant, sku: SkuFacts, standin: Standin, count: int) -> OrderFacts:
    """Paid through the provider, and delivered."""
    made = paid(site, sku, standin, count)
    told(site, made.page)
    relayed()
    assert state_of(site, made.order.number) is OrderState.COMPLETED
    return made.order


def parted(total: Money, pieces: int, of: int) -> Money:
    """So many pieces' worth, in whole fen."""
    return Money(total.micro * pieces // of // FEN * FEN)


def lines_of(site: Tenant, order: OrderFacts) -> list[UUID]:
    with use(site):
        return [line.id for line in queries.by_number(site, order.number).lines]


def planned(site: Tenant, order: OrderFacts, *wanted: Wanted) -> Plan:
    with use(site):
        return queries.refund_preview(site, order.number, wanted, now=clock.now())


def give_back(
    site: Tenant, order: OrderFacts, *wanted: Wanted, mark: str = "", **more: Any
) -> None:
    """Look at what it comes to, and do it."""
    seen = mark or planned(site, order, *wanted).mark
    given: dict[str, Any] = {"refund_id": ids.uuid7(), "reason": "卡密无效", "actor": STAFF} | more
    with use(site):
        call = service.give_back_goods(
            site, order.number, wanted, seen=seen, now=clock.now(), **given
        )
        if call is not None:
            calls.run(call)
        session.commit()


def refused(family: Alliance, kind: type[Refusal], act: Callable[[], None]) -> Refusal:
    """It is refused by this name, and nothing has moved."""
    before = amounts(family)
    with pytest.raises(kind) as caught:
        act()
    assert amounts(family) == before
    return caught.value


def test_one_of_three_pieces_goes_back_with_everybodys_part_of_it(
    family: Alliance, goods: tuple[SkuFacts, SkuFacts]
) -> None:
    ada, (sku, _) = family.ada, goods
    empty, sales = amounts(family), sold(ada)
    order = bought(ada, (sku, 3))
    full, held = amounts(family), wallet(ada, order)
    (line,) = lines_of(ada, order)
    seen = planned(ada, order, Wanted(line, 1))
    assert sum(part.micro for part in seen.gives.values()) == seen.amount.micro
    give_back(ada, order, Wanted(line, 1))
    assert state_of(ada, order.number) is OrderState.PARTIALLY_REFUNDED
    assert wallet(ada, order) - held == seen.amount == parted(order.total, 1, 3)
    now = amounts(family)
    for account, micro in full.items():
        left = (micro - empty[account]) * 2 / 3
        assert now[account] - empty[account] == pytest.approx(left, abs=FEN), account
    assert sold(ada) - sales == order.total - seen.amount
    give_back(ada, order, Wanted(line, 2))
    assert state_of(ada, order.number) is OrderState.REFUNDED
    assert sold(ada) == sales
    assert amounts(family) == empty
    assert wallet(ada, order) == FULL
    books_balance(family.hub)


def test_pieces_and_money_of_two_lines_at_depth_three_sum_to_the_whole(
    family: Alliance, goods: tuple[SkuFacts, SkuFacts]
) -> None:
    bo, (sku, tiny) = family.bo, goods
    empty = amounts(family)
    order = bought(bo, (sku, 2), (tiny, 7))
    first, second = lines_of(bo, order)
    give_back(bo, order, Wanted(first, 0, Money.of("0.01")), Wanted(second, 3))
    give_back(bo, order, Wanted(first, 1, Money.of("3.33")))
    give_back(bo, order, Wanted(second, 4))
    assert state_of(bo, order.number) is OrderState.PARTIALLY_REFUNDED
    with use(bo):
        view = queries.by_number(bo, order.number)
        (row,) = [one for one in queries.index(bo).rows if one.number == order.number]
    back = sum(one.amount.micro for one in view.returns)
    assert row.refunded == Money(back)
    left = Wanted(first, 0, order.total - Money(back))
    give_back(bo, order, left)
    assert state_of(bo, order.number) is OrderState.REFUNDED
    assert amounts(family) == empty
    assert wallet(bo, order) == FULL
    books_balance(family.hub)


def test_a_refund_through_the_channel_is_owed_until_it_has_left(
    family: Alliance, goods: tuple[SkuFacts, SkuFacts], standin: Standin
) -> None:
    ada, (sku, _) = family.ada, goods
    empty = amounts(family)
    order = through_channel(ada, sku, standin, 2)
    (line,) = lines_of(ada, order)
    standin.turn(refunds="pending")
    give_back(ada, order, Wanted(line, 1))
    half = parted(order.total, 1, 2).micro
    due = f"{family.hub.slug} refund_due"
    assert state_of(ada, order.number) is OrderState.REFUNDING
    assert amounts(family)[due] - empty[due] == half
    mark = "1-0"
    refused(
        family,
        errors.RefundNotPossible,
        lambda: give_back(ada, order, Wanted(line, 1), mark=mark),
    )
    with use(ada):
        (refund,) = payments.refunds_for(ada, "order", order.number)
    standin.turn(refunds="succeeded")
    (known,) = standin.ask("GET", "/v1/refunds")["data"]
    standin.ask("POST", f"/_control/refund/{known['id']}")
    settle(ada, refund.id)
    settle(ada, refund.id)
    assert state_of(ada, order.number) is OrderState.PARTIALLY_REFUNDED
    assert amounts(family)[due] == empty[due]
    give_back(ada, order, Wanted(line, 1))
    assert state_of(ada, order.number) is OrderState.REFUNDED
    assert amounts(family) == empty
    with use(ada):
        view = queries.by_number(ada, order.number)
    assert [one.state for one in view.returns] == [Progress.DONE, Progress.DONE]
    books_balance(family.hub)


def settle(site: Tenant, refund_id: UUID) -> None:
    """Ask the provider about a refund under way, as the clock does."""
    with use(site):
        known = payments.refund(site, refund_id)
    sweeping._check_refund(known)


def test_a_refund_that_failed_is_tried_again_or_given_up(
    family: Alliance, goods: tuple[SkuFacts, SkuFacts], standin: Standin
) -> None:
    ada, (sku, _) = family.ada, goods
    order = through_channel(ada, sku, standin, 2)
    (line,) = lines_of(ada, order)
    give_back(ada, order, Wanted(line, 0, Money.of("1.00")))
    after_first = amounts(family)
    standin.turn(refunds="failed")
    give_back(ada, order, Wanted(line, 1))
    assert state_of(ada, order.number) is OrderState.REFUND_FAILED
    with use(ada):
        call = service.retry_goods(ada, order.number, actor=STAFF, now=clock.now())
        assert call is not None
        calls.run(call)
        session.commit()
    assert state_of(ada, order.number) is OrderState.REFUND_FAILED
    with use(ada):
        service.give_up_refund(ada, order.number, reason="改为换货", actor=STAFF, now=clock.now())
        session.commit()
    assert state_of(ada, order.number) is OrderState.PARTIALLY_REFUNDED
    assert amounts(family) == after_first
    with use(ada):
        view = queries.by_number(ada, order.number)
        assert queries.tasks_of(ada, order.id) == frozenset()
    assert [line.returned for line in view.lines] == [0]
    assert [one.state for one in view.returns] == [Progress.DONE, Progress.GIVEN_UP]
    assert view.order.completed_at is not None
    standin.turn(refunds="failed")
    give_back(ada, order, Wanted(line, 2))
    standin.turn(refunds="succeeded")
    with use(ada):
        call = service.retry_goods(ada, order.number, actor=STAFF, now=clock.now())
        assert call is not None
        calls.run(call)
        session.commit()
    assert state_of(ada, order.number) is OrderState.REFUNDED
    books_balance(family.hub)


def test_a_refund_that_was_given_up_is_not_tried_again_from_an_old_page(
    family: Alliance, goods: tuple[SkuFacts, SkuFacts], standin: Standin
) -> None:
    """Somebody gives it up, somebody else presses the button of a page drawn before."""
    ada, (sku, _) = family.ada, goods
    order = through_channel(ada, sku, standin, 2)
    (line,) = lines_of(ada, order)
    standin.turn(refunds="failed")
    give_back(ada, order, Wanted(line, 1))
    with use(ada):
        service.give_up_refund(ada, order.number, reason="改为换货", actor=STAFF, now=clock.now())
        session.commit()
    standin.turn(refunds="succeeded")
    refused(family, errors.RefundNotPossible, lambda: again(ada, order))
    assert state_of(ada, order.number) is OrderState.COMPLETED
    books_balance(family.hub)


def test_a_typed_reason_is_never_our_own_word_for_a_second_payment(
    family: Alliance, goods: tuple[SkuFacts, SkuFacts], standin: Standin
) -> None:
    ada, (sku, _) = family.ada, goods
    order = through_channel(ada, sku, standin, 2)
    (line,) = lines_of(ada, order)
    standin.turn(refunds="failed")
    give_back(ada, order, Wanted(line, 1), reason="paid_twice")
    assert state_of(ada, order.number) is OrderState.REFUND_FAILED
    standin.turn(refunds="succeeded")
    again(ada, order)
    give_back(ada, order, Wanted(line, 1), reason="paid_twice")
    assert state_of(ada, order.number) is OrderState.REFUNDED
    books_balance(family.hub)


def again(site: Tenant, order: OrderFacts) -> None:
    """Press the button that tries a failed refund once more."""
    with use(site):
        call = service.retry_goods(site, order.number, actor=STAFF, now=clock.now())
        assert call is not None
        calls.run(call)
        session.commit()


def test_a_guest_has_no_balance_and_a_member_may_choose_it(
    family: Alliance, goods: tuple[SkuFacts, SkuFacts], standin: Standin
) -> None:
    ada, (sku, _) = family.ada, goods
    order = through_channel(ada, sku, standin, 1)
    (line,) = lines_of(ada, order)
    refused(
        family,
        errors.NoBalanceToRefundTo,
        lambda: give_back(ada, order, Wanted(line, 1), way=Way.BALANCE),
    )
    assert state_of(ada, order.number) is OrderState.COMPLETED


def test_a_member_who_paid_through_the_channel_may_get_it_on_the_balance(
    family: Alliance, goods: tuple[SkuFacts, SkuFacts], standin: Standin
) -> None:
    ada, (sku, _) = family.ada, goods
    empty = amounts(family)
    with use(ada):
        order = service.place(ada, member(), basket(sku, 2), now=clock.now())
        session.commit()
    page = paying(ada, order.number)
    standin.pay(page)
    told(ada, page)
    relayed()
    (line,) = lines_of(ada, order)
    give_back(ada, order, Wanted(line, 1), way=Way.BALANCE)
    assert wallet(ada, order) == parted(order.total, 1, 2)
    assert standin.ask("GET", "/v1/refunds")["data"] == []
    give_back(ada, order, Wanted(line, 1))
    (sent,) = standin.ask("GET", "/v1/refunds")["data"]
    clearing = f"{family.hub.slug} clearing:stripe"
    left = amounts(family)[clearing] - empty[clearing]
    assert left == parted(order.total, 1, 2).micro == order.total.micro - sent["amount"] * FEN
    assert state_of(ada, order.number) is OrderState.REFUNDED
    books_balance(family.hub)


def test_a_refund_after_settlement_leaves_a_debt(
    family: Alliance, goods: tuple[SkuFacts, SkuFacts]
) -> None:
    ada, (sku, _) = family.ada, goods
    order = bought(ada, (sku, 2))
    margin, available = (
        house(ada.id, AccountKind.MARGIN),
        house(ada.id, AccountKind.AVAILABLE),
    )
    with use(ada):
        earned = ledger.balance(margin).posted
        lines = [debit(margin, earned), credit(available, earned)]
        posting = Posting("settlement", f"test:{ids.uuid7()}", "test", "1", lines, STAFF)
        post(ada, posting, now=clock.now())
        session.commit()
    (line,) = lines_of(ada, order)
    give_back(ada, order, Wanted(line, 1))
    with use(ada):
        debt = ledger.balance(margin).posted
        assert ledger.balance(available).posted == earned
        share = queries.split(ada, order.number)[0].shares[-1].margin
    assert share.micro > 0
    assert debt == -Money(share.micro // 2)
    relayed()
    books_balance(family.hub)


def test_bad_amounts_are_refused_by_name_and_move_nothing(
    family: Alliance, goods: tuple[SkuFacts, SkuFacts]
) -> None:
    ada, (sku, tiny) = family.ada, goods
    order = bought(ada, (sku, 2), (tiny, 3))
    line, small = lines_of(ada, order)

    yuan = Money.of
    wrong: list[tuple[type[Refusal], list[Wanted], dict[str, Any]]] = [
        (errors.MoreThanBought, [Wanted(line, 3)], {}),
        (errors.MoreThanBought, [Wanted(line, -1)], {}),
        (errors.MoreThanBought, [Wanted(line, 10**20)], {}),
        (errors.MoreThanBought, [Wanted(ids.uuid7(), 1)], {}),
        (errors.RefundAmountOdd, [Wanted(line, 0, yuan("-1"))], {}),
        (errors.RefundAmountOdd, [Wanted(line, 0, yuan("0"))], {}),
        (errors.RefundAmountOdd, [Wanted(line, 0, yuan("0.001"))], {}),
        (errors.RefundAmountOdd, [Wanted(line, 0, yuan("0.000001"))], {}),
        (errors.MoreThanPaid, [Wanted(line, 0, yuan("40.01"))], {}),
        (errors.MoreThanPaid, [Wanted(line, 0, yuan("9000000000000"))], {}),
        (errors.MoreThanPaid, [Wanted(line, 1, yuan("20.00"))], {}),
        (errors.NothingToRefund, [], {}),
        (errors.NothingToRefund, [Wanted(line, 0)], {}),
        (errors.NothingToRefund, [Wanted(line, 1), Wanted(line, 1)], {}),
        (errors.NothingToRefund, [Wanted(small, 1)], {}),
        (errors.RefundReasonMissing, [Wanted(line, 1)], {"reason": "  "}),
        (errors.RefundReasonMissing, [Wanted(line, 1)], {"reason": "长" * 201}),
        (errors.RefundMoved, [Wanted(line, 1)], {"mark": "1-0.0-0"}),
    ]
    before = amounts(family)
    for kind, wanted, more in wrong:
        with pytest.raises(kind):
            give_back(ada, order, *wanted, **more)
    assert amounts(family) == before
    assert state_of(ada, order.number) is OrderState.COMPLETED
    with use(ada):
        assert queries.by_number(ada, order.number).returns == ()


def test_the_promised_days_bind_unless_overruled(
    family: Alliance, goods: tuple[SkuFacts, SkuFacts]
) -> None:
    ada = family.ada
    never = stocked(family.hub, secrets=3)
    week = stocked(family.hub, secrets=3)
    promise(family.hub, never, 0)
    promise(family.hub, week, 7)
    order = bought(ada, (never, 1), (week, 1))
    with_none, with_week = lines_of(ada, order)
    promise(family.hub, never, None)
    refused(family, errors.RefundWindowOver, lambda: give_back(ada, order, Wanted(with_none, 1)))
    give_back(ada, order, Wanted(with_week, 1))
    give_back(ada, order, Wanted(with_none, 1), window=Window.OVERRULED)
    with use(ada):
        view = queries.by_number(ada, order.number)
    assert [one.late for one in view.returns] == [False, True]
    assert view.order.state is OrderState.REFUNDED


def test_the_days_count_from_delivery(family: Alliance) -> None:
    ada = family.ada
    week = stocked(family.hub, secrets=2)
    promise(family.hub, week, 7)
    order = bought(ada, (week, 1))
    wanted = (Wanted(lines_of(ada, order)[0], 1),)
    with use(ada):
        soon = queries.refund_preview(
            ada, order.number, wanted, now=clock.now() + timedelta(days=6, hours=23)
        )
        late = queries.refund_preview(
            ada, order.number, wanted, now=clock.now() + timedelta(days=7, hours=1)
        )
    assert (soon.late, late.late) == (False, True)


def promise(hub: Tenant, sku: SkuFacts, days: int | None) -> None:
    """What the product says from now on about giving it back."""
    with use(hub):
        session.connection().exec_driver_sql(
            "UPDATE shared.product SET refund_days = %s WHERE id = %s", (days, sku.product_id)
        )
        session.commit()


def test_the_same_refund_twice_is_once_and_another_under_its_id_is_refused(
    family: Alliance, goods: tuple[SkuFacts, SkuFacts]
) -> None:
    ada, (sku, _) = family.ada, goods
    order = bought(ada, (sku, 2))
    (line,) = lines_of(ada, order)
    once = ids.uuid7()
    mark = planned(ada, order, Wanted(line, 1)).mark
    give_back(ada, order, Wanted(line, 1), mark=mark, refund_id=once)
    after = amounts(family)
    give_back(ada, order, Wanted(line, 1), mark=mark, refund_id=once)
    assert amounts(family) == after
    refused(
        family,
        errors.RefundRepeated,
        lambda: give_back(ada, order, Wanted(line, 2), mark=mark, refund_id=once),
    )


def test_two_refunds_at_once_make_one(family: Alliance, goods: tuple[SkuFacts, SkuFacts]) -> None:
    """Two people looked at the same page: the second is told that it has moved."""
    ada, (sku, _) = family.ada, goods
    order = bought(ada, (sku, 2))
    held = wallet(ada, order)
    (line,) = lines_of(ada, order)
    mark = planned(ada, order, Wanted(line, 1)).mark
    start, outcomes = Barrier(4), []

    def press() -> None:
        start.wait()
        try:
            give_back(ada, order, Wanted(line, 1), mark=mark)
        except Refusal as refusal:
            outcomes.append(refusal.code)
        else:
            outcomes.append("given back")

    threads = [Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["given back", *["refund_moved"] * 3]
    assert wallet(ada, order) - held == parted(order.total, 1, 2)
    books_balance(family.hub)


def test_secrets_given_back_unseen_stay_closed_and_wait_for_a_human(
    family: Alliance, goods: tuple[SkuFacts, SkuFacts], standin: Standin
) -> None:
    ada, (sku, _) = family.ada, goods
    order = through_channel(ada, sku, standin, 3)
    (line,) = lines_of(ada, order)
    give_back(ada, order, Wanted(line, 1))
    with use(ada):
        assert queries.tasks_of(ada, order.id) == {"unseen_secrets"}
        shown = service.reveal(ada, order.id, actor=STAFF, now=clock.now())
        session.commit()
    assert [one.seq for one in shown] == sorted(one.seq for one in shown)
    assert len(shown) == 2
    give_back(ada, order, Wanted(line, 2))
    with use(ada):
        assert len(service.reveal(ada, order.id, actor=STAFF, now=clock.now())) == 2
        service.seen_to(ada, order.number, actor=STAFF, now=clock.now())
        session.commit()
        assert queries.tasks_of(ada, order.id) == frozenset()


def test_what_was_not_delivered_is_not_given_back_this_way(
    family: Alliance, goods: tuple[SkuFacts, SkuFacts], standin: Standin
) -> None:
    ada, (sku, _) = family.ada, goods
    made = paid(ada, sku, standin, 1)
    told(ada, made.page)
    line = lines_of(ada, made.order)[0]
    refused(
        family,
        errors.RefundNotPossible,
        lambda: give_back(ada, made.order, Wanted(line, 1), mark="0-0"),
    )
    relayed()
