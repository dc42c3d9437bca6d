"""Every section with the words of somebody hostile, in a real browser: the tree of elements is the
one of harmless words, nothing runs, and the policy has nothing to report."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Dialog

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
