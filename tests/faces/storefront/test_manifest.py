"""A shop put on a phone's home screen has its own name, colours and icon, and never yesterday's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from kameng.config import Settings
from kameng.domains.design import queries as design
from kameng.domains.design import service as designing
from kameng.domains.design.media import service
from kameng.domains.design.media.queries import MediaFacts
from kameng.kit import clock, pictures
from kameng.kit.audit import SYSTEM
from tenants.context import use
from tenants.database import session
from tests.support import decorating
from tests.support import shop as shops
from tests.support.browser import chromium
from tests.support.media import file_of, photo
from tests.support.shop import Shop
from tests.support.worlds import Builder
from themes import engine

LINK = re.compile(r'<link rel="manifest" href="([^"]+)">')


@pytest.fixture(scope="module")
def shop(app: Flask, builder: Builder) -> Shop:
    builder.app = app
    return shops.furnish(builder.alliance())


@pytest.fixture
def ada(shop: Shop) -> FlaskClient:
    changed(shop, favicon="")
    return shop.alliance.client(shop.alliance.ada)


def kept(shop: Shop, width: int, height: int) -> MediaFacts:
    """A picture Ada uploaded."""
    ready = pictures.ready(file_of(photo(width, height)))
    with use(shop.alliance.ada) as site:
        made = service.keep(site, ready, name="图标", actor=SYSTEM, now=clock.now())
        session.commit()
    return made


def linked(client: FlaskClient, path: str = "/") -> str:
    found = LINK.search(client.get(path).get_data(as_text=True))
    assert found, path
    return found[1]


def changed(shop: Shop, **site: str) -> None:
    """What the shop says of itself, live at once."""
    tenant = shop.alliance.ada
    with use(tenant):
        live, facts = design.live(tenant), design.live_revision(tenant)
        assert facts
        whole = {key: value for key, value in live.items() if key != "digest"}
        made = engine.normalise({**whole, "site": {**live["site"], **site}})
        now = clock.now()
        designing.replace(tenant, made, expected=facts.id, author="", now=now)
        session.commit()


def test_every_page_names_the_shop_as_an_app_and_it_is_kept_for_ever(ada: FlaskClient) -> None:
    where = linked(ada)
    assert where == linked(ada, "/c") == linked(ada, "/cart")
    answer = ada.get(where)
    told: dict[str, Any] = answer.get_json(force=True)
    assert answer.mimetype == "application/manifest+json"
    assert "immutable" in answer.headers["Cache-Control"]
    assert told["name"]
    assert re.fullmatch("#[0-9a-f]{6}", told["theme_color"])
    assert {one["sizes"] for one in told["icons"]} == {"180x180", "any"}
    for one in told["icons"]:
        assert ada.get(one["src"]).mimetype == one["type"]
    assert "manifest-src 'self'" in ada.get("/").headers["Content-Security-Policy"]


def test_a_change_of_name_colour_or_icon_has_another_address_at_once(
    shop: Shop, ada: FlaskClient
) -> None:
    before = linked(ada)
    changed(shop, name="换了名字的店")
    after = linked(ada)
    assert after != before
    assert ada.get(after).get_json(force=True)["name"] == "换了名字的店"
    late = ada.get(before)
    assert late.get_json(force=True)["name"] == "换了名字的店"
    assert late.headers["Cache-Control"] == "no-cache"
    square = kept(shop, 512, 512)
    changed(shop, favicon=str(square.id))
    told = ada.get(linked(ada)).get_json(force=True)
    assert {one["sizes"] for one in told["icons"]} == {"480x480", "512x512"}
    assert all(square.digest in one["src"] for one in told["icons"])


def test_a_picture_that_is_not_square_is_no_icon(shop: Shop, ada: FlaskClient) -> None:
    wide = kept(shop, 600, 200)
    changed(shop, favicon=str(wide.id))
    told = ada.get(linked(ada)).get_json(force=True)
    assert {one["sizes"] for one in told["icons"]} == {"180x180", "any"}


def test_one_shop_says_nothing_of_another(shop: Shop, ada: FlaskClient) -> None:
    theirs = shop.alliance.client(shop.alliance.bo).get(linked(ada)).get_json(force=True)
    assert theirs["name"] != ada.get(linked(ada)).get_json(force=True)["name"]


@pytest.fixture
def chrome() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.mark.journey
def test_chromium_reads_it_without_an_error(
    shop: Shop, app: Flask, settings: Settings, ada: FlaskClient, chrome: Browser
) -> None:
    host = ada.host  # type: ignore[attr-defined]
    with decorating.served(app, settings) as port:
        context = chrome.new_context(viewport={"width": 390, "height": 844})
        page, said = context.new_page(), list[str]()
        page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
        page.goto(f"http://{host}:{port}/")
        wire = context.new_cdp_session(page)
        read = wire.send("Page.getAppManifest")
        wrong = wire.send("Page.getInstallabilityErrors")["installabilityErrors"]
        context.close()
    assert read["errors"] == []
    assert read["url"].endswith(".webmanifest")
    assert [one for one in wrong if one["errorId"] != "in-incognito"] == []
    assert said == []
