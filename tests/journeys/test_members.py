"""A member's life in the browser: forgotten password, a refused order, frozen by staff, a shop
that is closed for a while."""

from __future__ import annotations

import re
import time
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys import operator, shopper
from tests.journeys.conftest import MASTER, OPERATOR_LOGIN, OPERATOR_PASSWORD
from tests.support.browser import Watched, person
from tests.support.founding import GAME, MUSIC
from tests.support.running import Deployment

pytestmark = [pytest.mark.journey, pytest.mark.slow]

NEW_PASSWORD = "kim chose a new one"
LINK = re.compile(r"https?://\S+token=\S+")


def signs_in(kim: Watched, live: Deployment, login: str, password: str) -> None:
    page = kim.page
    page.goto(live.url(MASTER, "/sign-in"))
    page.locator("[name=login]").fill(login)
    page.locator("main [name=password]").fill(password)
    page.locator("main form [type=submit]").click()
    page.wait_for_load_state("load")


def link_in_the_mail(home: Path, login: str) -> str:
    """The link in the newest mail to `login`, as soon as the worker has written it."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for place in sorted((home / "mail").glob("*"), reverse=True):
            mail = message_from_bytes(place.read_bytes(), policy=policy.default)
            body = mail.get_body(("plain",))
            found = LINK.search(body.get_content()) if body and login in str(mail["To"]) else None
            if found:
                return found.group(0)
        time.sleep(0.2)
    raise AssertionError(f"no mail to {login}")


def test_a_member_forgets_the_password_and_is_frozen_and_let_back(
    chromium: Browser, live: Deployment
) -> None:
    login = "lin@example.com"
    with person(chromium, "lin", "phone") as lin, person(chromium, "staff", "desktop") as staff:
        shopper.signs_up(lin, live, MASTER, login)
        lin.page.locator("form[action='/sign-out'] [type=submit]").click()
        lin.page.wait_for_load_state("load")

        lin.page.goto(live.url(MASTER, "/password/reset"))
        lin.look("forgotten")
        lin.page.locator("[name=login]").fill(login)
        lin.page.locator("main form [type=submit]").click()
        expect(lin.page.get_by_role("status").first).to_be_visible()
        lin.page.goto(link_in_the_mail(live.settings.home, login))
        lin.look("new-password")
        lin.page.locator("main [name=password]").fill(NEW_PASSWORD)
        lin.page.locator("main form [type=submit]").click()
        lin.page.wait_for_url("**/sign-in")
        with lin.expecting(403, 422):
            signs_in(lin, live, login, shopper.PASSWORD)
            lin.look("sign-in-refused")
        signs_in(lin, live, login, NEW_PASSWORD)
        expect(lin.page).to_have_url(re.compile(r"/me$"))

        operator.signs_in(staff, live, OPERATOR_LOGIN, OPERATOR_PASSWORD)
        operator.freezes(staff, live, MASTER, login)
        lin.page.reload()
        expect(lin.page).to_have_url(re.compile(r"/sign-in"))


def test_a_refused_order_keeps_what_was_typed_and_a_game_asks_for_an_adult(
    chromium: Browser, live: Deployment
) -> None:
    with person(chromium, "max", "desktop") as max_:
        page = max_.page
        shopper.finds(max_, live, MASTER, GAME)
        expect(page.locator("[name=adult]")).to_have_count(1)
        shopper.finds(max_, live, MASTER, MUSIC)
        with max_.expecting(409, 422):
            shopper.orders(max_, contact="max@example.com", quantity=11)
            expect(page.get_by_role("alert").first).to_be_visible()
        max_.look("order-refused")
        expect(page.locator("[name=contact]")).to_have_value("max@example.com")

        page.goto(live.url(MASTER, "/?lang=en"))
        max_.look("home-english")
        page.goto(live.url(MASTER, "/c"))
        max_.look("all-goods-english")
        with max_.expecting(404):
            page.goto(live.url(MASTER, "/p/nothing"))
            max_.look("not-found")


def test_a_payment_given_up_can_be_taken_up_again(chromium: Browser, live: Deployment) -> None:
    with person(chromium, "eva", "phone") as eva:
        shopper.finds(eva, live, MASTER, MUSIC)
        shopper.orders(eva, contact="eva@example.com")
        eva.page.wait_for_url(f"{live.standin}/**")
        eva.page.get_by_role("button", name="取消并返回商店").click()
        eva.page.wait_for_url("**/cashier/**")
        eva.look("cashier")
        eva.page.locator("main form[action$='/payment'] [type=submit]").click()
        bought = shopper.pays_at_stripe(eva, live)
        assert len(bought.secrets) == 1
        eva.page.goto(live.url(MASTER, "/orders"))
        eva.look("last-orders")
        expect(eva.page.get_by_text(bought.number)).to_be_visible()
