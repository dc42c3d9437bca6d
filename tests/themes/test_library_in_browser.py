"""Every section in a real browser. With the words of somebody hostile the tree of elements is the
one of harmless words, nothing runs, and the policy has nothing to report."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Dialog, expect

from tests.support.browser import chromium
from tests.themes.shown import served

pytestmark = [pytest.mark.journey, pytest.mark.slow]
TREE = """() => [...document.querySelectorAll('*')].map(
  one => one.localName + ' ' + [...one.attributes].map(at => at.name).join(' '))"""
REPORTS = """() => { window.reported = []; document.addEventListener(
  'securitypolicyviolation', event => window.reported.push(event.violatedDirective)); }"""


def test_hostile_words_change_no_element_and_run_nothing() -> None:
    with served() as base, chromium() as browser:
        benign, quiet = _tree(browser, f"{base}/show/library?text=xxxxxxxxxxxx")
        hostile, loud = _tree(browser, f"{base}/show/library?text=corpus")
    assert hostile == benign
    assert quiet == loud == []


def _tree(browser: Browser, url: str) -> tuple[list[str], list[str]]:
    """The elements and attribute names of a page, and everything it complained of or opened."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page, said = context.new_page(), list[str]()

    def dismissed(box: Dialog) -> None:
        said.append(box.message)
        box.dismiss()

    page.on("console", lambda m: said.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", dismissed)
    page.add_init_script(f"({REPORTS})()")
    page.goto(url)
    found = [str(one) for one in page.evaluate(TREE)]
    said += page.evaluate("window.reported")
    context.close()
    return found, said


def test_a_pop_up_comes_once_a_visit_and_goes_at_a_key_or_a_tap() -> None:
    with served() as base, chromium() as browser:
        context = browser.new_context(viewport={"width": 390, "height": 844})
        page, box = context.new_page(), "dialog[data-popup]"
        page.goto(f"{base}/show/library")
        expect(page.locator(box)).to_be_visible()
        expect(page.get_by_role("button", name="关闭")).to_be_in_viewport()
        page.keyboard.press("Escape")
        expect(page.locator(box)).to_be_hidden()
        page.reload()
        expect(page.locator(box)).to_be_hidden()
        other = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
        other.goto(f"{base}/show/library")
        other.get_by_role("button", name="关闭").click()
        expect(other.locator(box)).to_be_hidden()
        expect(other).to_have_url(f"{base}/show/library")


def test_the_library_works_without_its_script() -> None:
    with served() as base, chromium() as browser:
        page = browser.new_context(java_script_enabled=False).new_page()
        page.goto(f"{base}/show/library?text=一二三四五六")
        expect(page.locator("dialog")).to_be_hidden()
        tab = page.locator(".ptab-l").nth(1)
        tab.click()
        expect(page.locator(".ptab").nth(1)).to_be_visible()
        expect(page.locator(".ptab").nth(0)).to_be_hidden()
        page.locator(".car-dots a").nth(1).click()
        expect(page.locator(".car-s").nth(1)).to_be_in_viewport()
