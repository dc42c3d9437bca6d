"""Every cookie any face ever sets stays on the host that set it: no Domain, for no neighbour."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from kameng.faces.frame import i18n
from kameng.faces.storefront import recent
from tests.support import accounts, desk, shop
from tests.support.shop import Visitor
from tests.support.worlds import Alliance, Builder, HostClient

COOKIE = re.compile(r"^[\w-]+=")


class Listening(HostClient):
    """A browser that keeps every Set-Cookie line it was ever sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.heard: list[str] = []

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        answer = super().open(*args, **kwargs)
        self.heard += answer.headers.getlist("Set-Cookie")
        return answer


@pytest.fixture(scope="module")
def family(app: Flask, builder: Builder) -> Alliance:
    builder.app = app
    made = builder.alliance()
    shop.decorate(made.hub)
    return made


def listener(family: Alliance, host: str) -> Listening:
    return Listening(family.app, family.app.response_class, host=host)


def stay_home(lines: list[str], *, names: set[str]) -> None:
    """All of them were heard, and none leaves its host or its site."""
    assert {line.partition("=")[0] for line in lines} >= names
    for line in lines:
        attributes = {part.strip().partition("=")[0].lower() for part in line.split(";")[1:]}
        assert COOKIE.match(line)
        assert "domain" not in attributes, line
        assert {"path", "samesite"} <= attributes, line
        assert "SameSite=None" not in line


def test_the_cookies_of_a_shop_stay_on_its_host(family: Alliance) -> None:
    made = shop.furnish(family)
    shop.member(family.ada, contact="kim@cookies.example", balance="50.00")
    client = listener(family, family.settings.host(family.ada.slug))
    visitor = Visitor(client)
    client.get("/?lang=en")
    visitor.sign_in("kim@cookies.example")
    bought = visitor.buy(made.sku, pay="wallet", contact="kim@cookies.example")
    assert bought.status_code == 303
    for rule in family.app.url_map.iter_rules():
        if rule.endpoint.startswith(("storefront.", "signup.")) and not rule.arguments - {
            "site_host"
        }:
            client.get(rule.rule)
    stay_home(client.heard, names={"kameng", i18n.COOKIE, recent.COOKIE})


def test_the_cookies_of_the_console_stay_there(family: Alliance) -> None:
    person = accounts.staff(family.hub, role="operator")
    client = listener(family, family.settings.host("console"))
    client.get("/sign-in?lang=en")
    assert desk.sign_in(client, person.login).status_code == 303
    for rule in family.app.url_map.iter_rules():
        if rule.endpoint.startswith("console.") and not rule.arguments:
            client.get(rule.rule)
    client.get(f"/s/{family.hub.slug}")
    stay_home(client.heard, names={"kameng", i18n.COOKIE})
    assert not any(line.startswith(recent.COOKIE) for line in client.heard)


def test_a_cookie_of_one_host_says_nothing_on_another(family: Alliance) -> None:
    """Even carried over by hand, a member's session is nobody's in another shop or the console."""
    shop.decorate(family.bo)
    shop.member(family.hub, contact="moving@cookies.example")
    here = listener(family, family.settings.host(family.hub.slug))
    assert Visitor(here).sign_in("moving@cookies.example").status_code == 303
    assert here.get("/me").status_code == 200
    carried = "; ".join(line.partition(";")[0] for line in here.heard)
    for host in (family.settings.host(family.bo.slug), family.settings.host("console")):
        page = "/me" if "console" not in host else f"/s/{family.hub.slug}"
        answer = listener(family, host).get(page, headers={"Cookie": carried})
        assert answer.status_code == 303
        assert "/sign-in" in answer.headers["Location"]
