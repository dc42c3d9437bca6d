"""Doors to what the gallery has: themes and their lines, presets, pictures, fields, colours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import library as _library
from . import (
    shelf,
    thumbnails,
    tokens,
)
from .assets import Asset
from .theme import Theme
from .tokens import Pair

THEMES = shelf.current.names()


def theme(name: str, version: str | None = None) -> Theme:
    """The theme's pinned major.minor line, or its newest. Raises UnknownTheme, BrokenTheme."""
    return shelf.current.theme(name, version)


def lines(theme: str) -> tuple[str, ...]:
    """The major.minor lines of a theme in the gallery, oldest first. Raises UnknownTheme."""
    return tuple(shelf.current.lines(theme))


def library(theme: str, version: str | None = None, locale: str = "zh_CN") -> dict[str, Any]:
    """Every section type of a theme as an editor offers it: name, places, fields with their words
    in one language, blocks, and what a new one holds. Plain values, made once per language."""
    return _library.of(shelf.current.theme(theme, version), locale)


def presets(theme: str, version: str | None = None) -> list[dict[str, Any]]:
    """The one-click decorations of a theme's line: key and title by language."""
    found = shelf.current.theme(theme, version).presets
    return [{"key": key, "title": preset["title"]} for key, preset in found.items()]


def title(theme: str) -> dict[str, str]:
    """What a theme is called, by language."""
    return dict(shelf.current.theme(theme).title)


def tags(theme: str) -> tuple[str, ...]:
    """What a theme is good for, in a word each, as its theme.toml says."""
    return shelf.current.theme(theme).manifest.tags


def thumbnail(theme: str, preset: str, version: str | None = None) -> Asset | None:
    """The small picture of a preset's home page; None where none was made yet."""
    return thumbnails.of(shelf.current.theme(theme, version), preset)


def art(theme: str, version: str | None = None) -> dict[str, dict[str, Any]]:
    """Every picture a theme has drawn, by its name: {src, srcset, width, height}."""
    return dict(shelf.current.theme(theme, version).art)


def palette(theme: str, tokens_: Mapping[str, Any], version: str | None = None) -> dict[str, str]:
    """The colours of a site on a theme by day, those computed from them included."""
    return tokens.by_day(shelf.current.theme(theme, version).tokens, tokens_)


def contrast(theme: str, tokens_: Mapping[str, Any], version: str | None = None) -> list[Pair]:
    """The checked colour pairs with a verdict and the nearest passing shade."""
    return tokens.contrast(shelf.current.theme(theme, version).tokens, tokens_)
