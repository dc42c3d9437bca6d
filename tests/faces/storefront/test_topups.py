"""A member at the top-up page: amounts chosen or typed, bad ones kept and named, the way back."""

from __future__ import annotations

from uuid import uuid4

import pytest
from flask import Flask

from kameng.domains.topups import queries
from kameng.domains.topups.rules import Payer, Policy
from kameng.domains.topups.service import set_policy
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tests.support import shop as shops
from tests.support.payments import Standin, standin
from tests.support.shop import Shop, Visitor
from tests.support.topups import told
from tests.support.worlds import Builder

__all__ = ["standin"]
PAGE = "/me/top-up"
pytestmark = pytest.mark.usefixtures("standin")


@pytest.fixture(scope="module")
def shop(app: Flask, builder: Builder) -> Shop:
    """One shop for all; each test has a member of its own."""
    builder.app = app
    return shops.furnish(builder.alliance())


@pytest.fixture
def kim(shop: Shop) -> Visitor:
    """A member of Ada's, signed in."""
    contact = f"kim{uuid4().hex[:8]}@example.com"
    shops.member(shop.alliance.ada, contact)
    visitor = shop.visitor()
    visitor.sign_in(contact)
    return visitor


def pay_in(kim: Visitor, **fields: str):  # type: ignore[no-untyped-def]
    return kim.post(PAGE, seen_on=PAGE, **fields)


def test_a_member_tops_up_and_follows_it_until_it_has_arrived(
    shop: Shop, kim: Visitor, standin: Standin
) -> None:
    assert 'href="/me/top-up"' in kim.get("/me").text
    answer = pay_in(kim, choice="50.00", amount="")
    assert answer.status_code == 303
    page = standin.session(answer.location)
    assert page["amount_total"] == 5000
    path = page["success_url"].split("localhost", 1)[1].split("/", 1)[1]
    back = kim.get(f"/{path}")
    assert "正在确认付款" in back.text
    status = f"/{path.split('?')[0]}/status"
    assert kim.get(status).get_json() == {"state": "waiting", "final": False}
    standin.pay(answer.location)
    told(answer.location)
    assert kim.get(status).get_json() == {"state": "paid", "final": True}
    assert "充值成功" in kim.get(f"/{path}").text
    assert "50" in kim.get("/me").text
    stranger = shop.visitor()
    assert stranger.get(f"/{path}").status_code == 303
    contact = f"lee{uuid4().hex[:8]}@example.com"
    shops.member(shop.alliance.ada, contact)
    stranger.sign_in(contact)
    assert stranger.get(f"/{path}").status_code == 404
    assert stranger.get(status).status_code == 404


def test_full_width_digits_are_read_and_what_is_typed_comes_before_what_is_chosen(
    kim: Visitor, standin: Standin
) -> None:
    answer = pay_in(kim, choice="50.00", amount="８８．５０")
    assert standin.session(answer.location)["amount_total"] == 8850


@pytest.mark.parametrize(
    "typed",
    ["-5", "0", "0.5", "1.005", "1.2345678", "NaN", "1e400", "9" * 30, "=1+1", "abc", "2001"],
)
def test_a_bad_amount_is_named_at_its_field_and_nothing_is_asked(
    shop: Shop, kim: Visitor, standin: Standin, typed: str
) -> None:
    answer = pay_in(kim, choice="50.00", amount=typed)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert f'value="{typed}"' in answer.text
    assert standin.ask("GET", "/v1/checkout/sessions")["data"] == []


def test_nothing_chosen_and_nothing_typed_is_no_amount(kim: Visitor) -> None:
    assert pay_in(kim).status_code == 422


def test_a_guest_is_asked_to_sign_in(shop: Shop) -> None:
    assert shop.visitor().get(PAGE).location == "/sign-in?next=%2Fme%2Ftop-up"


def test_a_provider_that_is_down_charges_nothing_and_says_so(
    kim: Visitor, standin: Standin
) -> None:
    standin.turn(broken=50)
    answer = pay_in(kim, choice="50.00")
    assert answer.location == PAGE
    assert "没有" in kim.get(PAGE).text or "未" in kim.get(PAGE).text


def test_a_shop_that_takes_no_top_ups_says_so(shop: Shop, kim: Visitor, standin: Standin) -> None:
    ada = shop.alliance.ada
    with use(ada):
        before = queries.policy(ada, Payer.MEMBER)
        shut = Policy(False, Money.of("1"), Money.of("2"), ())
        set_policy(ada, Payer.MEMBER, shut, actor=SYSTEM, now=clock.now())
        session.commit()
    try:
        assert 'href="/me/top-up"' not in kim.get("/me").text
        page = kim.get(PAGE).text
        assert "暂未开放" in page
        token = kim.token("/me")
        answer = kim.client.post(PAGE, data={"amount": "1", "csrf_token": token})
        assert answer.status_code == 422
        assert standin.ask("GET", "/v1/checkout/sessions")["data"] == []
    finally:
        with use(ada):
            set_policy(ada, Payer.MEMBER, before, actor=SYSTEM, now=clock.now())
            session.commit()
