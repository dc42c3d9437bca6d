"""Two web processes on two ports, two relays and two workers behind one proxy: it does not matter
who answers, and one of each may die."""

from __future__ import annotations

import email
import email.policy
import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine

from kameng.config import Settings
from tests.support import fleet, leftovers, shop
from tests.support.fleet import Browser, Fleet
from tests.support.shop import MEMBER_PASSWORD, QUERY_PASSWORD, Shop
from tests.support.worlds import Builder

MEMBER = "kim-of-two-ports@example.com"
GUEST = "guest-of-two-ports@example.com"
PATIENCE = 30.0
"""What a killed relay had claimed waits for the end of its lease."""


@pytest.fixture(scope="module")
def running(
    tools: Settings, owner: Engine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Fleet]:
    """One fleet for the whole module; what other tests left waiting is not its business."""
    leftovers.put_away(owner)
    with fleet.running_on(tools, tmp_path_factory.mktemp("fleet")) as made:
        yield made


@pytest.fixture(scope="module")
def market(builder: Builder, running: Fleet) -> Shop:
    """A shop with goods and a member with money."""
    made = shop.furnish(builder.alliance())
    shop.member(made.alliance.ada, contact=MEMBER, balance="100.00")
    return made


def fields(market: Shop, contact: str, pay: str) -> dict[str, str]:
    """The purchase form, filled in."""
    return {
        "sku": str(market.sku.sku_id),
        "quantity": "1",
        "contact": contact,
        "query_password": QUERY_PASSWORD,
        "pay": pay,
    }


def product(market: Shop) -> str:
    return f"/p/{market.sku.product_id}?sku={market.sku.sku_id}"


def until(true: Callable[[], bool], what: str) -> None:
    """Wait for what other processes do."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def buys(guest: Browser, running: Fleet, market: Shop) -> str:
    """A guest orders and pays at the provider; the number of the order."""
    form = fields(market, GUEST, "stripe")
    page = guest.post("/orders", seen_on=product(market), **form).headers["Location"]
    running.standin.pay(page)
    return str(running.standin.session(page)["success_url"]).rpartition("/")[2].partition("?")[0]


def has_the_secret(guest: Browser, number: str) -> bool:
    answer = guest.get(f"/orders/{number}")
    assert answer.status_code == 200, answer.text
    return "----pw" in answer.text


def letters(settings: Settings, number: str) -> int:
    """Mails that name the order."""
    found = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in (settings.home / "mail").glob("*.eml")
    ]
    return sum(number in str(letter.get_content()) for letter in found)


def test_who_signed_in_at_one_web_buys_at_the_other(running: Fleet, market: Shop) -> None:
    kim = running.browser(market.alliance.ada.slug)
    answer = kim.post("/sign-in", seen_on="/sign-in", web=0, login=MEMBER, password=MEMBER_PASSWORD)
    assert answer.status_code == 303, answer.text
    form = fields(market, MEMBER, "wallet")
    bought = kim.post("/orders", seen_on=product(market), web=1, **form)
    assert bought.status_code == 303, bought.text
    for web in (0, 1):
        assert "----pw" in kim.get(bought.headers["Location"], web=web).text


def test_guesses_at_either_web_are_counted_together(running: Fleet, market: Shop) -> None:
    guest = running.browser(market.alliance.ada.slug)
    number = buys(guest, running, market)
    stranger = running.browser(market.alliance.ada.slug)
    statuses = [
        stranger.post(
            "/orders/query", seen_on="/orders", web=n % 2, number=number, query_password=f"no {n}"
        ).status_code
        for n in range(6)
    ]
    assert statuses[-1] == 429
    assert 429 not in statuses[:4]


def test_a_purchase_goes_on_when_one_of_each_dies_in_the_middle(
    running: Fleet, market: Shop, tools: Settings
) -> None:
    """Killed between the order and its payment: web, relay and worker that are left finish it."""
    guest = running.browser(market.alliance.ada.slug)
    first = buys(guest, running, market)
    until(lambda: has_the_secret(guest, first), "delivered with everything running")
    form = fields(market, GUEST, "stripe")
    page = guest.post("/orders", seen_on=product(market), **form).headers["Location"]
    for name in ("web0", "relay0", "worker0"):
        running.kill(name)
    running.standin.pay(page)
    number = str(running.standin.session(page)["success_url"]).rpartition("/")[2].partition("?")[0]
    until(lambda: has_the_secret(guest, number), "delivered by those that are left")
    for _ in range(6):
        assert guest.get("/").status_code == 200
    until(lambda: letters(tools, number) == 1, "the letter was sent by the worker that is left")
    assert letters(tools, number) == 1
    assert running.deployment.tracebacks() == []
