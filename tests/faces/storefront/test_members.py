"""Becoming a member, coming back, forgetting the password."""

from __future__ import annotations

import pytest

from tests.support import shop as shops
from tests.support.shop import MEMBER_PASSWORD, Shop, Visitor


def sign_up(visitor: Visitor, **changes: str) -> int:
    fields = {
        "login": "new@example.com",
        "password": MEMBER_PASSWORD,
        "consent": "1",
        "next": "/me",
        **changes,
    }
    return visitor.post("/sign-up", seen_on="/sign-up", **fields).status_code


@pytest.mark.parametrize("login", ["new@example.com", "13800138000"])
def test_a_shopper_signs_up_with_mail_or_phone_and_is_signed_in(shop: Shop, login: str) -> None:
    visitor = shop.visitor()
    assert sign_up(visitor, login=login) == 303
    assert visitor.get("/me").status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"login": ""},
        {"login": "neither"},
        {"password": "short"},
        {"consent": ""},
    ],
)
def test_a_bad_sign_up_is_refused_and_makes_no_account(shop: Shop, changes: dict[str, str]) -> None:
    visitor = shop.visitor()
    assert sign_up(visitor, **changes) == 422
    assert visitor.get("/me").status_code == 303


def test_a_contact_is_taken_once_per_site_and_free_on_the_next(shop: Shop) -> None:
    assert sign_up(shop.visitor()) == 303
    assert sign_up(shop.visitor()) in (409, 422)
    assert sign_up(shop.visitor(shop.alliance.bo)) == 303


def test_unknown_and_wrong_get_the_same_answer(shop: Shop) -> None:
    shops.member(shop.alliance.ada)
    pairs = (("kim@example.com", "not the password"), ("nobody@example.com", MEMBER_PASSWORD))
    answers = [shop.visitor().sign_in(*pair) for pair in pairs]
    assert {one.status_code for one in answers} <= {403, 422}
    assert answers[0].status_code == answers[1].status_code


def test_a_member_of_one_site_is_a_stranger_on_another(shop: Shop) -> None:
    shops.member(shop.alliance.ada)
    assert shop.visitor(shop.alliance.hub).sign_in("kim@example.com").status_code in (403, 422)


def test_a_session_of_one_site_is_worth_nothing_on_another(shop: Shop) -> None:
    shops.member(shop.alliance.ada)
    visitor = shop.visitor()
    visitor.sign_in("kim@example.com")
    settings = shop.alliance.settings
    cookie = visitor.client.get_cookie("kameng", domain=settings.host(shop.alliance.ada.slug))
    assert cookie is not None
    elsewhere = shop.visitor(shop.alliance.bo)
    elsewhere.client.set_cookie("kameng", cookie.value, domain=settings.host(shop.alliance.bo.slug))
    assert elsewhere.get("/me").status_code == 303


def test_the_member_centre_asks_guests_to_sign_in_and_brings_them_back(shop: Shop) -> None:
    shops.member(shop.alliance.ada)
    visitor = shop.visitor()
    asked = visitor.get("/me/orders")
    assert asked.status_code == 303
    assert asked.location == "/sign-in?next=%2Fme%2Forders"
    fields = {"login": "kim@example.com", "password": MEMBER_PASSWORD, "next": "/me/orders"}
    answer = visitor.post("/sign-in", seen_on=asked.location, **fields)
    assert answer.location == "/me/orders"


@pytest.mark.parametrize("wish", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_signing_in_never_leads_to_another_host(shop: Shop, wish: str) -> None:
    shops.member(shop.alliance.ada)
    fields = {"login": "kim@example.com", "password": MEMBER_PASSWORD, "next": wish}
    answer = shop.visitor().post("/sign-in", seen_on="/sign-in", **fields)
    assert answer.location == "/me"


def test_signing_out_ends_the_session(shop: Shop) -> None:
    shops.member(shop.alliance.ada)
    visitor = shop.visitor()
    visitor.sign_in("kim@example.com")
    assert visitor.get("/me").status_code == 200
    assert visitor.post("/sign-out", seen_on="/me").status_code == 303
    assert visitor.get("/me").status_code == 303


def test_asking_for_a_reset_says_the_same_to_everybody(shop: Shop) -> None:
    shops.member(shop.alliance.ada)
    answers = [
        shop.visitor().post("/password/reset", seen_on="/password/reset", login=login)
        for login in ("kim@example.com", "nobody@example.com")
    ]
    assert [one.status_code for one in answers] == [200, 200]
    assert answers[0].text == answers[1].text


def test_a_token_from_nowhere_resets_nothing(shop: Shop) -> None:
    shops.member(shop.alliance.ada)
    page = "/password/reset?token=made-up"
    answer = shop.visitor().post(
        "/password", seen_on=page, token="made-up", password="another long password"
    )
    assert answer.status_code in (403, 404, 422)
    assert shop.visitor().sign_in("kim@example.com").status_code == 303


def test_a_password_typed_is_never_written_back(shop: Shop) -> None:
    answer = shop.visitor().sign_in("nobody@example.com", "my-secret-password")
    assert "my-secret-password" not in answer.text
