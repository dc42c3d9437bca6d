"""A real Chromium for the journeys, and a watcher that misses no complaint of it."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.support import reading

SCREENSHOTS = Path("build/journeys")
PICTURES = os.environ.get("PICTURES") == "1"
"""Every page of the journeys as a picture: a quarter of their time, and no test looks at them."""
FAILED = "failed"
WHOLE = ("chromium", "chromium-browser", "google-chrome")
PLACES = ("chromium-headless-shell", *WHOLE)
"""The first is the same browser without windows, tabs and menus: two thirds of the work."""
WIDTHS = {"phone": (390, 844), "desktop": (1280, 900)}
BOTH = "both"
"""A screen of its own kind: at a phone, and every page is looked at as wide as a desktop too."""
LOOKED_AT: set[tuple[str, str | None, str]] = set()
STATUS_LINE = re.compile(r"Failed to load resource: .*status of (\d{3})")


def executable() -> str:
    """Where Chromium is. Without one: a failure if REQUIRE_BROWSER=1, else the test is skipped."""
    found = next((path for name in PLACES if (path := shutil.which(name))), None)
    if found is None and os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail("REQUIRE_BROWSER=1, but there is no chromium (apt install chromium)")
    if found is None:
        pytest.skip("no chromium here (apt install chromium fonts-noto-cjk)")
    return found


def patience(seconds: float) -> float:
    """A bound of the issue as it stands on a machine of its own; where other work waits for the
    same cores, or another journey goes on beside this one, time runs slower by as much."""
    waiting = os.getloadavg()[0] / (os.cpu_count() or 1)
    beside = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    return seconds * max(1.0, waiting, beside)


@contextmanager
def chromium() -> Iterator[Browser]:
    """One headless Chromium; its own profile, gone afterwards."""
    path = executable()
    with sync_playwright() as play:
        flags = ["--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        browser = play.chromium.launch(executable_path=path, args=flags)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Watched:
    """A person at a screen: pages that are watched for errors, and a place for pictures.

    `expected` lists the HTTP statuses the browser may complain about right now: a test that
    types a wrong password on purpose says so with `expecting(422)`."""

    name: str
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)
    shots: int = 0

    @property
    def screen(self) -> str:
        """Which of WIDTHS, or BOTH."""
        return self.name.partition("-")[0]

    def look(self, title: str) -> None:
        """A full-page picture, and a complaint for whatever is wrong with what it shows; the
        journey goes on, so that one run tells everything."""
        self.picture(title)
        self.complaints += self.serious_findings(title, reading.serious)
        self.complaints += self.sideways_scroll(title)
        if self.screen == BOTH:
            reading.remember_unseen(self.page)
            with self._as_wide_as("desktop"):
                self.picture(f"{title}-wide")
                self.complaints += self.serious_findings(f"{title}-wide", _on_a_wider_screen)
                self.complaints += self.sideways_scroll(f"{title}-wide")

    @contextmanager
    def _as_wide_as(self, screen: str) -> Iterator[None]:
        """The page as it stands, on another screen for a moment."""
        before = self.page.viewport_size
        assert before
        reading.at_size(self.page, *WIDTHS[screen])
        yield
        reading.at_size(self.page, before["width"], before["height"])

    def look_once(self, title: str) -> None:
        """The same for a page everybody passes: one look a run at it, on this host and screen."""
        place = (self.screen, urlsplit(self.page.url).hostname, title)
        if place not in LOOKED_AT:
            LOOKED_AT.add(place)
            self.look(title)

    def picture(self, title: str) -> None:
        """A full-page picture of what is on the screen, for somebody who wants to see it."""
        if PICTURES or title == FAILED:
            self._taken(title)

    def _taken(self, title: str) -> None:
        self.shots += 1
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        place = SCREENSHOTS / f"{self.name}-{self.shots:02d}-{title}.jpg"
        self.page.screenshot(path=str(place), full_page=True, type="jpeg", quality=80)

    def serious_findings(
        self, title: str, found: Callable[[Page], list[reading.Finding]]
    ) -> list[str]:
        """What axe calls a serious or critical violation on the page as it stands, unless its like
        was looked at before."""
        if not reading.is_new(self.page):
            return []
        return [f"axe on {title} ({self.page.url}): {one}" for one in found(self.page)]

    def sideways_scroll(self, title: str) -> list[str]:
        """A page fits the width of its screen, or a complaint by how much it does not."""
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return [f"{title} is {wide} px wider than the screen"] if wide > 0 else []

    @contextmanager
    def expecting(self, *statuses: int) -> Iterator[None]:
        """Refusals answered on purpose: the browser writes their status to its console."""
        self.expected.update(statuses)
        yield
        self.page.wait_for_load_state("load")
        self.expected.difference_update(statuses)

    def hear(self, kind: str, text: str) -> None:
        """Keep what the browser complained about, unless it was expected."""
        status = STATUS_LINE.match(text)
        if status and int(status.group(1)) in self.expected:
            return
        if kind in ("error", "warning", "pageerror"):
            self.complaints.append(f"{kind} at {self.page.url}: {text}")


def _on_a_wider_screen(page: Page) -> list[reading.Finding]:
    """All but the colours, which are those of the narrow screen, and these of what appeared."""
    found = reading.serious(page, reading.ALL_BUT_CONTRAST)
    return found + reading.serious(page, reading.CONTRAST_ONLY, appeared=True)


@contextmanager
def person(browser: Browser, name: str, screen: str) -> Iterator[Watched]:
    """A fresh person (no cookies) at a phone or a desktop, or at BOTH; at the end nothing was
    complained."""
    hand = "phone" if screen == BOTH else screen
    width, height = WIDTHS[hand]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        has_touch=hand == "phone",
        reduced_motion="reduce",
    )
    context.set_default_timeout(20_000)
    page = context.new_page()
    seen = Watched(f"{screen}-{name}", context, page)
    page.on("console", lambda message: seen.hear(message.type, message.text))
    page.on("pageerror", lambda error: seen.hear("pageerror", str(error)))
    try:
        yield seen
        assert not seen.complaints, "\n".join(seen.complaints)
    except BaseException:
        seen.picture(FAILED)
        sys.stderr.write("\n".join(seen.complaints))
        raise
    finally:
        context.close()
