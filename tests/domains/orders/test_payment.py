"""From a payment page to delivery: reports that come twice, late, wrong, or never."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import Engine

from kameng.domains.catalog import queries as catalog
from kameng.domains.ledger import queries as ledger
from kameng.domains.ledger.rules import AccountKind, house
from kameng.domains.orders import errors, queries, service
from kameng.domains.orders.rules import OrderState
from kameng.domains.payments import queries as payments
from kameng.domains.payments.errors import MasterSettles
from kameng.domains.payments.rules import AttemptState, RefundState
from kameng.faces.worker import noticing, sweeping
from kameng.kit import calls, clock
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant
from tests.support.orders import (
    CANCEL,
    SUCCESS,
    books_balance,
    paid,
    paying,
    placed,
    relayed,
    secrets_of,
    state_of,
    stocked,
)
from tests.support.payments import Standin
from tests.support.ticking import tick
from tests.support.worlds import Alliance


def told(tenant: Tenant, page: str) -> None:
    """Apply what the provider says about a page, as the relay does."""
    from kameng.domains.payments.gateways import stripe
    from kameng.domains.payments.rules import Notice

    reported = stripe.gateway().read(page.rpartition("/")[2])
    assert reported
    with shared():
        attempt = payments.about("stripe", Notice("", "", session=reported.id))
    assert attempt
    noticing.apply(attempt, reported)


def balance(tenant: Tenant, kind: AccountKind) -> Money:
    """What an account of a site stands at."""
    with use(tenant):
        return ledger.balance(house(tenant.id, kind)).posted


def stock_of(tenant: Tenant, sku_id: object) -> int:
    with use(tenant):
        return catalog.stock(tenant, [sku_id])[sku_id]  # type: ignore[list-item, index]


def test_a_paid_order_is_delivered_and_the_money_split(
    alliance: Alliance, standin: Standin
) -> None:
    hub, ada = alliance.hub, alliance.ada
    sku = stocked(hub, cost="8.00", retail="10.00")
    bought = paid(ada, sku, standin, 2)
    told(ada, bought.page)
    assert state_of(ada, bought.order.number) is OrderState.PAID
    relayed()
    assert state_of(ada, bought.order.number) is OrderState.COMPLETED
    assert len(secrets_of(ada, bought.order.id)) == 2
    assert balance(hub, AccountKind.SUPPLIER_COST) == Money.of("16.00")
    assert balance(hub, AccountKind.CLEARING_STRIPE) == bought.order.total
    assert balance(hub, AccountKind.ORDER_LIABILITY) == Money.zero()
    books_balance(hub)


def test_the_same_page_is_offered_again_while_it_is_open(
    alliance: Alliance, standin: Standin
) -> None:
    order = placed(alliance.ada, stocked(alliance.hub))
    first = paying(alliance.ada, order.number)
    assert paying(alliance.ada, order.number, "alipay") == first
    with use(alliance.ada):
        assert len(payments.attempts_for(alliance.ada, "order", order.number)) == 1


def test_an_answer_lost_on_the_way_opens_no_second_page(
    alliance: Alliance, standin: Standin
) -> None:
    ada = alliance.ada
    order = placed(ada, stocked(alliance.hub))
    standin.turn(lost=2)
    with use(ada):
        call = service.start_payment(
            ada,
            order.number,
            "card",
            success_url=SUCCESS,
            cancel_url=CANCEL,
            actor=SYSTEM,
            now=clock.now(),
        )
        started = calls.run(call)
        session.commit()
    assert started.url is None
    with use(ada):
        (attempt,) = payments.attempts_for(ada, "order", order.number)
    assert attempt.state is AttemptState.UNKNOWN
    assert paying(ada, order.number)
    assert len(standin.ask("GET", "/v1/checkout/sessions")["data"]) == 1


def test_a_definite_no_lets_the_shopper_try_anew(alliance: Alliance, standin: Standin) -> None:
    ada = alliance.ada
    order = placed(ada, stocked(alliance.hub))
    with use(ada):
        call = service.start_payment(
            ada,
            order.number,
            "card",
            success_url="not an address",
            cancel_url=CANCEL,
            actor=SYSTEM,
            now=clock.now(),
        )
        assert calls.run(call).url is None
        session.commit()
    with use(ada):
        (attempt,) = payments.attempts_for(ada, "order", order.number)
    assert attempt.state is AttemptState.FAILED
    assert paying(ada, order.number)


@pytest.mark.usefixtures("quiet")
def test_scarce_goods_are_held_while_paying_and_freed_when_the_page_is_closed(
    alliance: Alliance, standin: Standin
) -> None:
    ada = alliance.ada
    sku = stocked(alliance.hub, secrets=3)
    order = placed(ada, sku, 2)
    assert stock_of(ada, sku.sku_id) == 3
    page = paying(ada, order.number)
    assert stock_of(ada, sku.sku_id) == 1
    with time_machine.travel(clock.now() + timedelta(minutes=32)):
        tick()
        assert state_of(ada, order.number) is OrderState.EXPIRED
    assert stock_of(ada, sku.sku_id) == 3
    assert standin.session(page)["status"] == "expired"


def test_plentiful_goods_are_not_held(alliance: Alliance, standin: Standin) -> None:
    sku = stocked(alliance.hub, secrets=25)
    paying(alliance.ada, placed(alliance.ada, sku, 2).number)
    assert stock_of(alliance.ada, sku.sku_id) == 25


@pytest.mark.usefixtures("quiet")
def test_goods_stay_held_while_nobody_knows_whether_the_page_is_closed(
    alliance: Alliance, standin: Standin
) -> None:
    ada = alliance.ada
    sku = stocked(alliance.hub, secrets=2)
    order = placed(ada, sku)
    paying(ada, order.number)
    standin.turn(broken=10)
    with time_machine.travel(clock.now() + timedelta(minutes=32)):
        tick()
        assert state_of(ada, order.number) is OrderState.PAYING
        assert stock_of(ada, sku.sku_id) == 1
    standin.turn(broken=0)
    with time_machine.travel(clock.now() + timedelta(minutes=34)):
        tick()
        assert state_of(ada, order.number) is OrderState.EXPIRED
    assert stock_of(ada, sku.sku_id) == 2


@pytest.mark.usefixtures("quiet")
def test_an_order_whose_page_the_provider_has_never_heard_of_ends(
    alliance: Alliance, standin: Standin
) -> None:
    """A key of another account, a stand-in made anew: no order waits for ever."""
    ada = alliance.ada
    sku = stocked(alliance.hub, secrets=2)
    order = placed(ada, sku)
    paying(ada, order.number)
    standin.reset()
    with time_machine.travel(clock.now() + timedelta(minutes=32)):
        tick()
    assert state_of(ada, order.number) is OrderState.EXPIRED
    assert stock_of(ada, sku.sku_id) == 2


@pytest.mark.usefixtures("quiet")
def test_an_order_paid_in_its_last_second_is_not_expired(
    alliance: Alliance, standin: Standin
) -> None:
    ada = alliance.ada
    bought = paid(ada, stocked(alliance.hub), standin)
    with time_machine.travel(clock.now() + timedelta(minutes=32)):
        tick()
        relayed()
    assert state_of(ada, bought.order.number) is OrderState.COMPLETED
    books_balance(alliance.hub)


def late(alliance: Alliance, standin: Standin, *, secrets: int) -> tuple[str, object]:
    """An order that expired although, as it turns out, its page was paid."""
    ada = alliance.ada
    sku = stocked(alliance.hub, secrets=secrets)
    order = placed(ada, sku)
    page = paying(ada, order.number)
    with use(ada):
        call = service.cancel(ada, order.number, actor=SYSTEM, now=clock.now())
        assert call
        calls.run(call)
        session.commit()
    assert state_of(ada, order.number) is OrderState.CANCELLED
    key = page.rpartition("/")[2]
    standin.ask("POST", f"/_control/tamper/{key}", {"status": "open"})
    standin.pay(page)
    return order.number, sku.sku_id


def test_money_after_the_end_is_delivered_when_there_is_stock(
    alliance: Alliance, standin: Standin
) -> None:
    number, _ = late(alliance, standin, secrets=1)
    assert sweeping.recover_lost(clock.now()) >= 1
    assert state_of(alliance.ada, number) is OrderState.PAID_LATE
    relayed()
    assert state_of(alliance.ada, number) is OrderState.COMPLETED
    books_balance(alliance.hub)


def test_money_after_the_end_goes_back_when_the_goods_are_gone(
    alliance: Alliance, standin: Standin
) -> None:
    ada = alliance.ada
    number, sku_id = late(alliance, standin, secrets=1)
    with use(ada):
        sku = catalog.sku_facts(ada, [sku_id])[sku_id]  # type: ignore[list-item, index]
    other = paid(ada, sku, standin)
    told(ada, other.page)
    relayed()
    sweeping.recover_lost(clock.now())
    relayed()
    assert state_of(ada, other.order.number) is OrderState.COMPLETED
    assert state_of(ada, number) is OrderState.REFUNDED
    assert balance(alliance.hub, AccountKind.REFUND_DUE) == Money.zero()
    assert balance(alliance.hub, AccountKind.CLEARING_STRIPE) == other.order.total
    books_balance(alliance.hub)


@pytest.mark.parametrize(
    "change",
    [
        {"amount_total": 1},
        {"currency": "usd"},
        {"livemode": True},
        {"metadata": {}},
        {"metadata": {"tenant": "1", "reference": "AAAA", "attempt": "x"}},
    ],
)
def test_a_payment_that_does_not_fit_is_quarantined_and_never_delivered(
    alliance: Alliance, standin: Standin, change: dict[str, object]
) -> None:
    ada = alliance.ada
    sku = stocked(alliance.hub)
    bought = paid(ada, sku, standin)
    key = bought.page.rpartition("/")[2]
    standin.ask("POST", f"/_control/tamper/{key}", change)
    told(ada, bought.page)
    relayed()
    assert state_of(ada, bought.order.number) is OrderState.PAYMENT_MISMATCH
    assert secrets_of(ada, bought.order.id) == []
    assert stock_of(ada, sku.sku_id) == 10
    assert balance(alliance.hub, AccountKind.CLEARING_STRIPE) == Money.zero()
    with use(alliance.hub):
        (task,) = queries.attention(alliance.hub)
    assert (task.kind, task.order_number) == ("payment_mismatch", bought.order.number)
    asked = {"reason": "given back", "actor": SYSTEM, "now": clock.now()}
    with use(ada):
        for below in (ada, alliance.bo):
            with pytest.raises(MasterSettles):
                service.close_mismatch(ada, bought.order.number, by=below, **asked)
        assert queries.state_of(ada, bought.order.number) is OrderState.PAYMENT_MISMATCH
        session.rollback()
    with use(ada):
        service.close_mismatch(ada, bought.order.number, by=alliance.hub, **asked)
        session.commit()
    with use(alliance.hub):
        assert queries.attention(alliance.hub) == []
    with use(alliance.bo):
        assert queries.attention(alliance.bo) == []


def test_paying_twice_returns_the_second_payment(alliance: Alliance, standin: Standin) -> None:
    ada = alliance.ada
    sku = stocked(alliance.hub)
    order = placed(ada, sku)
    first = paying(ada, order.number)
    key = first.rpartition("/")[2]
    standin.ask("POST", f"/_control/tamper/{key}", {"status": "expired"})
    told(ada, first)
    second = paying(ada, order.number)
    assert second != first
    standin.pay(second)
    told(ada, second)
    relayed()
    standin.ask("POST", f"/_control/tamper/{key}", {"status": "open"})
    standin.pay(first)
    told(ada, first)
    assert state_of(ada, order.number) is OrderState.COMPLETED
    with use(ada):
        (refund,) = payments.refunds_for(ada, "order", order.number)
    assert (refund.state, refund.amount) == (RefundState.SUCCEEDED, order.total)
    assert balance(alliance.hub, AccountKind.CLEARING_STRIPE) == order.total
    books_balance(alliance.hub)


def test_a_second_payment_whose_refund_failed_can_be_given_back_later(
    alliance: Alliance, standin: Standin
) -> None:
    ada = alliance.ada
    order = placed(ada, stocked(alliance.hub))
    first = paying(ada, order.number)
    key = first.rpartition("/")[2]
    standin.ask("POST", f"/_control/tamper/{key}", {"status": "expired"})
    told(ada, first)
    second = paying(ada, order.number)
    standin.pay(second)
    told(ada, second)
    relayed()
    standin.ask("POST", f"/_control/tamper/{key}", {"status": "open"})
    standin.pay(first)
    standin.turn(refunds="failed")
    told(ada, first)
    with use(alliance.hub):
        assert [task.kind for task in queries.attention(alliance.hub)] == ["refund_failed"]
    standin.turn(refunds="succeeded")
    with use(ada):
        call = service.retry_refund(ada, order.number, by=ada, actor=SYSTEM, now=clock.now())
        assert call
        calls.run(call)
        session.commit()
    assert state_of(ada, order.number) is OrderState.COMPLETED
    assert balance(alliance.hub, AccountKind.REFUND_DUE) == Money.zero()
    assert balance(alliance.hub, AccountKind.CLEARING_STRIPE) == order.total
    with use(alliance.hub):
        assert queries.attention(alliance.hub) == []
    with use(ada), pytest.raises(errors.RefundNotPossible):
        service.retry_refund(ada, order.number, by=ada, actor=SYSTEM, now=clock.now())
    books_balance(alliance.hub)


def sold_out_after_payment(alliance: Alliance, standin: Standin) -> str:
    """An order that was paid while its goods went to somebody else."""
    ada = alliance.ada
    sku = stocked(alliance.hub, secrets=1)
    mine = placed(ada, sku)
    page = paying(ada, mine.number)
    with use(ada):
        from kameng.domains.catalog.stock import service as stock

        stock.release(ada, mine.id)
        session.commit()
    other = paid(ada, sku, standin)
    told(ada, other.page)
    relayed()
    standin.pay(page)
    told(ada, page)
    return mine.number


def test_sold_out_after_payment_goes_back_by_itself(alliance: Alliance, standin: Standin) -> None:
    number = sold_out_after_payment(alliance, standin)
    relayed()
    assert state_of(alliance.ada, number) is OrderState.REFUNDED
    with use(alliance.ada):
        names = [event.name for event in queries.timeline(alliance.ada, number)]
    assert names[-4:] == ["fulfilling", "fulfil_failed", "refunding", "refunded"]
    books_balance(alliance.hub)


def test_giving_back_a_second_payment_does_not_end_the_orders_own_refund(
    alliance: Alliance, standin: Standin
) -> None:
    """Paid twice and sold out: two refunds under way, and the order waits for its own."""
    ada = alliance.ada
    sku = stocked(alliance.hub, secrets=1)
    order = placed(ada, sku)
    first = paying(ada, order.number)
    key = first.rpartition("/")[2]
    standin.ask("POST", f"/_control/tamper/{key}", {"status": "expired"})
    told(ada, first)
    second = paying(ada, order.number)
    with use(ada):
        from kameng.domains.catalog.stock import service as stock

        stock.release(ada, order.id)
        session.commit()
    told(ada, paid(ada, sku, standin).page)
    relayed()
    standin.turn(refunds="pending")
    standin.pay(second)
    told(ada, second)
    relayed()
    standin.turn(refunds="succeeded")
    standin.ask("POST", f"/_control/tamper/{key}", {"status": "open"})
    standin.pay(first)
    told(ada, first)
    assert state_of(ada, order.number) is OrderState.REFUNDING
    with use(ada):
        found = payments.refunds_for(ada, "order", order.number)
    assert sorted(one.state for one in found) == [RefundState.PENDING, RefundState.SUCCEEDED]
    books_balance(alliance.hub)


def test_a_refund_that_fails_is_put_before_a_human_and_can_be_tried_again(
    alliance: Alliance, standin: Standin
) -> None:
    ada = alliance.ada
    standin.turn(refunds="failed")
    number = sold_out_after_payment(alliance, standin)
    relayed()
    assert state_of(ada, number) is OrderState.REFUND_FAILED
    with use(alliance.hub):
        assert [task.kind for task in queries.attention(alliance.hub)] == ["refund_failed"]
        assert queries.index(alliance.hub, attention=True).total_count == 1
    standin.turn(refunds="succeeded")
    with use(ada):
        call = service.retry_refund(ada, number, by=ada, actor=SYSTEM, now=clock.now())
        assert call
        calls.run(call)
        session.commit()
    assert state_of(ada, number) is OrderState.REFUNDED
    with use(alliance.hub):
        assert queries.attention(alliance.hub) == []
    assert balance(alliance.hub, AccountKind.REFUND_DUE) == Money.zero()
    books_balance(alliance.hub)


@pytest.mark.parametrize("end", ["succeeded", "failed"])
def test_a_slow_refund_is_followed_to_its_end(
    alliance: Alliance, standin: Standin, end: str
) -> None:
    ada = alliance.ada
    standin.turn(refunds="pending")
    number = sold_out_after_payment(alliance, standin)
    relayed()
    assert state_of(ada, number) is OrderState.REFUNDING
    with use(ada):
        (refund,) = payments.refunds_for(ada, "order", number)
    standin.ask("POST", f"/_control/refund/{refund.provider_refund}?status={end}")
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        sweeping.check_refunds(clock.now())
    expected = OrderState.REFUNDED if end == "succeeded" else OrderState.REFUND_FAILED
    assert state_of(ada, number) is expected
    books_balance(alliance.hub)


def test_a_question_about_a_refund_that_is_refused_does_not_fail_the_refund(
    alliance: Alliance, standin: Standin
) -> None:
    ada = alliance.ada
    standin.turn(refunds="pending")
    number = sold_out_after_payment(alliance, standin)
    relayed()
    standin.reset()
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        sweeping.check_refunds(clock.now())
    assert state_of(ada, number) is OrderState.REFUNDING
    with use(ada):
        (refund,) = payments.refunds_for(ada, "order", number)
    assert refund.state is RefundState.UNKNOWN


def test_a_refund_whose_answer_was_lost_is_made_once(alliance: Alliance, standin: Standin) -> None:
    ada = alliance.ada
    number = sold_out_after_payment(alliance, standin)
    standin.turn(lost=2)
    relayed()
    assert state_of(ada, number) is OrderState.REFUNDING
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        sweeping.check_refunds(clock.now())
    assert state_of(ada, number) is OrderState.REFUNDED
    assert len(standin.ask("GET", "/v1/refunds")["data"]) == 1
    books_balance(alliance.hub)


def test_a_payment_nobody_reported_is_found_by_asking(alliance: Alliance, standin: Standin) -> None:
    ada = alliance.ada
    bought = paid(ada, stocked(alliance.hub), standin)
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        assert sweeping.check_payments(clock.now()) >= 1
        relayed()
    assert state_of(ada, bought.order.number) is OrderState.COMPLETED


def test_a_paid_order_whose_event_was_lost_is_delivered_by_the_sweep(
    alliance: Alliance, standin: Standin, owner: Engine
) -> None:
    ada = alliance.ada
    bought = paid(ada, stocked(alliance.hub), standin)
    told(ada, bought.page)
    with shared("relay"):
        session.connection().exec_driver_sql(
            "DELETE FROM shared.outbox WHERE tenant_id = %s", (ada.id,)
        )
        session.commit()
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        sweeping.deliver_stuck(clock.now())
    assert state_of(ada, bought.order.number) is OrderState.COMPLETED


def test_a_paid_order_can_be_given_back_and_a_delivered_one_cannot(
    alliance: Alliance, standin: Standin
) -> None:
    ada = alliance.ada
    sku = stocked(alliance.hub)
    waiting, done = paid(ada, sku, standin), paid(ada, sku, standin)
    told(ada, done.page)
    relayed()
    told(ada, waiting.page)
    with use(ada):
        call = service.refund(
            ada, waiting.order.number, by=ada, reason="asked, " * 25, actor=SYSTEM, now=clock.now()
        )
        assert call
        calls.run(call)
        session.commit()
    relayed()
    assert state_of(ada, waiting.order.number) is OrderState.REFUNDED
    assert secrets_of(ada, waiting.order.id) == []
    with use(ada), pytest.raises(errors.RefundNotPossible):
        service.refund(
            ada, done.order.number, by=ada, reason="asked", actor=SYSTEM, now=clock.now()
        )
    books_balance(alliance.hub)


def test_a_cancelled_order_cannot_be_paid_any_more(alliance: Alliance, standin: Standin) -> None:
    ada = alliance.ada
    order = placed(ada, stocked(alliance.hub))
    page = paying(ada, order.number)
    with use(ada):
        call = service.cancel(ada, order.number, actor=SYSTEM, now=clock.now())
        assert call
        assert calls.run(call) is OrderState.CANCELLED
        session.commit()
    assert standin.session(page)["status"] == "expired"
    with use(ada), pytest.raises(errors.OrderClosed):
        service.cancel(ada, order.number, actor=SYSTEM, now=clock.now())
