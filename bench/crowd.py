"""Many shoppers at once: closed loops for how many a second, open ones for how soon."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from bench.deployed import Browser, Deployed, secret_of
from kameng.domains.catalog.facts import SkuFacts
from tests.support import shop

Act = Callable[[int], None]


@dataclass
class Counted:
    """What a loop did, and how long it took."""

    done: int
    seconds: float

    @property
    def per_second(self) -> float:
        return self.done / self.seconds


def closed(people: int, seconds: float, act: Act) -> Counted:
    """Everybody acts again and again, as fast as they are answered."""
    counts = [0] * people
    end = time.perf_counter() + seconds

    def live(number: int) -> None:
        while time.perf_counter() < end:
            act(number)
            counts[number] += 1

    begun = time.perf_counter()
    _all(people, live)
    return Counted(sum(counts), time.perf_counter() - begun)


def shared_out(people: int, total: int, act: Act) -> Counted:
    """So many acts, done by whoever is free."""
    numbers, lock = iter(range(total)), threading.Lock()

    def live(number: int) -> None:
        while True:
            with lock:
                if next(numbers, None) is None:
                    return
            act(number)

    begun = time.perf_counter()
    _all(people, live)
    return Counted(total, time.perf_counter() - begun)


def opened(people: int, rate: float, total: int, act: Callable[[int, int], None]) -> Counted:
    """Acts at fixed moments, whether or not the one before is answered."""
    begun = time.perf_counter() + 0.2

    def live(person: int) -> None:
        for number in range(person, total, people):
            time.sleep(max(0.0, begun + number / rate - time.perf_counter()))
            act(person, number)

    _all(people, live)
    return Counted(total, time.perf_counter() - begun)


def _all(people: int, live: Act) -> None:
    failures: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            live(number)
        except Exception as failure:  # noqa: BLE001 - told when all have ended
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def login(number: int) -> str:
    """The name a member of the crowd signs in with."""
    return f"kim{number}@example.com"


def members(running: Deployed, people: int) -> None:
    """The crowd signs up and fills its wallets."""
    for number in range(people):
        shop.member(running.alliance.ada, login(number), "1000000")


class Shoppers:
    """Members of the crowd, signed in, each with a connection and a form of one product."""

    def __init__(self, running: Deployed, sku: SkuFacts, people: int) -> None:
        self.sku_id: UUID = sku.sku_id
        self.people = [_at_the_form(running, sku, number) for number in range(people)]
        self.asked = [0] * people
        self.secrets: list[str] = []

    def buy_from_balance(self, number: int) -> None:
        """One POST, the secret in the answer."""
        browser = self._from_elsewhere(number)
        status, raw, _ = browser.buy(self.sku_id, "wallet")
        if status != 200:
            raise AssertionError(f"not bought: {status} {raw[:200]!r}")
        self.secrets.append(secret_of(raw))

    def place(self, number: int) -> str:
        """One POST; the address of the payment page."""
        browser = self._from_elsewhere(number)
        status, raw, page = browser.buy(self.sku_id, "stripe")
        if status != 303 or "/pay/" not in page:
            raise AssertionError(f"not placed: {status} {page} {raw[:200]!r}")
        return page

    def _from_elsewhere(self, number: int) -> Browser:
        """The shop slows down one address that buys without pause; a crowd has many."""
        self.asked[number] += 1
        count, browser = self.asked[number], self.people[number]
        browser.headers["X-Forwarded-For"] = f"10.{count >> 8 & 255}.{count & 255}.{number + 1}"
        return browser


def _at_the_form(running: Deployed, sku: SkuFacts, number: int) -> Browser:
    browser = Browser(running, running.alliance.ada, f"10.0.0.{number + 1}")
    browser.sign_in(login(number))
    browser.look(f"/p/{sku.product_id}?sku={sku.sku_id}")
    return browser


class Payer:
    """Presses the button on payment pages."""

    def __init__(self, running: Deployed) -> None:
        self.place = running.standin.removeprefix("http://")
        self.link = http.client.HTTPConnection(self.place, timeout=60)

    def pay(self, page: str) -> None:
        """Pay as a shopper would, without drawing the page."""
        self.link.request("POST", f"/_control/pay/{page.rpartition('/')[2]}")
        answer = self.link.getresponse()
        raw = answer.read()
        if answer.status != 200:
            raise AssertionError(f"not paid: {answer.status} {raw[:200]!r}")
