"""Doors that draw: pages and parts of them, what a page asks for, and the files it links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import FileSystemBytecodeCache

from . import (
    asks,
    cards,
    ownpages,
    prepared,
    sandbox,
    schematic,
    shelf,
    texts,
    tokens,
)
from .assets import Asset
from .errors import Failure, UnknownTheme
from .offered import theme
from .render import Drawing
from .render import forget as _forget_drawings

Arrangement = Mapping[str, Any]


def render(
    theme: str,
    template: str,
    *,
    arrangement: Arrangement,
    drops: Mapping[str, Any],
    locale: str = "zh_CN",
    failed: list[Failure] | None = None,
) -> str:
    """A whole page. Optional sections that fail are skipped, logged and added to `failed`.

    Raises RenderFailed when the section the page exists for cannot be drawn.
    """
    drawing = _drawing(theme, template, arrangement, drops, locale)
    page = drawing.page()
    if failed is not None:
        failed += drawing.failures
    return page


def fragment(
    theme: str,
    template: str,
    section_id: str,
    *,
    arrangement: Arrangement,
    drops: Mapping[str, Any],
    locale: str = "zh_CN",
) -> str:
    """One section of a page, the same string as inside the page. KeyError if it has none."""
    drawing = _drawing(theme, template, arrangement, drops, locale)
    for sections in drawing.sections.values():
        for ready in sections:
            if ready.values["id"] == section_id:
                return drawing.section(ready)
    raise KeyError(section_id)


def _drawing(
    name: str, template: str, arrangement: Arrangement, drops: Mapping[str, Any], locale: str
) -> Drawing:
    found = theme(name, arrangement.get("version"))
    return Drawing(found, template, arrangement, drops, locale)


def wants(arrangement: Arrangement, template: str) -> list[dict[str, Any]]:
    """Which goods each shelf of a page asks for, so that a face can feed it.

    [{section, source, category, products, limit}], with `block` where a section has several; give
    the lists back as drops["feeds"]: {section: cards} or {section: {block: cards}}.
    """
    return asks.goods(_page(arrangement, template))


def needs(arrangement: Arrangement, template: str) -> frozenset[str]:
    """The drops that sections of a page cannot be drawn without: read nothing else for it."""
    return asks.drops(_page(arrangement, template))


def settings_of(arrangement: Arrangement, template: str, type_: str) -> list[dict[str, Any]]:
    """The settings of each section of a type on a page, its id as `section`."""
    return asks.settings(_page(arrangement, template), type_)


def pictures(arrangement: Arrangement, template: str) -> list[str]:
    """The media ids a page shows; give them back as drops["media"]:
    {id: {src, srcset, width, height}}, a missing one is left out."""
    return asks.media(_page(arrangement, template), arrangement.get("site", {}))


def _page(arrangement: Arrangement, template: str) -> prepared.Prepared:
    found = theme(str(arrangement.get("theme")), arrangement.get("version"))
    return prepared.page(found, template, arrangement)


def menus(theme: str, locale: str, version: str | None = None) -> dict[str, list[dict[str, Any]]]:
    """The menus a theme shows where a site has written none: {main, footer: [{label, link}]}."""
    found = shelf.current.theme(theme, version)
    return ownpages.usual(found.menus, found.texts(locale))


def sketch(arrangement: Arrangement, template: str = "home") -> str:
    """A page as an SVG of blocks in the site's colours, for a list of saved designs. It holds no
    word of the arrangement. Raises UnknownTheme."""
    found = theme(str(arrangement.get("theme")), arrangement.get("version"))
    page = prepared.page(found, template, arrangement)
    return schematic.drawn(page, found.tokens, arrangement.get("tokens") or {})


def tokens_css(
    theme: str, tokens_: Mapping[str, Any], version: str | None = None
) -> tuple[str, str]:
    """(hash, stylesheet) of a site's colours on its line; pages link /tokens/<hash>.css."""
    return tokens.css(shelf.current.theme(theme, version).tokens, tokens_)


def asset(theme: str, version: str, hash_: str, path: str) -> Asset | None:
    """The file behind /assets/<theme>/<version>/<hash>/<path>; None unless all four fit."""
    try:
        found = shelf.current.theme(theme, version)
    except UnknownTheme:
        return None
    file = found.assets.get(path)
    return file if file and file.hash == hash_ and found.version == version else None


def asset_url(theme: str, path: str, version: str | None = None) -> str:
    """The immutable URL of a theme's file. KeyError for a file it has not."""
    return shelf.current.theme(theme, version).asset_url(path)


def warm(locales: Iterable[str] = texts.LOCALES, *, cache: Path | None = None) -> int:
    """Load every line of every theme and compile its templates now; returns how many.

    With `cache`, an existing folder, compiled templates are kept there between starts.
    """
    kept = FileSystemBytecodeCache(str(cache)) if cache else None
    return sum(
        sandbox.compiled(shelf.current.theme(name, line).sandbox(locale, kept))
        for name in shelf.current.names()
        for line in shelf.current.lines(name)
        for locale in locales
    )


def forget() -> None:
    """Drop everything kept of checked and drawn pages, as a fresh process has it."""
    _forget_drawings()
    prepared.forget()
    cards.forget()
