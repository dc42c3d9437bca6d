"""A film from a file to a shop that plays it, in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from kameng.config import Settings
from kameng.domains.design.media import queries
from kameng.faces.frame import media
from tenants.context import use
from tests.support import decorating, desk
from tests.support.browser import chromium
from tests.support.decorating import WIDE, Editor
from tests.support.films import film
from tests.support.shop import Shop
from themes.engine import links

pytestmark = [pytest.mark.journey, pytest.mark.slow]
PLAYED = """one => new Promise((done) => {
  one.addEventListener("timeupdate", () => one.currentTime > 0.2 && done(one.currentTime));
  one.muted = true;
  one.play();
})"""
FILE = {"name": "开箱视频.mp4", "mimeType": "video/mp4"}


@pytest.fixture(scope="module")
def served(app: Flask, settings: Settings) -> Iterator[int]:
    with decorating.served(app, settings) as port:
        links.pictures_from(media.host())
        yield port


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def editor(shop: Shop, served: int, browser: Browser) -> Iterator[Editor]:
    ada = desk.at(shop.alliance, shop.alliance.ada, "agent")
    with decorating.at_editor(browser, ada, served, WIDE) as opened:
        opened.open()
        yield opened


def test_a_film_is_uploaded_seen_in_the_preview_and_plays_in_the_shop(
    shop: Shop, editor: Editor, served: int
) -> None:
    page, ada = editor.page, shop.alliance.ada
    editor.add("视频")
    field = page.locator(".p-field[data-type=video]")
    expect(field).to_contain_text("未选择视频")
    files = field.locator("input[type=file]")
    files.set_input_files({**FILE, "buffer": b"<html>no film</html>"})
    expect(page.locator("dialog .is-bad")).to_contain_text("这不是 MP4 或 WebM 视频")
    page.keyboard.press("Escape")
    with use(ada):
        assert queries.stored(ada).pictures == 0
    files.set_input_files({**FILE, "buffer": film(size=(640, 360), seconds=2)})
    expect(field.locator("img")).to_be_visible()
    expect(field).to_contain_text("开箱视频")
    still = editor.shop().locator("video.film")
    expect(still).to_have_attribute("poster", field.locator("img").get_attribute("src") or "")
    editor.saved()
    page.locator(".e-publish").click()
    page.locator(".e-dialog-foot").get_by_role("button", name="发布").click()
    expect(page.locator(".e-done")).to_be_visible()
    visitor = editor.context.new_page()
    visitor.goto(f"http://{shop.alliance.settings.host(ada.slug)}:{served}/")
    shown = visitor.locator("video.film")
    shown.scroll_into_view_if_needed()
    assert shown.evaluate("one => [one.readyState, one.paused]") == [0, True]
    assert shown.evaluate(PLAYED) > 0.2
    assert shown.evaluate("one => [one.videoWidth, one.videoHeight]") == [640, 360]
