"""Figures of the themes: what drawing a page costs, and what Lighthouse and axe say of every theme.

Drawing is measured in this process, on the fixture pages. The pages Lighthouse sees are those of
the sample alliance on a real server; it wants npm and Chromium, and a figure it could not take is
printed as null.
"""

from __future__ import annotations

import secrets
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from typing import Any

from playwright.sync_api import Page

from bench import figure
from bench.deployed import web
from bench.lighthouse import auditor
from kameng import wiring
from kameng.config import Settings
from kameng.domains.catalog import queries as catalog
from kameng.domains.design import publishing
from kameng.domains.design import queries as design_now
from kameng.domains.design import service as design
from kameng.faces.worker.sample import loading
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from tenants import registry
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import reading
from tests.support.browser import chromium
from tests.support.running import free_ports
from tests.themes.pages import every_page
from tests.themes.shown import served
from themes import engine

SECTIONS, DRAWN = 12, 200
BROWSERS = 2
RUNS, SOAK_RUNS = 1, 5
REAL_MONEY = {"STRIPE_SECRET_KEY": "sk_live_nobody", "STRIPE_WEBHOOK_SECRET": "whsec_nobody"}
"""Shops on test payments hide from search engines, and say so on every page; nothing is paid."""
PHONE, DESK = (390, 844), (1280, 900)
STAY = "for (let timer = 0; timer < 99; timer++) clearTimeout(timer)"
"""No page that waits for something loads itself anew while it is read."""


def main() -> None:
    """Print the figures of the group."""
    engine.warm()
    _drawing()
    _findings()
    _audited()


def _drawing() -> None:
    """The dearest theme's front page, with every section drawn anew, and from what was kept."""
    cold = {name: _drawn(name, engine.forget) for name in engine.THEMES}
    kept = {name: _drawn(name, lambda: None) for name in engine.THEMES}
    figure.show("render_12_cold_ms", round(max(cold.values()), 3), "ms")
    figure.show("render_12_fragments_ms", round(max(kept.values()), 3), "ms")


def _drawn(theme: str, before: Callable[[], None]) -> float:
    """Median CPU milliseconds of a page of at least SECTIONS sections."""
    template, drops = every_page()["home"]
    site = engine.start(theme, engine.presets(theme)[0]["key"], "星火点卡", "") | {"digest": theme}
    _filled(site)
    took = []
    for _ in range(DRAWN):
        before()
        begun = time.process_time()
        engine.render(theme, template, arrangement=site, drops=drops)
        took.append((time.process_time() - begun) * 1000)
    return statistics.median(took)


def _filled(site: dict[str, Any]) -> None:
    """Shelves of goods until the page has SECTIONS of its own, as a long front page has them."""
    own = site["templates"]["home"]["sections"]
    shelf = next(one for one in own if one["type"] == "products")
    own += [shelf | {"id": f"more{number}"} for number in range(SECTIONS - len(own))]


def _findings() -> None:
    """Serious and critical findings of axe over every fixture page of every theme: at a phone by
    day and by night, and at a desk. Colours change with the scheme and not with the width."""
    found = 0
    with ProcessPoolExecutor(BROWSERS, get_context("spawn")) as pool:
        for done, said in enumerate(pool.map(_of_theme, engine.THEMES), start=1):
            found += len(said)
            figure.progress(done, len(engine.THEMES), "; ".join(said))
    figure.show("axe_serious", found, "findings")


def _of_theme(theme: str) -> list[str]:
    """What is wrong with the pages of a theme."""
    said: list[str] = []
    with served() as base, chromium() as browser:
        page = browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]})
        for case in every_page():
            page.goto(f"{base}/show/{case}?theme={theme}")
            page.evaluate(STAY)
            said += sorted(f"{theme} {case}: {one}" for one in _read(page))
    return said


def _read(page: Page) -> set[reading.Finding]:
    """What is wrong with the page as it stands, on both screens and by day and by night."""
    said = reading.serious(page)
    reading.by(page, "dark")
    said += reading.serious(page, reading.CONTRAST_ONLY)
    reading.by(page, "light")
    reading.remember_unseen(page)
    reading.at_size(page, *DESK)
    said += reading.serious(page, reading.ALL_BUT_CONTRAST)
    said += reading.serious(page, reading.CONTRAST_ONLY, appeared=True)
    reading.at_size(page, *PHONE)
    return set(said)


@dataclass
class Audits:
    """What Lighthouse said: scores (0 to 100) by page and category, and the heaviest page."""

    scores: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    kilobytes: float = 0.0

    def lowest(self, category: str) -> float:
        """The lowest median of a category."""
        medians = [statistics.median(s) for (_, c), s in self.scores.items() if c == category]
        return round(min(medians))

    def add(self, page: str, seen: auditor.Seen) -> None:
        """One more look at a page."""
        self.kilobytes = max(self.kilobytes, seen.kilobytes)
        for category, score in seen.scores.items():
            self.scores.setdefault((page, category), []).append(score)


def _audited() -> None:
    program = auditor.program()
    if program is None:
        figure.show("lighthouse_min", None, "points")
        return
    audits = Audits()
    runs = SOAK_RUNS if figure.soaking() else RUNS
    with _sample() as (settings, ada), auditor.running(program) as lighthouse:
        paths = _paths(ada)
        total = len(engine.THEMES) * len(paths) * runs
        for theme in engine.THEMES:
            _dressed(ada, theme)
            for name, path in paths.items():
                for _ in range(runs):
                    address = f"http://ada.{settings.base_domain}:{settings.port}{path}"
                    audits.add(f"{theme} {name}", lighthouse.look(address))
                    done = sum(len(s) for (_, c), s in audits.scores.items() if c == "performance")
                    figure.progress(done, total, f"{theme} {name}")
    _tell(audits)


def _tell(audits: Audits) -> None:
    figure.show("lighthouse_min", audits.lowest("performance"), "points")
    for category in ("accessibility", "best-practices", "seo"):
        figure.show(f"lighthouse_{category}_min", audits.lowest(category), "points")
    figure.show("page_kb_max", round(audits.kilobytes), "kB")
    for (page, category), scores in sorted(audits.scores.items()):
        if category == "performance" or statistics.median(scores) < 100:
            print(f"  {page}: {category} {statistics.median(scores):.0f}", file=sys.stderr)


@contextmanager
def _sample() -> Iterator[tuple[Settings, Tenant]]:
    """The sample alliance on one web process; its sub-site."""
    with figure.deployment() as made:
        (port,) = free_ports(1)
        chosen = replace(made, port=port, public_port=port)
        wiring.connect(chosen)
        loading.load(password=secrets.token_urlsafe(12), now=clock.now())
        with shared():
            ada = registry.by_slug("ada")
        if ada is None:
            raise RuntimeError("the sample alliance has no sub-site")
        with web(chosen, "wsgi:app", workers=1, more=REAL_MONEY):
            yield chosen, ada


def _paths(ada: Tenant) -> dict[str, str]:
    """The three kinds of page: front page, a category, a product."""
    with use(ada):
        cards = catalog.shelf(ada, page=1, size=1).cards
        category = next(one for one in catalog.categories(ada) if one.depth == 1)
    return {
        "home": "/",
        "category": f"/c/{category.id}",
        "product": f"/p/{cards[0].product_id}",
    }


def _dressed(ada: Tenant, theme: str) -> None:
    """Ada's site in a theme's first preset, live."""
    with use(ada):
        site = engine.start(theme, engine.presets(theme)[0]["key"], ada.name, "")
        made = design.save_draft(ada, site, author="bench", now=clock.now())
        live = design_now.live_revision(ada)
        if live is None:
            raise RuntimeError("the sample site has no design")
        publishing.publish(ada, made.id, expected=live.id, actor=SYSTEM, now=clock.now())
        session.commit()
