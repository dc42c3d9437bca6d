"""Money onto a balance in the browser: chosen, paid at the provider, spent, and what is left given
back by staff; the page is followed until it says so."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys import operator, shopper
from tests.journeys.conftest import MASTER, OPERATOR_LOGIN, OPERATOR_PASSWORD
from tests.support.browser import person
from tests.support.founding import MUSIC
from tests.support.running import Deployment

pytestmark = [pytest.mark.journey, pytest.mark.slow]
PATIENCE_MS = 15_000


def test_a_member_tops_up_buys_from_it_and_gets_the_rest_back(
    chromium: Browser, live: Deployment
) -> None:
    with person(chromium, "ines", "phone") as ines, person(chromium, "till", "desktop") as till:
        page = ines.page
        shopper.signs_up(ines, live, MASTER, "ines@example.com")
        page.locator("a[href='/me/top-up']").click()
        ines.look("top-up")
        with ines.expecting(422):
            page.locator("[name=amount]").fill("1e400")
            page.locator("main form [type=submit]").click()
            expect(page.locator("[name=amount]")).to_have_attribute("aria-invalid", "true")
        ines.look("top-up-refused")
        page.locator("[name=amount]").fill("８０")
        page.locator("main form [type=submit]").click()
        page.wait_for_url(f"{live.standin}/**")
        page.get_by_role("button", name="模拟支付成功").click()
        page.wait_for_url(re.compile(r"/me/top-up/[0-9a-f-]+\?paid=1"))
        expect(page.get_by_role("heading", name="充值成功")).to_be_visible(timeout=PATIENCE_MS)
        ines.look("topped-up")
        shopper.finds(ines, live, MASTER, MUSIC)
        shopper.buys_from_balance(ines, contact="ines@example.com")

        operator.signs_in(till, live, OPERATOR_LOGIN, OPERATOR_PASSWORD)
        desk = till.page
        desk.goto(live.url("console", f"/s/{MASTER}/top-ups"))
        till.look("top-ups")
        desk.locator("td.main a").first.click()
        till.look("one-top-up")
        left = desk.locator("[name=amount]").input_value()
        assert 0 < float(left) < 80
        desk.locator("[name=reason]").fill("不再需要")
        operator.sends(till, desk.locator("form:has([name=reason])"))
        expect(desk.get_by_text("正在原路退回")).to_be_visible(timeout=PATIENCE_MS)
        till.look("given-back")
        page.goto(live.url(MASTER, "/me"))
        expect(page.locator(".me-bal")).to_contain_text("0.00")
