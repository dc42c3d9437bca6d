"""On the way to the provider and back: the order is kept, nobody pays twice, nothing is lost."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from kameng.domains.catalog.errors import OutOfStock
from kameng.domains.delivery import service as delivery
from kameng.domains.orders import queries as orders
from kameng.domains.payments import queries as payment_queries
from tenants.context import use
from tests.support import shop as shops
from tests.support.payments import Standin, standin
from tests.support.shop import Shop, Visitor

__all__ = ["standin"]

pytestmark = pytest.mark.usefixtures("standin")


def placed(shop: Shop) -> tuple[Visitor, str, str]:
    """A guest on the payment page: her browser, the order's number, the page's address."""
    visitor = shop.visitor()
    answer = visitor.buy(shop.sku)
    assert answer.status_code == 303, answer.text
    return visitor, last_number(visitor), answer.location


def last_number(visitor: Visitor) -> str:
    page = visitor.get("/orders").text
    return page.split('href="/orders/', 1)[1].split('"', 1)[0]


def pay(visitor: Visitor, number: str, **fields: str) -> TestResponse:
    cashier = f"/cashier/{number}"
    return visitor.post(f"/orders/{number}/payment", seen_on=cashier, **fields)


def test_a_guest_is_led_to_the_payment_page_and_remembered(shop: Shop, standin: Standin) -> None:
    visitor, number, page = placed(shop)
    assert page.startswith(standin.base)
    session = standin.session(page)
    assert session["amount_total"] == 1000
    assert session["success_url"].endswith(f"/orders/{number}?paid=1")
    assert session["success_url"].startswith(f"http://{shop.alliance.ada.slug}.")
    assert visitor.get(f"/orders/{number}").status_code == 200


def test_the_allowed_places_for_a_form_name_the_payment_page(shop: Shop, standin: Standin) -> None:
    policy = shop.visitor().get("/").headers["Content-Security-Policy"]
    assert f"form-action 'self' {standin.base}" in policy


def test_an_unpaid_order_offers_the_cashier_and_shows_no_secret(shop: Shop) -> None:
    visitor, number, _ = placed(shop)
    page = visitor.get(f"/orders/{number}").text
    assert f'href="/cashier/{number}"' in page
    assert "----pw" not in page
    assert visitor.get(f"/orders/{number}/status").get_json() == {
        "state": "paying",
        "final": False,
    }


def test_who_comes_back_from_paying_is_not_asked_to_pay_again(shop: Shop) -> None:
    visitor, number, _ = placed(shop)
    page = visitor.get(f"/orders/{number}?paid=1").text
    assert "正在确认付款" in page
    assert f"/cashier/{number}" not in page


def test_paying_again_leads_to_the_same_page(shop: Shop) -> None:
    visitor, number, page = placed(shop)
    assert pay(visitor, number, pay="stripe").location == page


def test_a_stranger_cannot_pay_nor_see_the_cashier(shop: Shop) -> None:
    _, number, _ = placed(shop)
    stranger = shop.visitor()
    assert stranger.get(f"/cashier/{number}").status_code == 303
    token = stranger.token("/orders")
    answer = stranger.client.post(f"/orders/{number}/payment", data={"csrf_token": token})
    assert answer.status_code == 404


def test_a_provider_that_is_down_leaves_an_order_that_can_be_paid_later(
    shop: Shop, standin: Standin
) -> None:
    standin.turn(broken=50)
    visitor = shop.visitor()
    answer = visitor.buy(shop.sku)
    assert answer.location.startswith("/cashier/")
    assert 'role="alert"' in visitor.get(answer.location).text
    number = answer.location.rsplit("/", 1)[1]
    assert number == last_number(visitor)
    standin.turn(broken=0)
    assert pay(visitor, number, pay="stripe").location.startswith(standin.base)


def gone_meanwhile(*_args: object, **_rest: object) -> None:
    raise OutOfStock(available=0, wanted=1)


def test_goods_gone_on_the_way_to_the_payment_page_are_said_where_they_were_ordered(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order is not kept then: nobody is led to a cashier of an order that is not there."""
    monkeypatch.setattr(delivery, "reserve", gone_meanwhile)
    visitor = shop.visitor()
    answer = visitor.buy(shop.sku)
    assert answer.status_code == 409
    assert 'value="kim@example.com"' in answer.text
    assert 'role="alert"' in answer.text
    assert 'href="/orders/' not in visitor.get("/orders").text
    with use(shop.alliance.ada):
        assert orders.index(shop.alliance.ada).total_count == 0


def test_goods_gone_before_an_order_is_paid_are_said_at_its_cashier(
    shop: Shop, standin: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    standin.turn(broken=50)
    visitor = shop.visitor()
    number = visitor.buy(shop.sku).location.rsplit("/", 1)[1]
    monkeypatch.setattr(delivery, "reserve", gone_meanwhile)
    monkeypatch.setattr(payment_queries, "open_attempt", lambda *_args: None)
    answer = pay(visitor, number, pay="stripe")
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    assert visitor.get(f"/cashier/{number}").status_code == 200


def test_a_member_pays_a_placed_order_from_the_balance(shop: Shop) -> None:
    shops.member(shop.alliance.ada, balance="30.00")
    visitor = shop.visitor()
    visitor.sign_in("kim@example.com")
    visitor.buy(shop.sku)
    number = last_number(visitor)
    answer = pay(visitor, number, pay="wallet")
    assert answer.location == f"/orders/{number}"
    assert "----pw" in visitor.get(answer.location).text


def test_a_balance_too_low_at_the_cashier_moves_nothing(shop: Shop) -> None:
    shops.member(shop.alliance.ada, balance="3.00")
    visitor = shop.visitor()
    visitor.sign_in("kim@example.com")
    visitor.buy(shop.sku)
    number = last_number(visitor)
    answer = pay(visitor, number, pay="wallet")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert visitor.get(f"/orders/{number}/status").get_json()["state"] == "paying"


def test_a_guest_who_picks_the_balance_at_the_cashier_is_asked_to_sign_in(shop: Shop) -> None:
    visitor, number, _ = placed(shop)
    answer = pay(visitor, number, pay="wallet")
    assert answer.location == f"/sign-in?next=%2Fcashier%2F{number}"
