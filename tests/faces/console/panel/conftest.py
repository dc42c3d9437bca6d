"""Ada's editor in a real browser, with a page that holds every kind of field."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, FrameLocator, Locator, Page

from kameng.domains.design.drafts import queries as drafts
from tenants.context import use
from tests.support import desk, editing, routed
from tests.support import shop as shops
from tests.support.browser import chromium
from tests.support.shop import Shop
from tests.support.worlds import Builder
from themes import engine

MORE = ("rich_text", "countdown", "carousel", "flash_sale")
Section = dict[str, Any]
PATIENCE = 20.0


@dataclass
class Hand:
    """Somebody at the editor: picks a module and sees what is kept of it."""

    page: Page
    shop: Shop

    def pick(self, section: str) -> Locator:
        """The settings of a module."""
        self.page.locator(f'.e-row[data-id="{section}"] .e-pick').click()
        return self.page.locator(".p-panel")

    def nothing(self) -> Locator:
        """The settings of the page and the site."""
        self.settled()
        self.page.reload(wait_until="commit")
        self.page.locator(".p-panel .p-contrast").wait_for()
        return self.page.locator(".p-panel")

    def draft(self) -> dict[str, Any]:
        ada = self.shop.alliance.ada
        with use(ada):
            found = drafts.one(ada)
        assert found
        assert found.arrangement
        return found.arrangement

    def saved(self, key: str) -> Section:
        """One section of the front page, once everything is saved."""
        self.settled()
        return self.kept(key)

    def kept(self, key: str) -> Section:
        """The same as it is stored just now."""
        home: list[Section] = self.draft()["templates"]["home"]["sections"]
        return next(one for one in home if one["id"] == key)

    def changed(self, key: str, name: str, before: object) -> object:
        """A setting of a section, once it is kept as something else: an upload takes its time."""
        until = time.monotonic() + PATIENCE
        while self.kept(key)["settings"][name] == before and time.monotonic() < until:
            self.page.wait_for_timeout(100)
        return self.kept(key)["settings"][name]

    def settled(self, state: str = "saved") -> None:
        """Until the draft was sent and answered."""
        self.page.locator(f'.e-state[data-state="{state}"]').wait_for(state="attached")

    @property
    def preview(self) -> FrameLocator:
        return self.page.frame_locator(".e-frame")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def shop(app: Flask, builder: Builder) -> Shop:
    builder.app = app
    return shops.furnish(builder.alliance())


@pytest.fixture(scope="module")
def hand(browser: Browser, shop: Shop) -> Iterator[Hand]:
    """One tab for all tests of a module: to open it takes longest."""
    agent = desk.at(shop.alliance, shop.alliance.ada, "agent")
    first = editing.opened(agent)
    assert first.save(_with_more(first.document)).status_code == 200
    settings = shop.alliance.settings
    with routed.tab(browser, shop.alliance, agent.client, width=1280) as page:
        address = settings.address(settings.host("console"), agent.path("design/editor"))
        page.goto(address, wait_until="commit", timeout=60_000)
        page.locator(".p-panel .p-contrast").wait_for(timeout=60_000)
        made = Hand(page, shop)
        made.preview.locator("#s-hero").wait_for(timeout=60_000)
        yield made


def _with_more(document: dict[str, Any]) -> dict[str, Any]:
    library = engine.library(document["theme"], document["version"])
    for kind in MORE:
        fresh = {key: library[kind]["fresh"][key] for key in ("settings", "blocks")}
        made = {"id": kind, "type": kind, "v": library[kind]["v"], "hide": [], **fresh}
        document["templates"]["home"]["sections"].append(made)
    return document
