"""What shopper Kim does: finds, buys, pays, reads the secret, finds the order again."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from playwright.sync_api import expect

from tests.support.browser import Watched
from tests.support.running import Deployment

QUERY_PASSWORD = "kim-query-2026"
PASSWORD = "kim likes long passwords"
NUMBER = re.compile(r"/orders/([0-9A-HJKMNP-TV-Z-]{19})")
PATIENCE_MS = 15_000


@dataclass(frozen=True)
class Bought:
    """What Kim has in hand afterwards."""

    number: str
    secrets: list[str]
    seconds: float


def finds(kim: Watched, live: Deployment, slug: str, product: str) -> None:
    """From the front page through the search to the product."""
    page = kim.page
    page.goto(live.url(slug))
    kim.look_once("home")
    page.get_by_role("searchbox").fill(product)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    kim.look_once("search")
    page.get_by_role("link", name=product).first.click()
    page.wait_for_url("**/p/**")
    expect(page.get_by_role("heading", level=1)).to_have_text(product)
    kim.look_once("product")


def orders(kim: Watched, *, contact: str, pay: str = "stripe", quantity: int = 1) -> None:
    """Fills in the purchase form and sends it: the second step of three."""
    form = kim.page.locator("form#buy")
    form.locator("[name=quantity]").fill(str(quantity))
    form.locator("[name=contact]").fill(contact)
    form.locator("[name=query_password]").fill(QUERY_PASSWORD)
    if form.locator("[name=adult]").count():
        form.locator("[name=adult]").check()
    form.locator(f"[name=pay][value={pay}]").check(force=True)
    form.locator("[type=submit]:not([formaction]):visible").click()


def goes_to_pay(kim: Watched, live: Deployment, slug: str, number: str, password: str) -> None:
    """Finds an order that waits, and asks for the provider's page."""
    queries(kim, live, slug, number, password)
    kim.page.locator("a[href*='/cashier/']").first.click()
    kim.look("cashier-of-two-lines")
    kim.page.locator("form[action$='/payment'] [type=submit]").click()


def pays_at_stripe(kim: Watched, live: Deployment) -> Bought:
    """The third step: pays on the provider's page; the secret shows within two seconds."""
    kim.page.wait_for_url(f"{live.standin}/**")
    kim.page.get_by_role("button", name="模拟支付成功").click()
    paid_at = time.monotonic()
    return reads_the_secret(kim, since=paid_at)


def reads_the_secret(kim: Watched, *, since: float) -> Bought:
    """Waits on the order page until the secret is there."""
    kim.page.wait_for_url(NUMBER)
    secrets = kim.page.locator("[data-secret]")
    expect(secrets.first).to_be_visible(timeout=PATIENCE_MS)
    took = time.monotonic() - since
    found = NUMBER.search(kim.page.url)
    assert found
    kim.look("order")
    return Bought(found.group(1), secrets.all_inner_texts(), took)


def queries(kim: Watched, live: Deployment, slug: str, number: str, password: str) -> None:
    """Types number and password on the order-query page."""
    kim.page.goto(live.url(slug, "/orders"))
    kim.page.locator("[name=number]").fill(number)
    kim.page.locator("[name=query_password]").fill(password)
    kim.page.locator("form:has([name=query_password]) [type=submit]").click()
    kim.page.wait_for_load_state("load")


def signs_up(kim: Watched, live: Deployment, slug: str, login: str) -> None:
    """Opens an account on the shop."""
    kim.page.goto(live.url(slug, "/sign-up"))
    kim.look("sign-up")
    kim.page.locator("[name=login]").fill(login)
    kim.page.locator("main [name=password]").fill(PASSWORD)
    kim.page.locator("[name=consent]").check()
    kim.page.locator("main form [type=submit]").click()
    kim.page.wait_for_url("**/me")
    kim.look("member-centre")


def buys_from_balance(kim: Watched, *, contact: str) -> Bought:
    """Signed in: one form, and the secret is on the page it leads to."""
    began = time.monotonic()
    orders(kim, contact=contact, pay="wallet")
    return reads_the_secret(kim, since=began)
