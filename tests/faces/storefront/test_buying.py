"""From the product page to the secret, and every way the shop says no."""

from __future__ import annotations

import re

import pytest

from kameng.domains.catalog import queries as catalog_queries
from kameng.domains.orders import queries as orders
from kameng.domains.wallet import queries as wallet
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tests.support import catalog
from tests.support import shop as shops
from tests.support.shop import Shop

NUMBER = re.compile(r"/orders/([0-9A-Z-]{19})")


def stock(shop: Shop) -> int:
    with use(shop.alliance.hub):
        return catalog_queries.stock(shop.alliance.hub, [shop.sku.sku_id])[shop.sku.sku_id]


def board(shop: Shop) -> int:
    """How many orders Ada's site has."""
    with use(shop.alliance.ada):
        return orders.index(shop.alliance.ada).total_count


def balance(shop: Shop, member: shops.MemberFacts) -> Money:
    with use(shop.alliance.ada):
        return wallet.balance(shop.alliance.ada, member.id)


def test_a_member_buys_from_the_balance_with_one_post_and_sees_the_secret(shop: Shop) -> None:
    kim = shops.member(shop.alliance.ada, balance="25.00")
    visitor = shop.visitor()
    visitor.sign_in("kim@example.com")
    answer = visitor.buy(shop.sku, pay="wallet", query_password="")
    assert answer.status_code == 303
    page = visitor.get(answer.location).text
    assert "已发货" in page
    assert re.search(r"KM\d{6}-\d{6}----pw\d{4}", page)
    assert balance(shop, kim) == Money.of("15.00")
    assert stock(shop) == 9


def test_a_program_gets_the_secret_in_the_reply_of_the_one_post(shop: Shop) -> None:
    shops.member(shop.alliance.ada, balance="25.00")
    visitor = shop.visitor()
    visitor.sign_in("kim@example.com")
    visitor.client.environ_base["HTTP_ACCEPT"] = "application/json"
    reply = visitor.buy(shop.sku, pay="wallet", query_password="", quantity="2").get_json()
    assert reply["state"] == "completed"
    assert len(reply["secrets"]) == 2
    assert reply["total"] == "20.00"


def test_a_balance_too_low_says_so_and_moves_nothing(shop: Shop) -> None:
    kim = shops.member(shop.alliance.ada, balance="5.00")
    visitor = shop.visitor()
    visitor.sign_in("kim@example.com")
    answer = visitor.buy(shop.sku, pay="wallet", query_password="")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert balance(shop, kim) == Money.of("5.00")
    assert stock(shop) == 10
    assert board(shop) == 0


def test_a_guest_who_picks_the_balance_is_asked_to_sign_in(shop: Shop) -> None:
    answer = shop.visitor().buy(shop.sku, pay="wallet")
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in?next=")
    assert board(shop) == 0


REFUSED = [
    ({"quantity": "11"}, "quantity"),
    ({"quantity": "0"}, "quantity"),
    ({"quantity": "-1"}, "quantity"),
    ({"quantity": "1e3"}, "quantity"),
    ({"quantity": "99999999999999999999"}, "quantity"),
    ({"query_password": ""}, "query_password"),
    ({"query_password": "123"}, "query_password"),
    ({"contact": ""}, "contact"),
    ({"pay": "gold"}, "pay"),
]


@pytest.mark.parametrize(("changes", "field"), REFUSED)
def test_a_refused_form_comes_back_with_what_was_typed(
    shop: Shop, changes: dict[str, str], field: str
) -> None:
    typed = {"contact": "kim-was-here@example.com", **changes}
    answer = shop.visitor().buy(shop.sku, **typed)
    assert answer.status_code in (409, 422)
    assert 'role="alert"' in answer.text, field
    assert typed["contact"] in answer.text
    assert shops.QUERY_PASSWORD not in answer.text
    assert stock(shop) == 10
    assert board(shop) == 0


def test_a_price_that_changed_meanwhile_is_shown_before_anything_is_charged(shop: Shop) -> None:
    answer = shop.visitor().buy(shop.sku, **{f"price.{shop.sku.sku_id}": "9.00"})
    assert answer.status_code == 409
    assert "10.00" in answer.text
    assert board(shop) == 0


@pytest.mark.parametrize("sku", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_a_sku_nobody_sells_is_no_page(shop: Shop, sku: str) -> None:
    assert shop.visitor().buy(shop.sku, sku=sku).status_code == 404


def test_a_game_is_sold_only_with_the_adult_statement(shop: Shop) -> None:
    with use(shop.alliance.hub):
        games = catalog.category(shop.alliance.hub, "游戏点卡")
        game = catalog.sku(shop.alliance.hub, "王者荣耀 点券 60", category_id=games)
        session.commit()
    assert game.adult
    shops.member(shop.alliance.ada, balance="25.00")
    visitor = shop.visitor()
    visitor.sign_in("kim@example.com")
    refused = visitor.buy(game, pay="wallet")
    assert refused.status_code == 422
    assert 'name="adult"' in refused.text
    assert board(shop) == 0
    assert visitor.buy(game, pay="wallet", adult="1").status_code == 303


def test_an_order_without_a_form_token_is_refused(shop: Shop) -> None:
    fields = {"sku": str(shop.sku.sku_id), "quantity": "1", "pay": "stripe"}
    assert shop.visitor().client.post("/orders", data=fields).status_code == 400
    assert board(shop) == 0
