"""The cart in a browser: putting in, looking, changing, signing in, and one order of it all."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from kameng.domains.catalog import service as goods
from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.orders import queries as orders
from kameng.domains.pricing import service as pricing
from kameng.domains.pricing.markups.rules import Audience, Method, Place, Rounding, Scope
from kameng.faces.frame import media as pictures
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from tenants.context import use
from tenants.database import session
from tests.support import catalog, media
from tests.support import shop as shops
from tests.support.shop import QUERY_PASSWORD, Shop, Visitor
from tests.support.worlds import Builder

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
SECRET = re.compile(r"KM\d{6}-\d{6}----pw\d{4}")


@pytest.fixture(scope="module")
def shop(app: Flask, builder: Builder) -> Shop:
    """One furnished alliance for this file."""
    builder.app = app
    return shops.furnish(builder.alliance())


@pytest.fixture(scope="module")
def second(shop: Shop) -> SkuFacts:
    """Other goods with three secrets."""
    return sold(shop, "腾讯视频 季卡", 3)


def sold(shop: Shop, name: str, secrets: int) -> SkuFacts:
    with use(shop.alliance.hub):
        made = catalog.sku(shop.alliance.hub, name, secrets=secrets)
        session.commit()
    return made


def put(visitor: Visitor, sku: SkuFacts, quantity: str = "1", **more: str) -> TestResponse:
    page = f"/p/{sku.product_id}?sku={sku.sku_id}"
    fields = {"sku": str(sku.sku_id), "quantity": quantity, **more}
    return visitor.post("/cart/lines", seen_on=page, **fields)


def checkout(visitor: Visitor, page: str | None = None, **changes: Any) -> TestResponse:
    """Fill in and send the checkout page as it stands (or as it stood: `page`)."""
    shown = page or visitor.get("/checkout").text
    hidden: dict[str, Any] = {}
    for name, value in HIDDEN.findall(shown):
        hidden.setdefault(name, []).append(value)
    typed = {"contact": "kim@example.com", "query_password": QUERY_PASSWORD, "pay": "stripe"}
    return visitor.client.post("/checkout", data={**hidden, **typed, **changes})


def board(shop: Shop) -> int:
    with use(shop.alliance.ada):
        return orders.index(shop.alliance.ada).total_count


def lines(visitor: Visitor) -> int:
    return visitor.get("/cart").text.count('class="cl"')


def test_goods_are_put_in_from_their_page_which_stays_and_says_so(shop: Shop) -> None:
    visitor = shop.visitor()
    answer = put(visitor, shop.sku, "2")
    assert answer.status_code == 303
    page = visitor.get(answer.location).text
    assert f"/p/{shop.sku.product_id}" in answer.location
    assert "已加入购物车" in page
    assert 'href="/cart"' in page
    assert lines(visitor) == 1
    assert 'value="2"' in visitor.get("/cart").text


def test_the_script_gets_the_sentence_and_the_badge_its_number(shop: Shop) -> None:
    visitor = shop.visitor()
    visitor.client.environ_base["HTTP_ACCEPT"] = "application/json"
    said = put(visitor, shop.sku)
    assert said.get_json() == {"text": "已加入购物车。", "goods": 1}
    assert visitor.client.get_cookie("cart_n", domain=visitor.client.host).value == "1"
    refused = put(visitor, shop.sku, "101")
    assert refused.status_code == 422
    assert "100" in refused.get_json()["text"]


@pytest.mark.parametrize("quantity", ["0", "-1", "x", "", "101", "99999999999999999999"])
def test_a_senseless_quantity_comes_back_on_the_products_page(shop: Shop, quantity: str) -> None:
    visitor = shop.visitor()
    answer = put(visitor, shop.sku, quantity, contact="kim-was-here@example.com")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "kim-was-here@example.com" in answer.text
    assert lines(visitor) == 0


def test_without_a_form_token_nothing_is_put_in_or_ordered(shop: Shop) -> None:
    visitor = shop.visitor()
    fields = {"sku": str(shop.sku.sku_id), "quantity": "1"}
    for path in ("/cart/lines", f"/cart/lines/{shop.sku.sku_id}", "/checkout"):
        assert visitor.client.post(path, data=fields).status_code == 400
    assert lines(visitor) == 0


def test_goods_of_another_alliance_are_no_goods(shop: Shop) -> None:
    visitor = shop.visitor()
    nobody = "00000000-0000-0000-0000-000000000000"
    answer = visitor.post("/cart/lines", seen_on="/sign-in", sku=nobody, quantity="1")
    assert answer.status_code == 404


def test_a_line_is_changed_removed_and_brought_back(shop: Shop) -> None:
    visitor = shop.visitor()
    put(visitor, shop.sku, "2")
    line = f"/cart/lines/{shop.sku.sku_id}"
    assert visitor.post(line, seen_on="/cart", quantity="5").status_code == 303
    assert 'value="5"' in visitor.get("/cart").text
    wrong = visitor.post(line, seen_on="/cart", quantity="101")
    assert wrong.status_code == 422
    assert 'value="5"' in wrong.text
    gone = visitor.post(f"{line}/removal", seen_on="/cart")
    page = visitor.get(gone.location).text
    assert "购物车是空的" in page
    assert "撤销" in page
    back = visitor.client.post("/cart/lines", data=dict(HIDDEN.findall(page)))
    assert back.location == "/cart"
    assert 'value="5"' in visitor.get("/cart").text


def test_a_cart_is_seen_by_its_own_browser_and_nobody_else(shop: Shop) -> None:
    visitor, other = shop.visitor(), shop.visitor()
    put(visitor, shop.sku)
    cookie = visitor.client.get_cookie("cart", domain=visitor.client.host)
    assert cookie.http_only
    assert lines(other) == 0
    elsewhere = shop.visitor(shop.alliance.bo)
    elsewhere.client.set_cookie("cart", cookie.value, domain=elsewhere.client.host)
    assert lines(elsewhere) == 0
    other.client.set_cookie("cart", cookie.value[:-2] + "xx", domain=other.client.host)
    assert lines(other) == 0


def test_the_cart_comes_along_when_somebody_signs_in_and_stays_behind_on_signing_out(
    shop: Shop, second: SkuFacts
) -> None:
    shops.member(shop.alliance.ada, "lin@example.com")
    phone, desk = shop.visitor(), shop.visitor()
    phone.sign_in("lin@example.com")
    put(phone, shop.sku, "1")
    put(desk, shop.sku, "3")
    put(desk, second)
    desk.sign_in("lin@example.com")
    assert lines(desk) == lines(phone) == 2
    assert 'value="3"' in phone.get("/cart").text
    desk.post("/sign-out", seen_on="/cart")
    assert lines(desk) == 0
    assert desk.client.get_cookie("cart_n", domain=desk.client.host) is None
    shops.member(shop.alliance.ada, "mei@example.com")
    desk.sign_in("mei@example.com")
    assert lines(desk) == 0


def test_two_goods_are_one_order_and_its_page_shows_the_secrets_of_each(
    shop: Shop, second: SkuFacts
) -> None:
    shops.member(shop.alliance.ada, "kim@example.com", balance="50.00")
    visitor = shop.visitor()
    visitor.sign_in("kim@example.com")
    put(visitor, shop.sku, "2")
    put(visitor, second)
    answer = checkout(visitor, pay="wallet", query_password="")
    assert answer.status_code == 303
    page = visitor.get(answer.location).text
    assert "已发货" in page
    assert len(set(SECRET.findall(page))) == 3
    assert "腾讯视频 季卡" in page
    assert lines(visitor) == 0
    assert visitor.client.get_cookie("cart_n", domain=visitor.client.host) is None


def test_a_guest_goes_on_to_the_payment_page_or_is_asked_to_sign_in(shop: Shop) -> None:
    visitor = shop.visitor()
    put(visitor, shop.sku)
    before = board(shop)
    asked = checkout(visitor, pay="wallet")
    assert asked.location == "/sign-in?next=%2Fcheckout"
    assert (board(shop), lines(visitor)) == (before, 1)


REFUSED = [
    ({"query_password": ""}, 422),
    ({"query_password": "123"}, 422),
    ({"contact": ""}, 422),
    ({"pay": "gold"}, 422),
    ({"line": "x"}, 409),
    ({"line": ""}, 409),
]


@pytest.mark.parametrize(("changes", "status"), REFUSED)
def test_a_refused_checkout_comes_back_with_the_cart_as_it_was(
    shop: Shop, changes: dict[str, str], status: int
) -> None:
    visitor = shop.visitor()
    put(visitor, shop.sku, "2")
    before = board(shop)
    answer = checkout(visitor, **{"contact": "kim-was-here@example.com", **changes})
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert QUERY_PASSWORD not in answer.text
    assert (board(shop), lines(visitor)) == (before, 1)


def test_a_checkout_sent_twice_orders_once(shop: Shop) -> None:
    shops.member(shop.alliance.ada, "two@example.com", balance="50.00")
    visitor = shop.visitor()
    visitor.sign_in("two@example.com")
    put(visitor, shop.sku)
    page, before = visitor.get("/checkout").text, board(shop)
    assert checkout(visitor, page, pay="wallet").status_code == 303
    again = checkout(visitor, page, pay="wallet")
    assert again.location == "/cart"
    assert "购物车已有变化" in visitor.get("/cart").text
    assert board(shop) == before + 1


def test_a_price_that_moved_is_shown_beside_the_old_one_before_anything_is_charged(
    shop: Shop,
) -> None:
    moving = sold(shop, "会涨价的月卡", 5)
    visitor = shop.visitor()
    put(visitor, moving)
    page, before = visitor.get("/checkout").text, board(shop)
    place = Place(Scope.SKU, moving.sku_id, Audience.RETAIL)
    with use(shop.alliance.ada):
        pricing.set_rule(
            shop.alliance.ada,
            place,
            Method.FIXED,
            "12.50",
            Rounding.FEN,
            actor=SYSTEM,
            now=clock.now(),
        )
        session.commit()
    answer = checkout(visitor, page)
    assert answer.status_code == 409
    assert "12.50" in answer.text
    assert 'class="market"' in answer.text
    assert board(shop) == before
    assert "价格有变动" in visitor.get("/cart").text


def test_sold_out_and_withdrawn_goods_are_named_and_hold_the_order_up(shop: Shop) -> None:
    few = sold(shop, "快卖完的月卡", 1)
    visitor = shop.visitor()
    put(visitor, few, "2")
    assert "仅剩 1 件" in visitor.get("/cart").text
    before = board(shop)
    answer = checkout(visitor)
    assert answer.status_code == 409
    assert board(shop) == before
    with use(shop.alliance.hub):
        goods.set_listing(shop.alliance.hub, few.sku_id, hidden=True, actor=SYSTEM, now=clock.now())
        session.commit()
    page = visitor.get("/cart").text
    assert "已失效" in page
    assert "快卖完的月卡" in page
    assert visitor.get("/checkout").location == "/cart"


def test_games_in_a_cart_need_the_adult_statement(shop: Shop) -> None:
    with use(shop.alliance.hub):
        games = catalog.category(shop.alliance.hub, "游戏点卡")
        game = catalog.sku(shop.alliance.hub, "王者荣耀 点券 60", category_id=games)
        session.commit()
    shops.member(shop.alliance.ada, "gamer@example.com", balance="25.00")
    visitor = shop.visitor()
    visitor.sign_in("gamer@example.com")
    put(visitor, game)
    refused = checkout(visitor, pay="wallet")
    assert refused.status_code == 422
    assert 'name="adult"' in refused.text
    assert checkout(visitor, pay="wallet", adult="1").status_code == 303


def test_an_empty_cart_has_nothing_to_check_out(shop: Shop) -> None:
    visitor = shop.visitor()
    assert "购物车是空的" in visitor.get("/cart").text
    assert visitor.get("/checkout").location == "/cart"
    assert visitor.client.get_cookie("cart", domain=visitor.client.host) is None


def test_the_home_page_sets_no_cookie_for_the_cart(shop: Shop) -> None:
    assert "Set-Cookie" not in shop.visitor().get("/").headers


def test_goods_keep_their_own_picture_from_the_cart_to_the_order(shop: Shop) -> None:
    hub, plain = shop.alliance.hub, put_and_seen(shop, shop.sku)
    assert "art-photo" not in plain
    photo, shown = media.kept(hub), sold(shop, "有照片的商品", 2)
    with use(hub):
        of_hub = pictures.ref(hub, photo)
        goods.set_picture(hub, shown.product_id, of_hub, actor=SYSTEM, now=clock.now())
        session.commit()
    visitor = shop.visitor()
    put(visitor, shown)
    for page in ("/cart", "/checkout"):
        assert photo.digest in visitor.get(page).text, page
    answer = visitor.buy(shown)
    assert answer.status_code == 303
    order = re.findall(r'href="(/orders/[^"]+)"', visitor.get("/orders").text)[0]
    assert photo.digest in visitor.get(order).text


def put_and_seen(shop: Shop, sku: SkuFacts) -> str:
    """The cart with one thing in it."""
    visitor = shop.visitor()
    put(visitor, sku)
    return visitor.get("/cart").text
