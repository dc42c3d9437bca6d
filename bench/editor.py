"""Figures of the editor: how soon the shop beside it shows what was typed, and what axe says of it.

A person types into the heading of a module, in a real Chromium against a real web process; a key
counts as drawn when the frame has put the section into its page.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Literal

from playwright.sync_api import Browser, Page

from bench import figure
from bench.deployed import web
from kameng import wiring
from kameng.config import Settings
from kameng.domains.design import queries as designs
from kameng.domains.design.drafts import service as drafts
from kameng.faces.worker.sample import loading
from kameng.kit import clock
from tenants import registry
from tenants.context import shared, use
from tenants.database import session
from tests.support import reading
from tests.support.browser import chromium
from tests.support.running import free_ports

SECTIONS = 12
KEYS, SOAK_KEYS = 120, 600
WORDS = "今日特价充值秒到账官方直充放心买"
WIDTHS = (390, 1280)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
HEADING = ".e-panel input[type=text], .e-panel input:not([type])"
WATCH = """() => {
  window.took = [];
  let begun = 0;
  addEventListener("input", () => { begun = performance.now(); }, true);
  addEventListener("message", (event) => {
    if (event.data && event.data.kameng === "drawn" && begun)
      { window.took.push(performance.now() - begun); begun = 0; }
  });
}"""


def main() -> None:
    """Print the figures of the group."""
    with _sample() as (settings, password), chromium() as browser:
        with _at_editor(browser, settings, password, 1280, "light") as page:
            took = sorted(_typed(page, SOAK_KEYS if figure.soaking() else KEYS))
        figure.show("preview_median_ms", round(took[len(took) // 2], 1), "ms")
        figure.show("preview_p95_ms", round(took[math.ceil(len(took) * 0.95) - 1], 1), "ms")
        figure.show("editor_axe_serious", _findings(browser, settings, password), "findings")


def _typed(page: Page, keys: int) -> list[float]:
    """Milliseconds from each key to the drawn section, one key after the other."""
    page.locator(".e-list-body > .e-rows .e-pick").first.click()
    field = page.locator(HEADING).first
    page.evaluate(WATCH)
    field.focus()
    page.keyboard.press("End")
    page.keyboard.insert_text(WORDS[0])
    page.wait_for_function("window.took.length > 0")
    page.evaluate("window.took.length = 0")
    _emptied(page, 0)
    for at in range(keys):
        page.keyboard.insert_text(WORDS[at % len(WORDS)])
        page.wait_for_function(f"window.took.length > {at}")
        if at % len(WORDS) == len(WORDS) - 1:
            _emptied(page, at + 1)
        figure.progress(at + 1, keys, "keys")
    found: list[float] = page.evaluate("window.took")
    return found


def _emptied(page: Page, kept: int) -> None:
    """The field empty again; that is no key, so it is not counted."""
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.wait_for_function(f"window.took.length > {kept}")
    page.evaluate(f"window.took.length = {kept}")


def _findings(browser: Browser, settings: Settings, password: str) -> int:
    """Serious and critical findings over the editor's states, widths and colours."""
    found, states = 0, [(width, scheme) for width in WIDTHS for scheme in SCHEMES]
    for done, (width, scheme) in enumerate(states, 1):
        with _at_editor(browser, settings, password, width, scheme) as page:
            found += len(reading.serious(page))
            for opener in (".e-add", ".e-chooser", ".e-publish"):
                page.locator(opener).first.click()
                page.locator("dialog[open]").wait_for()
                found += len(reading.serious(page))
                page.keyboard.press("Escape")
            page.locator(".e-list-body > .e-rows .e-pick").first.click()
            found += len(reading.serious(page))
        figure.progress(done, len(states), f"{width} {scheme}")
    return found


@contextmanager
def _at_editor(
    browser: Browser, settings: Settings, password: str, width: int, scheme: Any
) -> Iterator[Page]:
    """Ada's agent at her editor, the preview drawn."""
    context = browser.new_context(
        viewport={"width": width, "height": 860},
        color_scheme=scheme,
        locale="zh-CN",
        bypass_csp=True,  # waiting for a page's value is an eval
    )
    page = context.new_page()
    page.goto(settings.address(settings.host("console"), "/sign-in"))
    page.locator("[name=login]").fill("ada")
    page.locator("[name=password]").fill(password)
    with page.expect_navigation():
        page.locator("form [type=submit]").last.click()
    page.goto(settings.address(settings.host("console"), "/s/ada/design/editor"))
    page.locator(".e-cover").wait_for(state="hidden")
    yield page
    context.close()


@contextmanager
def _sample() -> Iterator[tuple[Settings, str]]:
    """The sample alliance on one web process; Ada's draft has a front page of SECTIONS modules."""
    password = secrets.token_urlsafe(12)
    with figure.deployment() as made:
        (port,) = free_ports(1)
        chosen = replace(made, port=port, public_port=port)
        wiring.connect(chosen)
        loading.load(password=password, now=clock.now())
        _fill()
        with web(chosen, "wsgi:app", workers=1):
            yield chosen, password


def _fill() -> None:
    """Shelves of goods until the front page of the draft is as long as a long one is."""
    with shared():
        ada = registry.by_slug("ada")
    if ada is None:
        raise RuntimeError("the sample alliance has no sub-site")
    with use(ada):
        site = {key: value for key, value in designs.live(ada).items() if key != "digest"}
        own = site["templates"]["home"]["sections"]
        shelf = next(one for one in own if one["type"] == "products")
        more = range(SECTIONS - len(own))
        home = {"sections": [*own, *(shelf | {"id": f"more{number}"} for number in more)]}
        filled = {**site, "templates": {**site["templates"], "home": home}}
        drafts.keep(ada, filled, step=0, editor="bench", author="bench", now=clock.now())
        session.commit()
