"""Icons: one JSON file of path data, printed inline so that no page fetches a sprite."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from markupsafe import Markup, escape

from .errors import BrokenTheme

_SHAPES = re.compile(
    r'(<(path|circle|rect|line|polyline|ellipse)( [a-z-]+="[A-Za-z0-9 .,-]*")+/>)+'
)


def load(folders: Iterable[Path]) -> dict[str, str]:
    """Icon name to SVG shapes, the theme's over base's. Raises BrokenTheme."""
    found: dict[str, str] = {}
    for folder in reversed(list(folders)):
        file = folder / "assets" / "icons.json"
        if file.exists():
            found |= _checked(file, json.loads(file.read_text("utf-8")))
    return found


def _checked(file: Path, icons: Mapping[str, str]) -> dict[str, str]:
    for name, shapes in icons.items():
        if not _SHAPES.fullmatch(shapes):
            raise BrokenTheme(file, f"icon {name} holds more than plain shapes")
    return dict(icons)


class Icons:
    """The template function icon(name): an aria-hidden inline SVG; unknown names draw `card`."""

    def __init__(self, shapes: Mapping[str, str]) -> None:
        self._drawn = {name: _svg(inside) for name, inside in shapes.items()}

    def __call__(self, name: str, label: str = "") -> Markup:
        """The icon; with `label` it is announced, without it is decoration."""
        drawn = self._drawn.get(str(name)) or self._drawn["card"]
        if not label:
            return drawn
        named = str(drawn).replace('aria-hidden="true"', f'role="img" aria-label="{escape(label)}"')
        return Markup(named)  # noqa: S704 - the label was escaped

    def names(self) -> list[str]:
        """Every icon of the theme."""
        return sorted(self._drawn)


def _svg(inside: str) -> Markup:
    return Markup(  # noqa: S704 - the shapes were matched against a closed grammar
        '<svg class="i" viewBox="0 0 24 24" width="24" height="24" fill="none" '
        'stroke="currentColor" stroke-width="1.75" stroke-linecap="round" '
        f'stroke-linejoin="round" aria-hidden="true" focusable="false">{inside}</svg>'
    )
