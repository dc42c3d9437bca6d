"""The editor in a real Chromium: the application on a port of its own in this process, a person who
is signed in, and hands: a mouse, a finger, a keyboard."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from werkzeug.serving import make_server

from kameng.config import Settings, use_settings
from tests.support import reading
from tests.support.desk import Desk
from tests.support.running import free_ports
from tests.support.touch import SETTLED_MS

ROWS = ".e-list-body > .e-rows > .e-row"
WIDE, NARROW = (1280, 860), (390, 844)
FINGER_STEPS = 8
PRESS_MS = 220


@contextmanager
def served(app: Flask, settings: Settings) -> Iterator[int]:
    """The application answering on a free port, and every address it gives leading there."""
    (port,) = free_ports(1)
    use_settings(replace(settings, port=port, public_port=port))
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield port
    finally:
        server.shutdown()
        thread.join()
        use_settings(settings)


@dataclass
class Editor:
    """Somebody at the editor of a site."""

    page: Page
    context: BrowserContext
    desk: Desk
    port: int
    said: list[str] = field(default_factory=list)

    def open(self, key: str = "home") -> None:
        """The editor on a page, its preview drawn."""
        host = self.desk.client.host  # type: ignore[attr-defined]
        self.page.goto(f"http://{host}:{self.port}{self.desk.path('design/editor')}?page={key}")
        expect(self.rows().first).to_be_attached()
        self.drawn()

    def drawn(self) -> None:
        """Wait until the frame has spoken."""
        expect(self.page.locator(".e-cover")).to_be_hidden()

    def rows(self) -> Locator:
        """The modules of the page in the list."""
        return self.page.locator(ROWS)

    def order(self) -> list[str]:
        """Their ids as the list shows them."""
        found: list[str] = self.rows().evaluate_all("all => all.map(one => one.dataset.id)")
        return found

    def names(self) -> list[str]:
        return self.rows().locator(".e-row-text b").all_inner_texts()

    def seen(self) -> list[str]:
        """Their ids as the shop in the frame shows them."""
        found: list[str] = (
            self.shop()
            .locator("main [data-section]")
            .evaluate_all("all => all.map(one => one.id.slice(2))")
        )
        return found

    def shop(self) -> Any:
        return self.page.frame_locator(".e-frame")

    def row(self, at: int) -> Locator:
        return self.rows().nth(at)

    def more(self, at: int, label: str) -> None:
        """An act of a module's menu."""
        self.row(at).locator(".e-row-tools .e-tool").last.click()
        self.page.locator(".e-menu").get_by_text(label, exact=True).click()

    def add(self, name: str) -> None:
        """A module from the library."""
        self.page.locator(".e-list .e-add").click()
        self.page.get_by_role("searchbox").fill(name)
        self.page.locator(".e-card", has_text=name).first.click()

    def saved(self) -> None:
        """Wait until the draft is kept."""
        expect(self.page.locator(".e-state")).to_have_attribute("data-state", "saved")

    def unsaved(self) -> None:
        expect(self.page.locator(".e-state")).not_to_have_attribute("data-state", "saved")

    def drags(self, at: int, to: int) -> None:
        """With the mouse, by the handle."""
        start, end = self._grips(at, to)
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        for step in range(1, FINGER_STEPS + 1):
            mouse.move(*_between(start, end, step))
        self.page.wait_for_timeout(SETTLED_MS)
        mouse.up()

    def drags_with_a_finger(self, at: int, to: int) -> None:
        """With real touch events, held down a moment first."""
        start, end = self._grips(at, to)
        wire = self.context.new_cdp_session(self.page)

        def touch(kind: str, *points: tuple[float, float]) -> None:
            where = [{"x": x, "y": y} for x, y in points]
            wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})

        touch("touchStart", start)
        self.page.wait_for_timeout(PRESS_MS)
        for step in range(1, FINGER_STEPS + 1):
            touch("touchMove", _between(start, end, step))
            self.page.wait_for_timeout(16)
        self.page.wait_for_timeout(SETTLED_MS)
        touch("touchEnd")

    def _grips(self, at: int, to: int) -> tuple[tuple[float, float], tuple[float, float]]:
        """From the middle of one handle to just past the middle of another."""
        one = self.row(at).locator(".e-grip").bounding_box()
        other = self.row(to).locator(".e-grip").bounding_box()
        assert one
        assert other
        past = 0.8 if to > at else 0.2
        x = one["x"] + one["width"] / 2
        start = (x, one["y"] + one["height"] / 2)
        return start, (x, other["y"] + other["height"] * past)

    def findings(self, asked: dict[str, Any] = reading.EVERYTHING) -> list[str]:
        """What axe calls serious or critical on what is on the screen."""
        return [str(one) for one in reading.serious(self.page, asked)]

    def by_night(self) -> None:
        """The same page in its dark colours."""
        self.page.evaluate("document.documentElement.setAttribute('data-bs-theme', 'dark')")
        self.page.evaluate(reading.SETTLED)


def moved(order: list[str], at: int, to: int) -> list[str]:
    """The order after one module went to another place."""
    found = list(order)
    found.insert(to, found.pop(at))
    return found


def _between(
    start: tuple[float, float], end: tuple[float, float], step: int
) -> tuple[float, float]:
    part = step / FINGER_STEPS
    return (start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part)


@contextmanager
def at_editor(
    browser: Browser, desk: Desk, port: int, size: tuple[int, int] = WIDE, **more: Any
) -> Iterator[Editor]:
    """A person's own browser window; whatever its console complains of is in `said`."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="zh-CN", bypass_csp=False, **more
    )
    host = desk.client.host  # type: ignore[attr-defined]
    cookie = desk.client.get_cookie("kameng", domain=host)
    assert cookie
    address = f"http://{host}:{port}"
    context.add_cookies([{"name": "kameng", "value": cookie.value, "url": address}])
    made = Editor(context.new_page(), context, desk, port)
    watch = ("error", "warning")
    made.page.on("console", lambda m: made.said.append(m.text) if m.type in watch else None)
    made.page.on("pageerror", lambda error: made.said.append(str(error)))
    try:
        yield made
    finally:
        context.close()
