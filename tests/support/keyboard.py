"""Somebody who has nothing but a keyboard: goes by Tab, and fails where the focus is lost, cannot
be seen, or cannot get away."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

MOST_STOPS = 150
UNTOUCHED = """() => {
  window.pressed = [];
  for (const kind of ['mousedown', 'touchstart', 'pointerdown'])
    addEventListener(kind, event => window.pressed.push(kind), true);
}"""
HERE = """() => {
  const at = document.activeElement;
  if (!at || at === document.body || at === document.documentElement) return '';
  const name = at.getAttribute('aria-label') || at.innerText || at.value || at.id || '';
  return `${at.localName}.${at.className} ${name.trim().slice(0, 30)}`;
}"""
PASSED = """() => {
  const at = document.activeElement, again = window.passed.has(at);
  window.passed.add(at);
  return again;
}"""
SEEN = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect();
  if (at.localName === 'iframe') return true;
  const looks = one => [getComputedStyle(one), getComputedStyle(one, '::after')]
    .map(s => s.outlineStyle === 'none' || s.outlineWidth === '0px' ? s.boxShadow : s.outline);
  const parts = [at, at.nextElementSibling, at.parentElement].filter(Boolean);
  const now = JSON.stringify(parts.map(looks));
  at.blur();
  const before = JSON.stringify(parts.map(looks));
  at.focus({ preventScroll: true });
  const inside = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
  return now !== before && inside && box.width > 0;
}"""


@dataclass
class Keys:
    """Fingers on a keyboard; there is no mouse."""

    page: Page

    def begin(self) -> None:
        """From now on every press of a mouse or a finger is remembered."""
        self.page.evaluate(UNTOUCHED)

    def untouched(self) -> bool:
        """Nothing but keys since."""
        return self.page.evaluate("window.pressed.length") == 0

    def press(self, *names: str) -> None:
        """Keys one after the other; after each the focus stands somewhere."""
        for name in names:
            self.page.keyboard.press(name)
            assert self.here(), f"the focus is lost after {name}"

    def types(self, text: str) -> None:
        """In place of what stands in the field."""
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def here(self) -> str:
        """What has the focus; a redraw may take a moment."""
        for _ in range(20):
            if found := self.page.evaluate(HERE):
                return str(found)
            self.page.wait_for_timeout(25)
        return ""

    def is_on(self, target: Locator) -> bool:
        return bool(target.evaluate("one => one === document.activeElement"))

    def goes_to(self, target: Locator, *, back: bool = False) -> None:
        """By Tab, or backwards, until it has the focus, and one sees that it has."""
        target.first.wait_for(state="attached")
        passed: list[str] = []
        while not self.is_on(target.first):
            passed.append(self.here())
            assert len(passed) < MOST_STOPS, f"no way to {target}: {passed[-12:]}"
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
        assert self.page.evaluate(SEEN), f"nobody sees the focus on {self.here()}"

    def opens(self, target: Locator, *, back: bool = False) -> None:
        """Goes there and presses Enter."""
        self.goes_to(target, back=back)
        self.page.keyboard.press("Enter")

    def stays_in(self, dialog: Locator) -> None:
        """Tab goes round in a dialog, whichever way; not one step leads out behind it."""
        leads_out = "one => document.hasFocus() && !one.contains(document.activeElement)"
        for key in ("Tab", "Shift+Tab"):
            for _ in range(dialog.locator("a, button, input, select, [tabindex]").count() + 2):
                self.page.keyboard.press(key)
                outside = dialog.evaluate(leads_out) and self.page.evaluate(HERE)
                assert not outside, f"{key} left the dialog for {outside}"

    def goes_round(self) -> int:
        """Every stop of the page, each seen, until it begins anew: how many there are."""
        passed: list[str] = []
        self.page.evaluate("window.passed = new Set()")
        while len(passed) < MOST_STOPS:
            self.page.keyboard.press("Tab")
            stop, again = self.page.evaluate(HERE), self.page.evaluate(PASSED)
            if stop and again:
                return len(passed)
            if stop:
                assert self.page.evaluate(SEEN), f"nobody sees the focus on {stop}"
                passed.append(stop)
        raise AssertionError(f"no way out of {passed[-12:]}")
