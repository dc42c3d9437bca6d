"""Who may see an order: pains.md 1 — a number or a contact alone never shows a secret."""

from __future__ import annotations

import re

import pytest

from kameng.faces.storefront.recent import COOKIE
from tenants.tree import Tenant
from tests.support import shop as shops
from tests.support.shop import QUERY_PASSWORD, Shop, Visitor

SECRET = re.compile(r"KM\d{6}-\d{6}----pw\d{4}")
NOWHERE = "0000-0000-0000-0000"


def host(shop: Shop, site: Tenant) -> str:
    return shop.alliance.settings.host(site.slug)


def bought(shop: Shop, contact: str = "kim@example.com") -> tuple[Visitor, str]:
    """A member's browser that has just bought one piece, and the order's number."""
    shops.member(shop.alliance.ada, contact=contact, balance="50.00")
    visitor = shop.visitor()
    visitor.sign_in(contact)
    answer = visitor.buy(shop.sku, pay="wallet", contact=contact)
    assert answer.status_code == 303, answer.text
    return visitor, answer.location.rsplit("/", 1)[1]


def ask(visitor: Visitor, number: str, password: str) -> tuple[int, str]:
    """Query an order; the answer without what the visitor typed and the form token."""
    answer = visitor.post(
        "/orders/query", seen_on="/orders", number=number, query_password=password
    )
    plain = re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text)
    return answer.status_code, plain.replace(number, "…")


def test_the_browser_that_bought_sees_its_order_again(shop: Shop) -> None:
    visitor, number = bought(shop)
    visitor.post("/sign-out", seen_on="/me")
    assert SECRET.search(visitor.get(f"/orders/{number}").text)
    assert number in visitor.get("/orders").text


def test_the_member_sees_the_order_from_another_browser(shop: Shop) -> None:
    _, number = bought(shop)
    other = shop.visitor()
    other.sign_in("kim@example.com")
    assert SECRET.search(other.get(f"/orders/{number}").text)
    assert number in other.get("/me").text
    assert number in other.get("/me/orders").text


def test_spaces_a_phone_adds_around_the_password_do_no_harm(shop: Shop) -> None:
    """They are cut when it is chosen, so they are cut when it is asked for."""
    _, number = bought(shop)
    assert ask(shop.visitor(), number, f" {QUERY_PASSWORD} ")[0] == 303


def test_the_number_alone_shows_nothing(shop: Shop) -> None:
    _, number = bought(shop)
    stranger = shop.visitor()
    known, unknown = (stranger.get(f"/orders/{one}") for one in (number, NOWHERE))
    assert known.status_code == unknown.status_code == 303
    assert known.location.replace(number, "") == unknown.location.replace(NOWHERE, "")
    for part in ("status", "payment"):
        assert stranger.get(f"/orders/{number}/{part}").status_code in (404, 405)


def test_another_member_does_not_see_it(shop: Shop) -> None:
    _, number = bought(shop)
    shops.member(shop.alliance.ada, contact="eve@example.com")
    eve = shop.visitor()
    eve.sign_in("eve@example.com")
    assert eve.get(f"/orders/{number}").status_code == 303
    assert number not in eve.get("/me/orders").text


def test_number_and_password_open_the_order(shop: Shop) -> None:
    _, number = bought(shop)
    stranger = shop.visitor()
    answer = stranger.post(
        "/orders/query", seen_on="/orders", number=f" {number.lower()} ",
        query_password=QUERY_PASSWORD,
    )  # fmt: skip
    assert answer.status_code == 303
    assert SECRET.search(stranger.get(answer.location).text)


def test_every_wrong_pair_gets_the_same_answer(shop: Shop) -> None:
    _, number = bought(shop)
    stranger = shop.visitor()
    pairs = [
        (number, "wrong-password"),
        (number, "kim@example.com"),
        (number, "' OR 1=1 --"),
        (NOWHERE, QUERY_PASSWORD),
    ]
    answers = {ask(stranger, *pair) for pair in pairs}
    assert len(answers) == 1
    status, text = answers.pop()
    assert status in (404, 422)
    assert not SECRET.search(text)


def test_another_sites_order_number_is_unknown_here(shop: Shop) -> None:
    _, number = bought(shop)
    for site in (shop.alliance.hub, shop.alliance.bo):
        elsewhere = shop.visitor(site)
        assert ask(elsewhere, number, QUERY_PASSWORD) == ask(elsewhere, NOWHERE, QUERY_PASSWORD)


def test_the_cookie_of_one_site_opens_nothing_on_another(shop: Shop) -> None:
    visitor, number = bought(shop)
    cookie = visitor.client.get_cookie(COOKIE, domain=host(shop, shop.alliance.ada))
    assert cookie is not None
    elsewhere = shop.visitor(shop.alliance.bo)
    elsewhere.client.set_cookie(COOKIE, cookie.value, domain=host(shop, shop.alliance.bo))
    assert elsewhere.get(f"/orders/{number}").status_code == 303
    assert number not in elsewhere.get("/orders").text


@pytest.mark.parametrize("value", ["", "x", "W1siWFhYWC1YWFhYIiwieCJdXQ.aaa.bbb"])
def test_a_forged_cookie_opens_nothing(shop: Shop, value: str) -> None:
    _, number = bought(shop)
    stranger = shop.visitor()
    stranger.client.set_cookie(COOKIE, value, domain=host(shop, shop.alliance.ada))
    assert stranger.get(f"/orders/{number}").status_code == 303


def test_guessing_the_password_of_one_order_is_stopped(shop: Shop) -> None:
    _, number = bought(shop)
    statuses = [ask(shop.visitor(), number, f"guess-{n}")[0] for n in range(6)]
    assert statuses[-1] == 429
    assert ask(shop.visitor(), number, QUERY_PASSWORD)[0] == 429


def test_guessing_many_numbers_from_one_address_is_stopped(shop: Shop) -> None:
    stranger = shop.visitor()
    token = stranger.token("/orders")
    fields = {"query_password": "guess-me", "csrf_token": token}
    statuses = [
        stranger.client.post(
            "/orders/query", data={**fields, "number": f"0000-0000-0000-{n:04d}"}
        ).status_code
        for n in range(32)
    ]
    assert statuses[-1] == 429
    assert 429 not in statuses[:30]


def test_an_order_page_is_kept_by_no_cache(shop: Shop) -> None:
    visitor, number = bought(shop)
    assert visitor.get(f"/orders/{number}").headers["Cache-Control"] == "no-store"


def test_a_member_frozen_by_staff_is_signed_out_at_once(shop: Shop) -> None:
    from kameng.domains.accounts.members import queries, service
    from kameng.kit import clock
    from kameng.kit.audit import SYSTEM
    from tenants.context import use
    from tenants.database import session

    visitor, _ = bought(shop)
    with use(shop.alliance.ada):
        kim = queries.page(shop.alliance.ada).members[0]
        service.freeze(shop.alliance.ada, kim.id, actor=SYSTEM, now=clock.now())
        session.commit()
    assert visitor.get("/me").status_code == 303


def test_another_port_behind_the_host_is_no_new_visitor(shop: Shop) -> None:
    stranger = shop.visitor()
    token = stranger.token("/orders")
    name = host(shop, shop.alliance.ada)
    statuses = [
        stranger.client.post(
            "/orders/query",
            data={"number": f"0000-0000-0000-{n:04d}", "csrf_token": token},
            headers={"Host": f"{name}:{2000 + n}"},
        ).status_code
        for n in range(31)
    ]
    assert statuses[-1] == 429
    assert 429 not in statuses[:30]
