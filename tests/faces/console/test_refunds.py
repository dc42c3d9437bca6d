"""Giving money back through the provider from the console, and trying again what failed."""

from flask import Flask

from kameng.domains.orders.rules import OrderState
from kameng.kit import audit
from tenants.context import use
from tests.domains.orders.test_payment import sold_out_after_payment, told
from tests.support import desk
from tests.support.orders import books_balance, paid, relayed, state_of, stocked
from tests.support.payments import Standin, standin
from tests.support.worlds import Alliance

__all__ = ["standin"]


def give_back(alliance: Alliance, number: str) -> int:
    """What the console answers to Ada's refund of her order."""
    ada = desk.at(alliance, alliance.ada, role="agent")
    page = f"orders/{alliance.ada.id}/{number}/refund"
    return ada.post(page, form="refund", reason="asked").status_code


def test_a_refund_through_the_provider_has_ended_when_the_page_answers(
    app: Flask, alliance: Alliance, standin: Standin
) -> None:
    bought = paid(alliance.ada, stocked(alliance.hub), standin)
    told(alliance.ada, bought.page)
    assert give_back(alliance, bought.order.number) == 303
    assert state_of(alliance.ada, bought.order.number) is OrderState.REFUNDED
    books_balance(alliance.hub)
    with use(alliance.ada):
        [line] = audit.about(alliance.ada, bought.order.number)
    assert (line.action, line.actor_kind, line.after) == (
        "order.refund",
        "staff",
        {"reason": "asked"},
    )
    assert line.ip
    assert give_back(alliance, bought.order.number) == 409
    with use(alliance.ada):
        assert audit.about(alliance.ada, bought.order.number) == [line]


def test_a_refund_from_above_stands_in_both_logs(
    app: Flask, alliance: Alliance, standin: Standin
) -> None:
    bought = paid(alliance.ada, stocked(alliance.hub), standin)
    told(alliance.ada, bought.page)
    number = bought.order.number
    hub = desk.at(alliance, alliance.hub)
    page = f"orders/{alliance.ada.id}/{number}/refund"
    assert hub.post(page, form="refund", reason="asked above").status_code == 303
    for site, subject in ((alliance.ada, number), (alliance.hub, f"{number} {alliance.ada.slug}")):
        with use(site):
            assert [line.action for line in audit.about(site, subject)] == ["order.refund"]


def test_a_refund_that_failed_is_tried_again_from_the_console(
    app: Flask, alliance: Alliance, standin: Standin
) -> None:
    standin.turn(refunds="failed")
    number = sold_out_after_payment(alliance, standin)
    relayed()
    assert state_of(alliance.ada, number) is OrderState.REFUND_FAILED
    standin.turn(refunds="succeeded")
    assert give_back(alliance, number) == 303
    assert state_of(alliance.ada, number) is OrderState.REFUNDED
    books_balance(alliance.hub)


def test_a_payment_that_does_not_fit_is_put_away_by_a_person(
    app: Flask, alliance: Alliance, standin: Standin
) -> None:
    bought = paid(alliance.ada, stocked(alliance.hub), standin)
    key = bought.page.rpartition("/")[2]
    standin.ask("POST", f"/_control/tamper/{key}", {"amount_total": 1})
    told(alliance.ada, bought.page)
    page = f"orders/{alliance.ada.id}/{bought.order.number}"
    ada = desk.at(alliance, alliance.ada, role="agent")
    assert f"{page}/settlement" not in ada.text(page)
    assert "由主站处理并关闭订单" in ada.text(page)
    answer = ada.post(f"{page}/settlement", form="settle", reason="mine")
    assert answer.status_code == 403
    assert state_of(alliance.ada, bought.order.number) is OrderState.PAYMENT_MISMATCH
    hub = desk.at(alliance, alliance.hub)
    assert f"{page}/settlement" in hub.text(page)
    answer = hub.post(f"{page}/settlement", form="settle", reason="given back by hand")
    assert answer.status_code == 303
    assert state_of(alliance.ada, bought.order.number) is OrderState.CANCELLED
    assert f"{page}/settlement" not in hub.text(page)
    assert hub.post(f"{page}/settlement", form="settle", reason="again").status_code == 409
    books_balance(alliance.hub)
