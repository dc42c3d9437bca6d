"""What agent Ada does: opens a sub-site in one page and lands on it, live and in her colour."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from playwright.sync_api import expect

from tests.support.browser import Watched
from tests.support.running import Deployment

PASSWORD = "ada opens a shop"
LIVE_WITHIN_SECONDS = 1.0
TAKEN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Wish:
    """What Ada wants."""

    slug: str
    site_name: str
    login: str
    package: str
    colour: str = "#7c3aed"


def types_names_that_are_refused(ada: Watched, live: Deployment, seller: str) -> None:
    """The check answers while she types: reserved, taken by look, free."""
    page = ada.page
    page.goto(live.url(seller, "/open"))
    ada.look("open-a-site")
    said, box = page.locator("[data-name-said]"), page.locator("[data-name-box]")
    for name in ("admin", "alipay-shop", seller):
        page.locator("[name=slug]").fill(name)
        expect(box).to_have_class(re.compile(r"\bbad\b"))
        expect(said).to_have_text(TAKEN)


def opens(ada: Watched, live: Deployment, wish: Wish) -> float:
    """Fills in the page and sends it; returns the seconds until her own site was on screen."""
    page = ada.page
    page.locator(".package", has_text=wish.package).click()
    page.locator("[name=slug]").fill(wish.slug)
    expect(page.locator("[data-name-box]")).not_to_have_class(re.compile(r"\bbad\b"))
    page.locator("[name=site_name]").fill(wish.site_name)
    page.locator(f".swatch[data-color='{wish.colour}']").click()
    page.locator("[name=login]").fill(wish.login)
    page.locator("[name=email]").fill(f"{wish.login}@example.com")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=consent]").check()
    ada.look("open-a-site-filled")
    began = time.monotonic()
    page.locator("form[data-open] [type=submit]").click()
    page.wait_for_url(re.compile(rf"//{wish.slug}\."), wait_until="domcontentloaded")
    took = time.monotonic() - began
    ada.look("own-site")
    return took
