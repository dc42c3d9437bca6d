"""What a page is like for somebody who cannot see it well: axe, asked for no more than we read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

EVERYTHING: dict[str, Any] = {}
CONTRAST_ONLY = {"runOnly": ["color-contrast"]}
ALL_BUT_CONTRAST = {"rules": {"color-contrast": {"enabled": False}}}
SHOWN = 3
"""Places of a finding that are told."""
SETTLED = """async () => {
  const frame = () => new Promise(done => requestAnimationFrame(done));
  await frame(), await frame();
  document.getAnimations().filter(one => one.effect.getTiming().iterations < Infinity)
    .forEach(one => one.finish());
  await frame();
}"""
"""Drawn anew, and what glides from one colour to another has arrived."""
FINDINGS = """async ([options, appeared, most]) => {
  const shown = (window.unseen || []).filter(one => one.checkVisibility());
  const outermost = shown.filter(one => !shown.includes(one.parentElement));
  if (appeared && !outermost.length) return [];
  const where = appeared ? {include: outermost} : document;
  const whole = {...options, iframes: false, resultTypes: ['violations']};
  const found = await axe.run(where, whole);
  return found.violations.filter(one => ['serious', 'critical'].includes(one.impact)).map(one =>
    [one.id, one.help, one.nodes.slice(0, most).map(node => node.html.slice(0, 160))]);
}"""
UNSEEN = """() => { window.unseen =
  [...document.body.querySelectorAll('*')].filter(one => !one.checkVisibility()); }"""
TREE = """() => [...document.querySelectorAll('*')].map(one => one.localName
  + [...one.attributes].map(at => at.name + (/^(class|type|role|aria-.*)$/.test(at.name)
    ? at.value.replace(/[0-9]+/g, '') : at.value ? '+' : '-'))
  + [...one.childNodes].some(node => node.nodeType == 3 && node.data.trim())).join(' ')"""
_read: set[tuple[int, bytes]] = set()


@dataclass(frozen=True)
class Finding:
    """One rule a page breaks, seriously or critically."""

    rule: str
    help: str
    places: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.rule}: {self.help} — {' | '.join(self.places)}"


def serious(
    page: Page, asked: dict[str, Any] = EVERYTHING, *, appeared: bool = False
) -> list[Finding]:
    """What axe calls a serious or critical violation of the page as it stands, or of the part that
    `appeared` since `remember_unseen`. Axe is brought to each document once, and only what is told
    here comes back."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(FINDINGS, [asked, appeared, SHOWN])
    return [Finding(rule, help_, tuple(places)) for rule, help_, places in found]


def is_new(page: Page) -> bool:
    """Whether no page of the same elements, attributes and classes, with text in the same places,
    was read before on a screen of this width: it would be found to be the same."""
    size = page.viewport_size
    assert size
    tree = hashlib.sha256(str(page.evaluate(TREE)).encode()).digest()
    if (size["width"], tree) in _read:
        return False
    _read.add((size["width"], tree))
    return True


def remember_unseen(page: Page) -> None:
    """Note what this screen does not show, for a look at it on a wider one."""
    page.evaluate(UNSEEN)


def at_size(page: Page, width: int, height: int) -> None:
    """The same document on another screen."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate(SETTLED)


def by(page: Page, scheme: Literal["light", "dark"]) -> None:
    """The same document by day or by night."""
    page.emulate_media(color_scheme=scheme)
    page.evaluate(SETTLED)
