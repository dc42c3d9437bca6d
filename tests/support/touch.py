"""A finger: real touch events, and a mouse that holds and pulls."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page

HELD_MS, FRAME_MS, STEPS = 220, 16, 8
SETTLED_MS = 120
"""A hand comes to rest before it lets go; the list asks every 50 ms where it is."""
ARMED_MS = 250
"""Until the browser hands the window for files to the test: a press before that is lost to it."""
Point = tuple[float, float]


def point(target: Locator, across: float = 0.5, down: float = 0.5) -> Point:
    """Where something is on the screen, scrolled into sight."""
    target.hover(trial=True)
    box = target.bounding_box()
    assert box
    return box["x"] + box["width"] * across, box["y"] + box["height"] * down


def way(start: Point, end: Point) -> Iterable[Point]:
    for step in range(1, STEPS + 1):
        part = step / STEPS
        yield start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part


class Finger:
    """One finger on the glass."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.wire = page.context.new_cdp_session(page)

    def taps(self, target: Locator) -> None:
        where = point(target)
        self._send("touchStart", where)
        self._send("touchEnd")

    def drags(self, grip: Locator, onto: Locator | Point, *, down: float = 0.2) -> None:
        """Holds it a moment, pulls, lets go."""
        self.holds(grip)
        self.pulls(onto if isinstance(onto, tuple) else point(onto, down=down))
        self.lets_go()

    def holds(self, grip: Locator) -> None:
        self.at = point(grip)
        self._send("touchStart", self.at)
        self.page.wait_for_timeout(HELD_MS)

    def pulls(self, end: Point) -> None:
        for one in way(self.at, end):
            self._send("touchMove", one)
            self.page.wait_for_timeout(FRAME_MS)
        self.page.wait_for_timeout(SETTLED_MS)
        self.at = end

    def lets_go(self) -> None:
        self._send("touchEnd")

    def _send(self, kind: str, *points: Point) -> None:
        where = [{"x": x, "y": y} for x, y in points]
        self.wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})


@dataclass
class Mouse:
    """The same with a mouse."""

    page: Page
    at: Point = (0.0, 0.0)

    def taps(self, target: Locator) -> None:
        self.page.mouse.click(*point(target))

    def drags(self, grip: Locator, onto: Locator | Point, *, down: float = 0.2) -> None:
        self.holds(grip)
        self.pulls(onto if isinstance(onto, tuple) else point(onto, down=down))
        self.lets_go()

    def holds(self, grip: Locator) -> None:
        self.at = point(grip)
        self.page.mouse.move(*self.at)
        self.page.mouse.down()

    def pulls(self, end: Point) -> None:
        for one in way(self.at, end):
            self.page.mouse.move(*one)
        self.page.wait_for_timeout(SETTLED_MS)
        self.at = end

    def lets_go(self) -> None:
        self.page.mouse.up()
