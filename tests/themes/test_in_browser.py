"""The drawn pages in a real browser under the real policy: seen, read aloud, and pressed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import chromium
from tests.support.reading import (
    ALL_BUT_CONTRAST,
    CONTRAST_ONLY,
    EVERYTHING,
    at_size,
    by,
    serious,
)
from tests.themes.pages import SECRETS, every_page
from tests.themes.shown import THEME, Handler, served
from themes import engine

pytestmark = [pytest.mark.journey, pytest.mark.slow]
PHONE, DESK, HIGH = 390, 1280, 844
LEFT = "ERR_ABORTED"
"""How a picture ends that was still on its way when we went on to the next page."""
GROUND, CLEAR = "getComputedStyle(document.body).backgroundColor", "rgba(0, 0, 0, 0)"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FOCUSED = "document.activeElement.name || document.activeElement.type"
STAY = "for (let timer = 0; timer < 99; timer++) clearTimeout(timer)"  # no reload while we look
TOUCHED = "button, summary, nav a, a.btn, input:not([type=hidden])"
SMALL = f"""() => [...document.querySelectorAll('{TOUCHED}')]
  .map(one => [one, one.closest('label') || one])
  .filter(([one, box]) => box.checkVisibility() && box.getBoundingClientRect().width > 1)
  .filter(([one, box]) => box.getBoundingClientRect().height < 43.5)
  .map(([one]) => one.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with served() as address:
        yield address


@contextmanager
def tab(browser: Browser, width: int, **more: Any) -> Iterator[Page]:
    """A page whose every complaint fails the test."""
    context = browser.new_context(viewport={"width": width, "height": HIGH}, **more)
    page, said = context.new_page(), []
    page.on("console", lambda m: said.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on(
        "requestfailed",
        lambda request: said.append(request.url) if LEFT not in str(request.failure) else None,
    )
    yield page
    context.close()
    assert said == []


# Colours change with the scheme and not with the width, everything else the other way round.
PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_free_of_errors_violations_and_serious_findings(
    browser: Browser, base: str, part: int
) -> None:
    with tab(browser, PHONE) as page:
        for case in list(every_page())[part::PARTS]:
            page.goto(f"{base}/show/{case}")
            page.evaluate(STAY)
            assert serious(page, EVERYTHING) == [], case
            assert page.evaluate(SMALL) == [], case
            assert page.evaluate(SIDEWAYS) <= 0, case
            by(page, "dark")
            assert serious(page, CONTRAST_ONLY) == [], case
            by(page, "light")
            at_size(page, DESK, HIGH)
            assert serious(page, ALL_BUT_CONTRAST) == [], case
            assert page.evaluate(SIDEWAYS) <= 0, case
            at_size(page, PHONE, HIGH)


# Of the other themes: the pages that between them hold every piece that is pressed or read, the
# first three seen whole, the others for their colours.
OTHERS = [name for name in engine.THEMES if name != THEME]
TELLING = ["home", "product-refused", "order", "category", "member", "promotion", "not-found"]


@pytest.mark.parametrize("theme", OTHERS)
def test_every_theme_reads_well_by_day_and_by_night_and_is_pressed_with_a_thumb(
    browser: Browser, base: str, theme: str
) -> None:
    with tab(browser, PHONE) as page:
        for case in TELLING:
            by(page, "light")
            page.goto(f"{base}/show/{case}?theme={theme}")
            page.evaluate(STAY)
            asked = EVERYTHING if case in TELLING[:3] else CONTRAST_ONLY
            assert serious(page, asked) == [], case
            assert page.evaluate(SMALL) == [], case
            assert page.evaluate(SIDEWAYS) <= 0, case
            by(page, "dark")
            assert serious(page, CONTRAST_ONLY) == [], case


@pytest.mark.parametrize("theme", engine.THEMES)
def test_the_home_of_every_trade_reads_well(browser: Browser, base: str, theme: str) -> None:
    with tab(browser, 1280) as page:
        for preset in engine.presets(theme)[1:]:
            page.goto(f"{base}/show/home?theme={theme}&preset={preset['key']}")
            assert serious(page, CONTRAST_ONLY) == [], preset["key"]
            assert page.evaluate(SIDEWAYS) <= 0, preset["key"]
            assert page.evaluate(GROUND) != CLEAR, "what holds the page shows through it"


def test_a_secret_is_copied_and_downloaded_with_one_tap(browser: Browser, base: str) -> None:
    with tab(browser, 390, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(f"{base}/show/order")
        page.get_by_role("button", name="复制第 1 条卡密").click()
        expect(page.locator("[data-say]")).to_have_text("已复制")
        assert page.evaluate("navigator.clipboard.readText()") == SECRETS[0]
        page.get_by_role("button", name="全部复制").click()
        assert page.evaluate("navigator.clipboard.readText()") == "\n".join(SECRETS)
        with page.expect_download() as download:
            page.get_by_role("button", name="下载").click()
        text = download.value.path().read_text("utf-8-sig")
        assert text.split() == SECRETS


def test_choosing_an_option_and_a_quantity_changes_price_total_and_stock(
    browser: Browser, base: str
) -> None:
    with tab(browser, 390) as page:
        page.goto(f"{base}/show/product")
        page.get_by_text("年卡（372 天）").click()
        page.get_by_role("button", name="增加数量").click()
        page.get_by_role("button", name="增加数量").click()
        expect(page.locator("[data-live-price] .num")).to_have_text("168.00")
        expect(page.locator("[data-total] .num")).to_have_text("504.00")
        expect(page.locator("[data-stock]:not(input)")).to_have_text("仅剩 3 件")
        assert page.locator("[name=shown_price]").input_value() == "168.00"
        page.get_by_role("button", name="减少数量").click()
        expect(page.locator("[name=quantity]")).to_have_value("2")


def test_the_buy_bar_is_in_reach_on_a_phone(browser: Browser, base: str) -> None:
    with tab(browser, 390) as page:
        page.goto(f"{base}/show/product")
        expect(page.get_by_role("button", name="立即购买")).to_be_in_viewport()


def test_the_order_page_shows_the_secret_by_itself_once_it_is_delivered(
    browser: Browser, base: str
) -> None:
    try:
        with tab(browser, 390) as page:
            page.goto(f"{base}/show/order-wait")
            expect(page.get_by_role("heading", level=1)).to_have_text("等待付款")
            Handler.cases = {"order-wait": "order"}
            Handler.status = {"state": "delivered", "final": True}
            expect(page.locator("[data-secret]").first).to_have_text(SECRETS[0], timeout=2000)
            expect(page.get_by_role("button", name="复制第 1 条卡密")).to_be_visible()
    finally:
        Handler.cases, Handler.status = {}, {"state": "pending_payment", "final": False}


def test_a_form_is_sent_once_however_often_it_is_pressed(browser: Browser, base: str) -> None:
    with tab(browser, 390) as page:
        Handler.posted.clear()
        page.goto(f"{base}/show/order-query")
        page.locator("[name=number]").fill("7K2M-Q9TX-4HDW-83VN")
        page.locator("[name=query_password]").fill("secret1")
        page.get_by_role("button", name="查询", exact=True).dblclick()
        expect(page.locator("body")).to_have_text("taken")
        assert Handler.posted == ["/x"]


def test_a_tap_that_leaves_a_field_still_meets_the_buy_button(browser: Browser, base: str) -> None:
    with tab(browser, 390, has_touch=True, is_mobile=True) as page:
        page.goto(f"{base}/show/product")
        page.locator("[name=contact]").fill("kim@example.com")
        page.locator("[name=query_password]").tap()
        page.keyboard.type("secret12")
        page.get_by_role("button", name="立即购买").tap()
        expect(page.locator("body")).to_have_text("taken")


def test_every_page_works_without_its_script(browser: Browser, base: str) -> None:
    with tab(browser, 390, java_script_enabled=False) as page:
        page.goto(f"{base}/show/product")
        expect(page.get_by_role("button", name="立即购买")).to_be_enabled()
        assert page.get_by_text("¥168.00").count() == 1
        page.goto(f"{base}/show/order")
        expect(page.locator("[data-secret]").first).to_have_text(SECRETS[0])


def test_the_whole_purchase_form_can_be_used_by_keyboard(browser: Browser, base: str) -> None:
    with tab(browser, 1280) as page:
        page.goto(f"{base}/show/product")
        page.locator("input[name=sku]:checked").focus()
        page.keyboard.press("ArrowDown")
        expect(page.locator("input[name=sku][value=s2]")).to_be_checked()
        page.keyboard.press("Tab")
        names = []
        for _ in range(8):
            names.append(
                page.evaluate("document.activeElement.name || document.activeElement.type")
            )
            page.keyboard.press("Tab")
        assert {"quantity", "contact", "query_password", "pay", "submit"} <= set(names)
