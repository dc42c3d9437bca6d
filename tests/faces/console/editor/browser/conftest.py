"""One shop whose editor is looked at in a browser, for all of these tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser

from kameng.config import Settings
from kameng.domains.design import queries as designs
from kameng.domains.design import service as design
from kameng.domains.design.drafts import queries as drafts
from kameng.domains.design.drafts import service
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from tenants.context import use
from tenants.database import session
from tests.support import decorating, desk
from tests.support import shop as shops
from tests.support.browser import chromium
from tests.support.decorating import NARROW, WIDE, Editor
from tests.support.desk import Desk
from tests.support.shop import Shop
from tests.support.worlds import Builder


@dataclass
class World:
    """A shop, its agent, and the application on a port."""

    shop: Shop
    ada: Desk
    port: int
    browser: Browser
    first: UUID
    """What was live before any test published."""

    def draft(self) -> dict[str, Any]:
        """What the draft holds; without one, what is live."""
        site = self.shop.alliance.ada
        with use(site):
            found = drafts.one(site)
            return (found and found.arrangement) or designs.live(site)

    def sections(self, key: str = "home") -> list[dict[str, Any]]:
        """The modules of a page as the draft holds them."""
        sections: list[dict[str, Any]] = self.draft()["templates"][key]["sections"]
        return sections

    def saved(self) -> list[str]:
        """The front page's modules by their ids."""
        return [one["id"] for one in self.sections()]

    def begins_anew(self) -> None:
        """What is drafted is thrown away."""
        site = self.shop.alliance.ada
        with use(site):
            found = drafts.one(site)
            if found and found.arrangement:
                service.discard(site, step=found.step, actor=SYSTEM, now=clock.now())
                session.commit()

    def is_as_it_began(self) -> None:
        """No draft, and live what was live at first."""
        self.begins_anew()
        with use(self.shop.alliance.ada) as site:
            expected = design.hold(site)
            if expected != self.first:
                now = clock.now()
                design.publish_revision(site, self.first, expected=expected, actor=SYSTEM, now=now)
                session.commit()

    def somebody_else_saves(self) -> None:
        """Another person keeps a draft of the same shop."""
        site = self.shop.alliance.ada
        with use(site):
            found = drafts.one(site)
            made = {key: v for key, v in designs.live(site).items() if key != "digest"}
            step = found.step if found else 0
            service.keep(site, made, step=step, editor="other", author="小林", now=clock.now())
            session.commit()


@pytest.fixture(scope="package")
def world(app: Flask, settings: Settings, builder: Builder) -> Iterator[World]:
    builder.app = app
    shop = shops.furnish(builder.alliance())
    ada = desk.at(shop.alliance, shop.alliance.ada, "agent")
    with use(shop.alliance.ada) as site:
        first = designs.live_revision(site)
    assert first
    with decorating.served(app, settings) as port, chromium() as browser:
        yield World(shop, ada, port, browser, first.id)


@pytest.fixture(scope="module", autouse=True)
def as_it_began(world: World) -> None:
    """No file of tests finds what another left."""
    world.is_as_it_began()


@pytest.fixture
def wide(world: World) -> Iterator[Editor]:
    """The editor on a computer; whatever the browser complains of fails the test."""
    with decorating.at_editor(world.browser, world.ada, world.port, WIDE) as editor:
        editor.open()
        yield editor
        assert editor.said == []


@pytest.fixture
def phone(world: World) -> Iterator[Editor]:
    """The editor on a phone of 390 px, with a finger."""
    more: dict[str, Any] = {"has_touch": True, "is_mobile": True}
    with decorating.at_editor(world.browser, world.ada, world.port, NARROW, **more) as editor:
        editor.open()
        yield editor
        assert editor.said == []
