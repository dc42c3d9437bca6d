"""Money given back on the provider's own pages is booked once, and a human decides about goods."""

from __future__ import annotations

import dataclasses
from threading import Barrier, Thread

import pytest
from flask import Flask

from kameng.domains.orders import errors, queries, service
from kameng.domains.orders.rules import OrderState
from kameng.domains.payments import gateways
from kameng.domains.payments import queries as payments
from kameng.domains.payments.disputes.rules import LATER
from kameng.domains.payments.refunds import service as refunds
from kameng.domains.payments.rules import RefundState
from kameng.faces.worker import noticing, sweeping
from kameng.faces.worker.accounts import Account
from kameng.kit import clock
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tests.support.disputes import FEE, STAFF, Desk, desk, family, free, given_back, refunded, sku
from tests.support.orders import paid, relayed, secrets_of, state_of, stocked
from tests.support.own import connected, deposit
from tests.support.payments import Standin
from tests.support.tree import markup
from tests.support.worlds import Alliance

__all__ = ["desk", "family", "sku"]
REFUNDED = ("refund.created", "refund.updated", "charge.refunded")


def waiting(desk: Desk, quantity: int = 2) -> None:
    """An order that was paid, and nobody has delivered yet."""
    desk.bought = paid(desk.bo, desk.sku, desk.standin, quantity)
    event = desk.standin.events("checkout.session.completed")[-1]
    with use(desk.bo):
        [attempt] = payments.attempts_for(desk.bo, "order", desk.bought.order.number)
    noticing.apply(attempt, noticing.payments.reported(gateways.of("stripe"), event_page(event)))
    assert desk.state() is OrderState.PAID
    desk.sold = desk.books()


def event_page(event: dict[str, dict[str, dict[str, str]]]) -> str:
    return event["data"]["object"]["id"]


def outside(desk: Desk, fen: int | None = None) -> str:
    """Somebody presses the button on the provider's pages; not a word to us."""
    page = desk.bought.page.rpartition("/")[2]
    query = f"?amount={fen}" if fen else ""
    return str(desk.standin.ask("POST", f"/_control/give-back/{page}{query}")["id"])


def told(desk: Desk, made: str) -> None:
    """What the provider says of it, before the relay has its turn."""
    said = refunds.reported(gateways.of("stripe"), made)
    assert noticing.outside(Account("stripe"), said) == ("done", None)
    relayed()


def tasks(desk: Desk) -> frozenset[str]:
    with use(desk.bo):
        return queries.tasks_of(desk.bo, desk.bought.order.id)


def notices(desk: Desk) -> int:
    with use(desk.family.hub):
        found = session.connection().exec_driver_sql(
            "SELECT count(*) FROM shared.notice WHERE tenant_id = %s AND kind = 'outside_refund'"
            " AND page LIKE %s",
            (desk.family.hub.id, f"%{desk.bought.order.number}"),
        )
        return int(found.scalar_one())


def test_a_delivered_order_given_back_at_the_provider_is_booked_once(desk: Desk) -> None:
    order = desk.delivered()
    outside(desk)
    desk.tell(*REFUNDED * 2)
    sweeping.recover_lost(clock.now())
    sweeping.check_refunds(clock.now() + LATER)
    assert desk.state() is OrderState.REFUNDED
    assert desk.moved(desk.before) == {}
    with use(desk.bo):
        view = queries.by_number(desk.bo, order.number)
        [row] = queries.index(desk.bo, search=order.number).rows
        assert service.reveal(desk.bo, order.id, actor=STAFF, now=clock.now()) == []
        session.rollback()
    [back] = view.returns
    assert (back.amount, back.id, back.attempt_id) == (order.total, back.id, back.id)
    assert row.refunded == order.total
    assert tasks(desk) == {"outside_refund", "unseen_secrets"}
    assert notices(desk) == 1
    desk.proved()


def test_a_part_takes_its_share_from_everybody_and_the_rest_can_go_back_too(desk: Desk) -> None:
    order = desk.delivered(2)
    outside(desk, 777)
    desk.tell("charge.refunded")
    assert desk.state() is OrderState.PARTIALLY_REFUNDED
    hub = desk.family.hub.slug
    moved = desk.moved(desk.sold)
    assert moved[f"{hub} clearing:stripe"] == -Money.of("7.77").micro
    assert moved[f"{desk.bo.slug} margin"] < 0
    desk.proved()
    given_back(desk, 2)
    assert desk.state() is OrderState.REFUNDED
    assert desk.moved(desk.before) == {}
    with use(desk.bo):
        back = payments.refunds_for(desk.bo, "order", order.number)
    assert sum((one.amount for one in back), Money.zero()) == order.total
    desk.proved()


def test_eight_reports_of_one_refund_at_one_moment_book_once(desk: Desk) -> None:
    desk.delivered(1)
    said = refunds.reported(gateways.of("stripe"), outside(desk))
    barrier, ends = Barrier(8), []

    def take() -> None:
        barrier.wait()
        ends.append(noticing.outside(Account("stripe"), said))

    threads = [Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends == [("done", None)] * 8
    assert desk.state() is OrderState.REFUNDED
    assert desk.moved(desk.before) == {}


def test_what_nobody_told_us_of_is_found_by_asking_and_what_is_pending_is_waited_for(
    desk: Desk,
) -> None:
    desk.delivered(1)
    desk.standin.turn(refunds="pending")
    made = outside(desk)
    sweeping.recover_lost(clock.now())
    assert desk.state() is OrderState.COMPLETED
    assert desk.moved(desk.sold) == {}
    desk.standin.ask("POST", f"/_control/refund/{made}")
    sweeping.check_refunds(clock.now() + LATER)
    assert desk.state() is OrderState.REFUNDED
    assert desk.moved(desk.before) == {}
    desk.proved()


def test_one_that_fails_at_the_provider_moves_nothing(desk: Desk) -> None:
    desk.delivered(1)
    desk.standin.turn(refunds="pending")
    made = outside(desk)
    desk.tell("refund.created")
    desk.standin.ask("POST", f"/_control/refund/{made}?status=failed")
    desk.tell("refund.failed")
    assert desk.state() is OrderState.COMPLETED
    assert desk.moved(desk.sold) == {}
    assert tasks(desk) == frozenset()


def test_goods_that_are_not_out_stay_in_when_all_their_money_went_back(desk: Desk) -> None:
    before = free(desk)
    waiting(desk)
    told(desk, outside(desk))
    assert desk.state() is OrderState.REFUNDED
    assert secrets_of(desk.bo, desk.bought.order.id) == []
    assert free(desk) == before
    assert desk.moved(desk.before) == {}
    desk.proved()


@pytest.mark.parametrize("decided", ["deliver", "refund"])
def test_a_part_that_went_back_before_the_delivery_keeps_the_goods_in_until_it_is_decided(
    desk: Desk, decided: str
) -> None:
    waiting(desk)
    order = desk.bought.order
    told(desk, outside(desk, 500))
    assert desk.state() is OrderState.RISK_HOLD
    assert tasks(desk) == {"outside_refund"}
    desk.proved()
    if decided == "deliver":
        with use(desk.bo):
            who = {"by": desk.family.hub, "reason": "补偿", "actor": STAFF}
            assert service.release(desk.bo, order.number, now=clock.now(), **who) is None
            session.commit()
        assert desk.state() is OrderState.COMPLETED
        assert len(secrets_of(desk.bo, order.id)) == 2
        assert tasks(desk) == frozenset()
    else:
        refunded(desk)
        assert desk.state() is OrderState.REFUNDED
        assert desk.moved(desk.before) == {}
    desk.proved()


def test_a_failed_refund_made_good_at_the_provider_ends_the_order(desk: Desk) -> None:
    desk.delivered(2)
    desk.standin.turn(refunds="failed")
    given_back(desk, 2)
    assert desk.state() is OrderState.REFUND_FAILED
    desk.standin.turn(refunds="succeeded")
    outside(desk)
    desk.tell("charge.refunded")
    assert desk.state() is OrderState.REFUNDED
    assert desk.moved(desk.before) == {}
    assert "refund_failed" not in tasks(desk)
    desk.proved()


def test_what_goes_back_when_nothing_is_left_is_the_houses_loss_and_an_alarm(desk: Desk) -> None:
    order = desk.delivered(1)
    desk.bank("begin")
    desk.bank("lose")
    desk.tell("charge.dispute.closed")
    lost = desk.books()
    outside(desk)
    desk.tell(*REFUNDED)
    assert desk.state() is OrderState.LOST
    hub, gone = desk.family.hub.slug, order.total.micro
    assert desk.moved(lost) == {f"{hub} dispute_loss": gone, f"{hub} clearing:stripe": -gone}
    assert "outside_refund" in tasks(desk)
    assert desk.moved(desk.before)[f"{hub} dispute_loss"] == gone + FEE.micro
    desk.proved()


@pytest.mark.parametrize("lie", ["amount", "currency", "payment"])
def test_a_refund_that_cannot_be_moves_nothing_and_a_human_is_told(desk: Desk, lie: str) -> None:
    order = desk.delivered(1)
    said = refunds.reported(gateways.of("stripe"), outside(desk))
    wrong = {
        "amount": {"amount_fen": order.total.fen + 1},
        "currency": {"currency": "usd"},
        "payment": {"payment": "pi_of_somebody_else"},
    }
    outcome = noticing.outside(Account("stripe"), dataclasses.replace(said, **wrong[lie]))  # type: ignore[arg-type]
    assert outcome[0] == "quarantined"
    assert desk.state() is OrderState.COMPLETED
    assert desk.moved(desk.sold) == {}
    assert ("outside_refund" in tasks(desk)) is (lie != "payment")
    with use(desk.bo):
        assert payments.refunds_for(desk.bo, "order", order.number) == []


def test_only_the_master_says_what_became_of_goods_it_paid_for(desk: Desk) -> None:
    desk.delivered(1)
    outside(desk)
    desk.tell("refund.created")
    number = desk.bought.order.number
    with use(desk.bo):
        asked = {"actor": STAFF, "now": clock.now()}
        with pytest.raises(errors.MasterReleases):
            service.outside_seen_to(desk.bo, number, by=desk.bo, **asked)
        assert "outside_refund" in queries.tasks_of(desk.bo, desk.bought.order.id)
        service.outside_seen_to(desk.bo, number, by=desk.family.hub, **asked)
        session.commit()
    assert tasks(desk) == {"unseen_secrets"}


def test_a_refund_of_ours_told_as_a_charge_is_no_second_one(desk: Desk) -> None:
    desk.delivered(2)
    given_back(desk, 1)
    after = desk.books()
    [event] = desk.standin.events("refund.created")
    intent = event["data"]["object"]["payment_intent"]
    charge = {"id": "ch_x", "object": "charge", "payment_intent": intent}
    event |= {"id": "evt_charge", "type": "charge.refunded", "data": {"object": charge}}
    assert desk.standin.notify(desk.family.hooks, event).status_code == 200
    relayed()
    assert desk.moved(after) == {}
    assert desk.state() is OrderState.PARTIALLY_REFUNDED
    with use(desk.bo):
        assert len(payments.refunds_for(desk.bo, "order", desk.bought.order.number)) == 1


def test_what_a_site_gives_back_on_its_own_account_takes_nothing_from_those_above(
    app: Flask, alliance: Alliance, standin: Standin
) -> None:
    ada = alliance.ada
    connected(ada, standin, on=True)
    markup(ada, "50", children=False)
    deposit(ada, "100")
    desk = Desk(alliance, stocked(alliance.hub), standin)
    desk.bo = ada
    desk.bought = paid(ada, desk.sku, standin, 1)
    sweeping.recover_lost(clock.now())
    relayed()
    assert state_of(ada, desk.bought.order.number) is OrderState.COMPLETED
    sold = desk.books()
    outside(desk)
    sweeping.recover_lost(clock.now())
    sweeping.recover_lost(clock.now())
    assert desk.moved(sold) == {}
    assert state_of(ada, desk.bought.order.number) is OrderState.COMPLETED
    assert tasks(desk) == {"outside_refund"}
    with use(ada):
        [back] = payments.refunds_for(ada, "order", desk.bought.order.number)
        assert back.state is RefundState.SUCCEEDED
        service.outside_seen_to(ada, desk.bought.order.number, by=ada, actor=STAFF, now=clock.now())
        session.commit()
    desk.proved()
