"""A member promotes: the link, the cookie it leaves, what a purchase through it earns, and how
that becomes balance. Nothing of it carries to another shop."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kameng.domains.accounts.members.queries import MemberFacts
from kameng.domains.orders import queries as orders
from kameng.domains.promotion import queries
from kameng.domains.promotion import service as promotion
from kameng.domains.promotion.rules import Rates, Settings
from kameng.domains.wallet import queries as wallet
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money, Percent
from tenants.context import use
from tenants.database import session
from tests.support import shop as shops
from tests.support.shop import Shop, Visitor
from tests.support.tree import markup
from tests.support.worlds import Builder

PAGE = "/me/promotion"
ONCE = re.compile(r'name="once" value="([^"]+)"')


@pytest.fixture(scope="module")
def shop(app: Flask, builder: Builder) -> Shop:
    """One shop for all; each test has members of its own."""
    builder.app = app
    alliance = builder.alliance()
    markup(alliance.hub, "10", children=True)
    markup(alliance.ada, "40", children=False)
    return shops.furnish(alliance)


@pytest.fixture(autouse=True)
def on(shop: Shop) -> None:
    switch(shop, on=True)


def switch(shop: Shop, *, on: bool) -> None:
    ada = shop.alliance.ada
    with use(ada):
        shares = Rates(Percent.of(5), Percent.of(2))
        promotion.set_up(ada, Settings(on, shares, 10), actor=SYSTEM, now=clock.now())
        session.commit()


def someone(shop: Shop) -> tuple[MemberFacts, Visitor]:
    """A member of Ada's, signed in."""
    contact = f"kim{uuid4().hex[:8]}@example.com"
    facts = shops.member(shop.alliance.ada, contact, balance="200.00")
    visitor = shop.visitor()
    visitor.sign_in(contact)
    return facts, visitor


def promoter(shop: Shop) -> tuple[MemberFacts, Visitor, str]:
    facts, visitor = someone(shop)
    assert visitor.post(PAGE, seen_on=PAGE, agree="1").status_code == 303
    with use(shop.alliance.ada):
        found = queries.promoter(shop.alliance.ada, facts.id)
    assert found
    return facts, visitor, found.code


def bought(shop: Shop, visitor: Visitor, facts: MemberFacts) -> UUID:
    answer = visitor.buy(shop.sku, pay="wallet", contact=facts.contact)
    with use(shop.alliance.ada):
        number = answer.location.rsplit("/", 1)[1]
        return orders.by_number(shop.alliance.ada, number).order.id


def pending(shop: Shop, member_id: UUID) -> Money:
    with use(shop.alliance.ada):
        return queries.purse(shop.alliance.ada, member_id).pending


def came_by(client: FlaskClient) -> str:
    cookie = client.get_cookie("came_by", domain=client.host)  # type: ignore[attr-defined]
    return cookie.value if cookie else ""


def test_a_friend_who_comes_by_the_link_earns_the_promoter_his_share(shop: Shop) -> None:
    kim, visitor, code = promoter(shop)
    assert code in visitor.get(PAGE).text
    picture = visitor.get(f"{PAGE}/code.svg")
    assert picture.content_type == "image/svg+xml"
    assert "style=" not in picture.text
    bo, friend = someone(shop)
    answer = friend.client.get(f"/?p={code.lower()}&x=1")
    assert (answer.status_code, answer.location) == (302, "/?x=1")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "Domain" not in cookie
    order_id = bought(shop, friend, bo)
    earned = pending(shop, kim.id)
    assert earned.micro > 0
    page = visitor.get(PAGE).text
    assert f"¥{earned}" in page
    assert bo.contact not in page
    ada = shop.alliance.ada
    with use(ada):
        promotion.release(ada, order_id, now=clock.now() + timedelta(days=11))
        session.commit()
    page = visitor.get(PAGE).text
    assert "已到账" in page
    found = ONCE.search(page)
    assert found
    for _ in range(2):
        fields = {"amount": "0.10", "once": found[1]}
        assert visitor.post(f"{PAGE}/balance", seen_on=PAGE, **fields).status_code == 303
    with use(ada):
        assert wallet.balance(ada, kim.id) == Money.of("200.10")


def test_ones_own_link_own_contact_and_own_browser_earn_nothing(shop: Shop) -> None:
    kim, visitor, code = promoter(shop)
    visitor.client.get(f"/?p={code}")
    bought(shop, visitor, kim)
    visitor.post("/sign-out", seen_on="/me")
    bo, _ = someone(shop)
    visitor.sign_in(bo.contact)
    bought(shop, visitor, bo)
    assert pending(shop, kim.id) == Money(0)


def test_the_last_valid_link_counts_and_unknown_codes_change_nothing(shop: Shop) -> None:
    first, _, one = promoter(shop)
    last, _, other = promoter(shop)
    bo, friend = someone(shop)
    for code in (one, other):
        friend.client.get(f"/?p={code}")
    kept = came_by(friend.client)
    for odd in ("ZZZZZZZZ", "' OR 1=1", "", "x" * 5000):
        answer = friend.client.get("/", query_string={"p": odd})
        assert answer.status_code == 200
        assert came_by(friend.client) == kept
    bought(shop, friend, bo)
    assert (pending(shop, first.id).micro, pending(shop, last.id).micro > 0) == (0, True)


def test_a_link_leads_to_no_other_host(shop: Shop) -> None:
    _, _, code = promoter(shop)
    answer = shop.visitor().client.get("//evil.example/", query_string={"p": code})
    assert not (answer.location or "").startswith(("//", "http://evil"))


def test_a_cookie_of_one_shop_is_nothing_in_another_nor_when_forged(shop: Shop) -> None:
    kim, _, code = promoter(shop)
    bo, friend = someone(shop)
    friend.client.get(f"/?p={code}")
    forged = came_by(friend.client)[:-3] + "abc"
    friend.client.set_cookie("came_by", forged, domain=friend.client.host)  # type: ignore[attr-defined]
    bought(shop, friend, bo)
    assert pending(shop, kim.id) == Money(0)


def test_who_joins_agrees_to_the_rules_first(shop: Shop) -> None:
    kim, visitor = someone(shop)
    answer = visitor.post(PAGE, seen_on=PAGE)
    assert answer.status_code == 422 or answer.status_code == 400
    assert "请先阅读并同意推广规则" in answer.text
    with use(shop.alliance.ada):
        assert queries.promoter(shop.alliance.ada, kim.id) is None


def test_a_shop_without_promoters_says_so_and_lets_nobody_join(shop: Shop) -> None:
    switch(shop, on=False)
    kim, visitor = someone(shop)
    assert PAGE not in visitor.get("/me").text
    assert "本店暂未开放推广" in visitor.get(PAGE).text
    answer = visitor.post(PAGE, seen_on="/me", agree="1")
    assert answer.status_code >= 400
    with use(shop.alliance.ada):
        assert queries.promoter(shop.alliance.ada, kim.id) is None


def test_odd_amounts_turn_nothing_into_balance(shop: Shop) -> None:
    kim, visitor, _ = promoter(shop)
    for amount in ("0", "-1", "1e400", "NaN", "0.001", "999999", "=1+1", "", "1.2345678"):
        answer = visitor.post(f"{PAGE}/balance", seen_on="/me", amount=amount, once="a")
        assert answer.status_code in (400, 409, 422), amount
    with use(shop.alliance.ada):
        assert wallet.balance(shop.alliance.ada, kim.id) == Money.of("200.00")


def test_a_guest_is_asked_who_he_is(shop: Shop) -> None:
    answer = shop.visitor().client.get(PAGE)
    assert answer.status_code in (302, 303)
    assert "/sign-in" in answer.location
