"""A disputed order is frozen, then free again or reversed part by part; in any order, once."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kameng.domains.orders import errors, parts, queries, service
from kameng.domains.orders.rules import OrderFacts, OrderState
from kameng.domains.payments import gateways
from kameng.domains.payments import queries as payments
from kameng.domains.payments.disputes import queries as disputes
from kameng.domains.payments.disputes import service as verbs
from kameng.domains.payments.disputes.rules import LATER, DisputeState
from kameng.domains.payments.rules import RefundState
from kameng.faces.worker import noticing, sweeping
from kameng.faces.worker.accounts import Account
from kameng.kit import clock
from kameng.kit.money import FEN, Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import lines as built
from tests.support.disputes import FEE, STAFF, Desk, desk, family, free, given_back, refunded, sku
from tests.support.orders import paid, relayed, secrets_of

__all__ = ["desk", "family", "sku"]
OPENED = ("charge.dispute.created", "charge.dispute.funds_withdrawn")


def test_a_disputed_order_is_frozen_and_its_money_is_gone_for_now(desk: Desk) -> None:
    order = desk.delivered()
    desk.bank("begin", reason="product_not_received")
    desk.tell(*OPENED)
    assert desk.state() is OrderState.DISPUTED
    known = desk.known()
    assert known.state is DisputeState.NEEDS_RESPONSE
    assert (known.reason, known.amount, known.fee) == ("product_not_received", order.total, FEE)
    assert known.due_at
    assert known.due_at > clock.now()
    gone = (order.total + FEE).micro
    hub = desk.family.hub.slug
    assert desk.moved(desk.sold) == {f"{hub} dispute_loss": gone, f"{hub} clearing:stripe": -gone}
    desk.proved()


def test_a_won_dispute_gives_back_all_but_the_fee(desk: Desk) -> None:
    desk.delivered()
    desk.bank("begin")
    desk.tell(*OPENED)
    desk.bank("answer")
    desk.tell("charge.dispute.updated")
    assert desk.known().state is DisputeState.UNDER_REVIEW
    desk.bank("win")
    desk.tell("charge.dispute.closed", "charge.dispute.funds_reinstated")
    assert desk.state() is OrderState.WON
    hub = desk.family.hub.slug
    assert desk.moved(desk.sold) == {
        f"{hub} dispute_loss": FEE.micro,
        f"{hub} clearing:stripe": -FEE.micro,
    }
    assert not desk.known().taken
    assert desk.known().followed
    desk.proved()


def test_a_lost_dispute_takes_from_everybody_their_part(desk: Desk) -> None:
    order = desk.delivered()
    desk.bank("begin")
    desk.bank("lose")
    desk.tell("charge.dispute.closed")
    assert desk.state() is OrderState.LOST
    hub = desk.family.hub.slug
    left = {f"{hub} dispute_loss": FEE.micro, f"{hub} clearing:stripe": -FEE.micro}
    assert desk.moved(desk.before) == left
    with use(desk.bo):
        view = queries.by_number(desk.bo, order.number)
        assert all(line.returned == line.quantity for line in view.lines)
        [row] = queries.index(desk.bo, search=order.number).rows
    assert row.refunded == order.total
    desk.proved()


def test_reports_in_any_order_and_often_come_to_the_same_end(desk: Desk) -> None:
    ends = []
    told = (*OPENED, "charge.dispute.closed")
    for turn in (told * 2, *itertools.islice(itertools.permutations(told), 1, 6, 2)):
        before = desk.books()
        desk.delivered(1)
        desk.bank("begin")
        desk.bank("lose")
        desk.tell(*turn)
        assert desk.state() is OrderState.LOST
        ends.append(desk.moved(before))
    assert all(end == ends[0] for end in ends)
    desk.proved()


def test_each_step_told_thrice_and_late_steps_last_is_once(desk: Desk) -> None:
    """An old report, asked for before a newer one and applied after it, changes nothing."""
    desk.delivered()
    desk.bank("begin")
    desk.tell(*OPENED * 3)
    desk.bank("win")
    desk.tell("charge.dispute.closed")
    end = desk.books()
    desk.tell(*OPENED, "charge.dispute.closed", "charge.dispute.funds_reinstated")
    assert desk.state() is OrderState.WON
    assert desk.moved(end) == {}
    with use(desk.bo):
        names = [one.name for one in queries.timeline(desk.bo, desk.bought.order.number)]
    assert names.count("disputed") == names.count("dispute_won") == 1
    desk.proved()


def test_eight_reports_at_one_moment_book_once(desk: Desk) -> None:
    desk.delivered()
    said = verbs.reported(gateways.of("stripe"), desk.bank("begin"))
    desk.bank("lose")
    later = verbs.reported(gateways.of("stripe"), desk.dispute)
    barrier, ends = Barrier(8), []

    def take(one: Any) -> None:
        barrier.wait()
        ends.append(noticing.dispute(Account("stripe"), one))

    threads = [Thread(target=take, args=(one,)) for one in (said, later) * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends == [("done", None)] * 8
    assert desk.state() is OrderState.LOST
    hub = desk.family.hub.slug
    left = {f"{hub} dispute_loss": FEE.micro, f"{hub} clearing:stripe": -FEE.micro}
    assert desk.moved(desk.before) == left


def test_a_dispute_told_before_its_payment_waits_for_the_goods(desk: Desk) -> None:
    desk.bought = paid(desk.bo, desk.sku, desk.standin, 1)
    desk.bank("begin")
    event = desk.standin.events("charge.dispute.created")[-1]
    desk.standin.notify(desk.family.hooks, event)
    relayed()
    sweeping.check_disputes(clock.now() + LATER)
    assert desk.state() is OrderState.RISK_HOLD
    assert secrets_of(desk.bo, desk.bought.order.id) == []
    desk.proved()


def held(desk: Desk, quantity: int = 2, **asked: Any) -> OrderFacts:
    """An order that was paid, and disputed before anybody delivered it."""
    desk.bought = paid(desk.bo, desk.sku, desk.standin, quantity)
    desk.bank("begin", **asked)
    desk.tell("charge.dispute.created", "checkout.session.completed")
    assert desk.state() is OrderState.RISK_HOLD
    desk.sold = desk.books()
    return desk.bought.order


def released(desk: Desk, by: Tenant, reason: str = "老客户，已核实") -> None:
    with use(desk.bo):
        call = service.release(
            desk.bo, desk.bought.order.number, by=by, reason=reason, actor=STAFF, now=clock.now()
        )
        assert call is None
        session.commit()


def test_what_is_disputed_before_it_is_delivered_is_kept_back_until_it_is_won(desk: Desk) -> None:
    before = free(desk)
    order = held(desk)
    sweeping.deliver_stuck(clock.now() + LATER)
    relayed()
    assert desk.state() is OrderState.RISK_HOLD
    assert secrets_of(desk.bo, order.id) == []
    assert free(desk) == before - 2
    desk.proved()
    desk.bank("win")
    desk.tell("charge.dispute.closed", "charge.dispute.funds_reinstated")
    assert desk.state() is OrderState.COMPLETED
    assert len(secrets_of(desk.bo, order.id)) == 2
    desk.proved()
    with use(desk.bo):
        assert queries.tasks_of(desk.bo, order.id) == frozenset()


def test_lost_before_it_was_delivered_the_goods_are_free_again_and_nobody_gives_up_a_part(
    desk: Desk,
) -> None:
    before = free(desk)
    held(desk)
    desk.bank("lose")
    desk.tell("charge.dispute.closed", "charge.dispute.closed")
    assert desk.state() is OrderState.LOST
    assert free(desk) == before
    hub = desk.family.hub.slug
    left = {f"{hub} dispute_loss": FEE.micro, f"{hub} clearing:stripe": -FEE.micro}
    assert desk.moved(desk.before) == left
    desk.proved()


def test_what_a_lost_dispute_leaves_of_an_undelivered_order_goes_back_to_the_shopper(
    desk: Desk,
) -> None:
    order = held(desk, amount=500)
    desk.bank("lose")
    desk.tell("charge.dispute.closed")
    assert desk.state() is OrderState.LOST
    rest = (order.total - Money.of("5.00")).micro
    hub = desk.family.hub.slug
    assert desk.moved(desk.before)[f"{hub} refund_due"] == rest
    desk.proved()
    sweeping.check_refunds(clock.now() + LATER)
    left = {f"{hub} dispute_loss": FEE.micro, f"{hub} clearing:stripe": -FEE.micro}
    assert desk.moved(desk.before) == left
    with use(desk.bo):
        [back] = payments.refunds_for(desk.bo, "order", order.number)
    assert (back.amount.micro, back.state) == (rest, RefundState.SUCCEEDED)
    desk.proved()


def test_the_master_lets_goods_go_while_the_bank_decides_and_nobody_else(desk: Desk) -> None:
    order = held(desk)
    for below in (desk.bo, desk.family.ada):
        with pytest.raises(errors.MasterReleases):
            released(desk, below)
    with pytest.raises(errors.RefundReasonMissing):
        released(desk, desk.family.hub, reason=" ")
    assert desk.state() is OrderState.RISK_HOLD
    assert desk.moved(desk.sold) == {}
    released(desk, desk.family.hub)
    assert desk.state() is OrderState.COMPLETED
    assert len(secrets_of(desk.bo, order.id)) == 2
    with pytest.raises(errors.NotHeld):
        released(desk, desk.family.hub)
    sweeping.check_disputes(clock.now() + LATER)
    assert desk.state() is OrderState.DISPUTED
    desk.bank("lose")
    desk.tell("charge.dispute.closed")
    assert desk.state() is OrderState.LOST
    hub = desk.family.hub.slug
    left = {f"{hub} dispute_loss": FEE.micro, f"{hub} clearing:stripe": -FEE.micro}
    assert desk.moved(desk.before) == left
    desk.proved()


def test_a_held_order_is_refunded_only_while_its_bank_just_asks(desk: Desk) -> None:
    before = free(desk)
    held(desk, inquiry=1)
    refunded(desk)
    assert desk.state() is OrderState.REFUNDED
    assert free(desk) == before
    assert desk.moved(desk.before) == {}
    desk.proved()
    held(desk)
    with pytest.raises(errors.PaymentDisputed):
        refunded(desk)
    assert desk.state() is OrderState.RISK_HOLD
    assert desk.moved(desk.sold) == {}


def test_what_nobody_told_us_is_found_by_asking(desk: Desk) -> None:
    desk.delivered(1)
    desk.bank("begin")
    sweeping.recover_lost(clock.now())
    assert desk.state() is OrderState.DISPUTED
    desk.bank("lose")
    sweeping.check_disputes(clock.now() + LATER)
    assert desk.state() is OrderState.LOST
    with use(desk.bo):
        row = session.connection().exec_driver_sql(
            "SELECT check_at FROM shared.payment_dispute WHERE provider_dispute = %s",
            (desk.dispute,),
        )
        assert row.scalar_one() is None
    desk.proved()


def test_an_inquiry_freezes_and_takes_nothing_until_it_becomes_a_dispute(desk: Desk) -> None:
    desk.delivered(1)
    desk.bank("begin", inquiry=1)
    desk.tell("charge.dispute.created")
    assert desk.state() is OrderState.DISPUTED
    assert desk.moved(desk.sold) == {}
    desk.bank("escalate")
    desk.tell("charge.dispute.funds_withdrawn")
    assert desk.known().taken == desk.known().amount
    desk.bank("lose")
    desk.tell("charge.dispute.closed")
    assert desk.state() is OrderState.LOST
    desk.proved()


def test_an_inquiry_that_comes_to_nothing_frees_the_order(desk: Desk) -> None:
    desk.delivered(1)
    desk.bank("begin", inquiry=1)
    desk.tell("charge.dispute.created")
    desk.bank("win")
    desk.tell("charge.dispute.closed")
    assert desk.state() is OrderState.WON
    assert desk.moved(desk.sold) == {}


def test_a_won_order_can_be_refunded_and_disputed_again(desk: Desk) -> None:
    order = desk.delivered(3)
    desk.bank("begin", inquiry=1)
    desk.bank("win")
    desk.tell("charge.dispute.closed")
    assert desk.state() is OrderState.WON
    with use(desk.bo):
        counted = queries.sales(
            desk.bo, since=order.placed_at, until=clock.now() + timedelta(minutes=1)
        )
    assert counted.amount >= order.total
    given_back(desk, 1)
    assert desk.state() is OrderState.PARTIALLY_REFUNDED
    with use(desk.bo):
        left = order.total - queries.by_number(desk.bo, order.number).returns[0].amount
    desk.bank("begin", amount=left.fen)
    desk.bank("lose")
    desk.tell("charge.dispute.closed")
    assert desk.state() is OrderState.LOST
    hub = desk.family.hub.slug
    assert desk.moved(desk.before) == {
        f"{hub} dispute_loss": FEE.micro,
        f"{hub} clearing:stripe": -FEE.micro,
    }
    desk.proved()


def test_what_was_refunded_before_is_not_taken_again(desk: Desk) -> None:
    order = desk.delivered(3)
    given_back(desk, 1)
    assert desk.state() is OrderState.PARTIALLY_REFUNDED
    rest = order.total - Money(order.total.micro // 3 // FEN * FEN)
    desk.bank("begin", amount=rest.fen)
    desk.bank("lose")
    desk.tell("charge.dispute.created")
    assert desk.state() is OrderState.LOST
    hub = desk.family.hub.slug
    left = {f"{hub} dispute_loss": FEE.micro, f"{hub} clearing:stripe": -FEE.micro}
    assert desk.moved(desk.before) == left
    desk.proved()


def test_a_bank_that_takes_more_than_is_left_leaves_the_rest_with_the_house(desk: Desk) -> None:
    order = desk.delivered(2)
    given_back(desk, 1)
    half = desk.books()
    desk.bank("begin")
    desk.bank("lose")
    desk.tell("charge.dispute.closed")
    assert desk.state() is OrderState.LOST
    over = desk.moved(desk.before)[f"{desk.family.hub.slug} dispute_loss"]
    back = order.total.micro // 2 // FEN * FEN
    assert over == FEE.micro + back
    assert desk.moved(half)[f"{desk.bo.slug} margin"] < 0
    desk.proved()


def test_a_dispute_of_part_of_it_takes_that_part_in_proportion(desk: Desk) -> None:
    order = desk.delivered(2)
    desk.bank("begin", amount=777)
    desk.bank("lose")
    desk.tell("charge.dispute.closed")
    assert desk.state() is OrderState.LOST
    loss = desk.moved(desk.sold)[f"{desk.family.hub.slug} dispute_loss"]
    assert loss == FEE.micro
    with use(desk.bo):
        [row] = queries.index(desk.bo, search=order.number).rows
    assert row.refunded == Money.of("7.77")
    desk.proved()


def test_an_order_refunded_in_full_stays_so_and_the_loss_is_the_houses(desk: Desk) -> None:
    desk.delivered(1)
    given_back(desk, 1)
    assert desk.state() is OrderState.REFUNDED
    before = desk.books()
    desk.bank("begin")
    desk.bank("lose")
    desk.tell(*OPENED, "charge.dispute.closed")
    assert desk.state() is OrderState.REFUNDED
    gone = (desk.bought.order.total + FEE).micro
    hub = desk.family.hub.slug
    assert desk.moved(before) == {f"{hub} dispute_loss": gone, f"{hub} clearing:stripe": -gone}
    desk.proved()


@pytest.mark.parametrize("lie", ["payment", "amount", "currency", "livemode"])
def test_a_dispute_that_is_not_of_this_payment_moves_nothing(desk: Desk, lie: str) -> None:
    desk.delivered(1)
    said = verbs.reported(gateways.of("stripe"), desk.bank("begin"))
    wrong = {
        "payment": {"payment": "pi_of_somebody_else"},
        "amount": {"amount_fen": said.amount_fen + 1},
        "currency": {"currency": "usd"},
        "livemode": {"live": True},
    }
    outcome = noticing.dispute(Account("stripe"), dataclasses.replace(said, **wrong[lie]))  # type: ignore[arg-type]
    assert outcome[0] == "quarantined"
    assert desk.state() is OrderState.COMPLETED
    assert desk.moved(desk.sold) == {}
    with use(desk.bo):
        assert disputes.of(desk.bo, "order", desk.bought.order.number) == []


def test_a_signed_lie_about_a_dispute_is_not_believed(desk: Desk) -> None:
    desk.delivered(1)
    desk.bank("begin")
    event = desk.standin.events("charge.dispute.created")[-1]
    event["data"]["object"] |= {"id": "du_of_nobody"}
    event["id"] += "_x"
    desk.standin.notify(desk.family.hooks, event)
    relayed()
    assert desk.state() is OrderState.COMPLETED
    assert desk.moved(desk.sold) == {}


def test_master_and_site_are_told_once_each(desk: Desk) -> None:
    desk.delivered(1)
    desk.bank("begin")
    desk.tell(*OPENED * 2)
    desk.bank("lose")
    desk.tell("charge.dispute.closed")
    relayed()
    assert told(desk.family.hub, desk) == ["dispute_lost", "dispute_opened"]
    assert told(desk.bo, desk) == ["dispute_lost", "dispute_opened"]
    assert told(desk.family.ada, desk) == []


def told(site: Tenant, desk: Desk) -> list[str]:
    dispute = desk.known().id
    with use(site):
        rows = session.connection().exec_driver_sql(
            "SELECT kind FROM shared.notice WHERE tenant_id = %s AND key LIKE %s ORDER BY kind",
            (site.id, f"{dispute}:%"),
        )
        return [row[0] for row in rows]


@given(
    sold=st.lists(st.tuples(built.prices, st.integers(1, 40), st.integers(0, 40)), min_size=1),
    taken=st.integers(0, 10**7),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_what_the_bank_took_is_taken_back_to_the_fen_and_never_more_than_is_left(
    sold: list[tuple[list[int], int, int]], taken: int
) -> None:
    lines = [
        dataclasses.replace(built.line(steps, pieces), returned=min(back, pieces))
        for steps, pieces, back in sold
    ]
    lost, zero = Money(taken * FEN), Money.zero()
    rest = sum((one.total - parts.paid_back(one, one.back) for one in lines), zero)
    steps = [parts.reversal(line, 1, to) for line, to in parts.shared_out(lines, lost)]
    assert sum((one.amount for one in steps), zero) == min(lost, rest)
    for one in steps:
        assert sum(one.parts.values(), zero) == one.amount
