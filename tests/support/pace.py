"""How long a person would need: every act of a hand is done at once and counted in seconds of a
human, by the keystroke-level model of Card, Moran and Newell ("The keystroke-level model for user
performance time with interactive systems", Communications of the ACM 23(7), 1980): K 0.28 s for a
key or a button of an average typist, P 1.1 s to point, M 1.35 s to think before a decision, H 0.4 s
from the keyboard to the mouse and back. By its rules a press that the one before it was made for
(`decides=False`) and a field whose answer one knows need no thought. Of our own: a Chinese sign is
three keys (its syllable; phrases are taken whole), a screenful scrolled or a text replaced is two,
and a finger is no faster than a mouse. What the system takes comes on top, by the clock."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.support.touch import ARMED_MS, FRAME_MS, HELD_MS, SETTLED_MS, STEPS

K, P, M, H = 0.28, 1.1, 1.35, 0.4
KEYS_OF_A_CHINESE_SIGN = 3
KEYS_OF_A_MOVE = 2
EDGES = "one => [one.getBoundingClientRect().top, one.getBoundingClientRect().bottom]"
Point = tuple[float, float]


def keys(text: str) -> int:
    """The keys one presses for a text."""
    return sum(1 if sign.isascii() else KEYS_OF_A_CHINESE_SIGN for sign in text)


@dataclass
class Hands:
    """Two hands at a page: with a finger, or with mouse and keyboard."""

    page: Page
    finger: bool
    human: float = 0.0
    aside: float = 0.0
    typing: bool = False
    began: float = field(default_factory=time.monotonic)

    @property
    def system(self) -> float:
        """Seconds by the clock since it began, without what only a test does."""
        return time.monotonic() - self.began - self.aside

    @contextmanager
    def aside_for(self) -> Iterator[None]:
        """Something no person would do: a picture, a look with axe."""
        began = time.monotonic()
        yield
        self.aside += time.monotonic() - began

    def reads(self, times: int = 1) -> None:
        """A thought of its own: what has come up is taken in."""
        self.human += M * times

    def presses(self, target: Locator, *, decides: bool = True) -> None:
        """Decide, point, press; scroll there first where it is out of sight."""
        self._reaches(target)
        self.human += M * decides + P + K
        if self.finger:
            target.tap()
        else:
            target.click()

    def types(self, target: Locator, text: str, *, decides: bool = True) -> None:
        """Go into a field, type over what stands in it."""
        self._reaches(target)
        is_paper = target.get_attribute("contenteditable") is not None
        stands = "" if is_paper else target.input_value()
        self.human += M * decides + P + K + K * (KEYS_OF_A_MOVE * bool(stands) + keys(text))
        self._rests(typing=True)
        target.fill(text)

    def chooses(self, target: Locator, label: str) -> None:
        """Open a list and take a line of it."""
        self._reaches(target)
        self.human += M + 2 * (P + K)
        target.select_option(label=label)

    def uploads(self, button: Locator, file: Path) -> None:
        """Press, and pick a file in the window of the machine: find it, take it, say yes."""
        with self.page.expect_file_chooser() as opened:
            self.page.wait_for_timeout(ARMED_MS)
            self.presses(button)
        self.human += M + 2 * (P + K)
        opened.value.set_files(file)

    def drags(self, grip: Locator, onto: Locator) -> None:
        """Hold something by its handle, bring it to the upper edge of another, let it go."""
        self._reaches(grip)
        self.human += M + 2 * (P + K)
        grip.scroll_into_view_if_needed()
        start, end = _middle(grip), _middle(onto, down=0.2)
        path = [_between(start, end, step / STEPS) for step in range(1, STEPS + 1)]
        if self.finger:
            self._slides(start, path)
        else:
            self._pulls(start, path)

    def _slides(self, start: Point, path: list[Point]) -> None:
        wire = self.page.context.new_cdp_session(self.page)

        def touch(kind: str, *points: Point) -> None:
            where = [{"x": x, "y": y} for x, y in points]
            wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})

        touch("touchStart", start)
        self.page.wait_for_timeout(HELD_MS)
        for point in path:
            touch("touchMove", point)
            self.page.wait_for_timeout(FRAME_MS)
        self.page.wait_for_timeout(SETTLED_MS)
        touch("touchEnd")

    def _pulls(self, start: Point, path: list[Point]) -> None:
        self.page.mouse.move(*start)
        self.page.mouse.down()
        for point in path:
            self.page.mouse.move(*point)
        self.page.wait_for_timeout(SETTLED_MS)
        self.page.mouse.up()

    def _reaches(self, target: Locator) -> None:
        """The hand goes to the mouse, and the page until the target is in sight."""
        self._rests(typing=False)
        size = self.page.viewport_size
        assert size
        target.wait_for()
        top, bottom = target.evaluate(EDGES)
        far = max(-top, bottom - size["height"], 0.0)
        self.human += KEYS_OF_A_MOVE * K * math.ceil(far / size["height"])

    def _rests(self, *, typing: bool) -> None:
        if typing != self.typing and not self.finger:
            self.human += H
        self.typing = typing


def _middle(target: Locator, down: float = 0.5) -> Point:
    box = target.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] * down


def _between(start: Point, end: Point, part: float) -> Point:
    return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part
