"""The theme engine's doors. Everything else in this package is private.

Pages are data: an arrangement (JSON a site saved) and drops (plain values of this request) go in,
HTML comes out. No door takes a template, a style or a script from outside the gallery.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import FileSystemBytecodeCache

from . import arrangement as _arrangement
from . import (
    asks,
    cards,
    carried,
    links,
    opening,
    ownpages,
    prepared,
    sandbox,
    schematic,
    switching,
    texts,
    thumbnails,
    tokens,
    writing,
)
from . import (
    library as _library,
)
from .asks import RANK
from .assets import Asset
from .carried import Carried
from .errors import (
    BadArrangement,
    BrokenTheme,
    Failure,
    Problem,
    RenderFailed,
    ThemeError,
    UnknownTheme,
)
from .links import pictures_from
from .policy import content_policy
from .render import Drawing
from .render import forget as _forget_drawings
from .shelf import GALLERY, Shelf
from .theme import Theme
from .tokens import Pair

__all__ = [
    "GALLERY",
    "RANK",
    "THEMES",
    "Asset",
    "BadArrangement",
    "BrokenTheme",
    "Carried",
    "Failure",
    "Pair",
    "Problem",
    "RenderFailed",
    "Shelf",
    "Theme",
    "ThemeError",
    "UnknownTheme",
    "art",
    "asset",
    "asset_url",
    "carried_by",
    "check",
    "content_policy",
    "contrast",
    "dress",
    "forget",
    "fragment",
    "leads_out",
    "library",
    "lines",
    "menus",
    "needs",
    "normalise",
    "opened",
    "palette",
    "pictures",
    "pictures_from",
    "presets",
    "put",
    "render",
    "reset",
    "rewritten",
    "rich_text",
    "settings_of",
    "sketch",
    "start",
    "switch",
    "tags",
    "theme",
    "thumbnail",
    "title",
    "tokens_css",
    "typed_text",
    "upgrade",
    "wants",
    "warm",
]
Arrangement = Mapping[str, Any]
_shelf = Shelf()
THEMES = _shelf.names()


def theme(name: str, version: str | None = None) -> Theme:
    """The theme's pinned major.minor line, or its newest. Raises UnknownTheme, BrokenTheme."""
    return _shelf.theme(name, version)


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


def lines(theme: str) -> tuple[str, ...]:
    """The major.minor lines of a theme in the gallery, oldest first. Raises UnknownTheme."""
    return tuple(_shelf.lines(theme))


def start(
    theme: str,
    preset: str,
    name: str,
    primary: str,
    version: str | None = None,
    *,
    locale: str = texts.LOCALES[0],
) -> dict[str, Any]:
    """A new site's arrangement: preset, site name, primary colour (#rrggbb or "" for the theme's),
    on a line of the theme or its newest.

    Every default is written in, so that a changed default never changes a live site; the preset's
    words are those of `locale`, and the site's own from then on.
    """
    return _arrangement.start(_shelf.theme(theme, version), preset, name, primary, locale)


def switch(
    arrangement: Arrangement,
    theme: str,
    preset: str | None = None,
    version: str | None = None,
    *,
    locale: str = texts.LOCALES[0],
) -> dict[str, Any]:
    """The same site in another theme, or anew in its own; what the site says of itself stays.

    Its own theme stays on the site's own line; another begins on `version`, or its newest. Without
    a preset pages and words stay too; what the new theme cannot draw waits in `orphans` and comes
    back with a theme that can. A preset speaks `locale`. Raises UnknownTheme, BadArrangement;
    KeyError for no preset.
    """
    own = arrangement.get("version") if arrangement.get("theme") == theme else version
    return switching.switched(_shelf.theme(theme, own), arrangement, preset, locale)


def upgrade(arrangement: Arrangement, version: str) -> dict[str, Any]:
    """The arrangement brought to another line of its own theme by that line's declared steps.

    Raises UnknownTheme for a line that is not in the gallery, BrokenTheme, and BadArrangement for
    what the line cannot take: nothing is dropped that no step drops.
    """
    name = str(arrangement.get("theme"))
    if version not in _shelf.lines(name):
        raise UnknownTheme(f"{name} {version}")
    return switching.upgraded(_shelf.theme(name, version), arrangement)


def dress(arrangement: Arrangement, look: Arrangement) -> dict[str, Any]:
    """The site in another site's look, its theme on the look's line or the newest where that is
    gone; what the site says of itself, its menus and own pages stay. Raises UnknownTheme,
    BadArrangement."""
    found = theme(str(look.get("theme")), look.get("version"))
    return switching.dressed(found, arrangement, look)


def carried_by(look: Arrangement) -> list[Carried]:
    """The pictures, goods, articles and pages a look names, each by id. Raises UnknownTheme."""
    return carried.found(theme(str(look.get("theme")), look.get("version")), look)


def rewritten(look: Arrangement, change: Callable[[Carried], str]) -> dict[str, Any]:
    """The look with each id it names as `change` says, "" for nothing. Raises UnknownTheme."""
    found = theme(str(look.get("theme")), look.get("version"))
    return carried.changed(found, look, change)


def check(arrangement: Arrangement) -> list[Problem]:
    """Everything wrong with an arrangement, by field path; empty when it can be saved."""
    found = theme(str(arrangement.get("theme")), arrangement.get("version"))
    return _arrangement.examine(found, arrangement)[1]


def normalise(arrangement: Arrangement) -> dict[str, Any]:
    """The arrangement as it is stored: migrated, rich text cleaned, defaults written in.

    Raises BadArrangement with all problems.
    """
    found = theme(str(arrangement.get("theme")), arrangement.get("version"))
    return _arrangement.normalise(found, arrangement)


def opened(arrangement: Arrangement) -> tuple[dict[str, Any], bool]:
    """The arrangement as an editor opens it, with every page and group of its theme; and whether
    what was saved had to be changed for the theme as it is now. Raises BadArrangement."""
    found = theme(str(arrangement.get("theme")), arrangement.get("version"))
    return opening.opened(found, arrangement)


def reset(
    arrangement: Arrangement,
    page: tuple[str, str] | None = None,
    preset: str | None = None,
    *,
    locale: str = texts.LOCALES[0],
) -> dict[str, Any]:
    """The arrangement with one page (`("templates", "home")`, `("groups", "footer")`), or all of
    them and the colours, as its theme or a preset has them; words, menus and own pages stay.

    Raises BadArrangement; KeyError for a page or preset the theme has not.
    """
    found = theme(str(arrangement.get("theme")), arrangement.get("version"))
    return opening.reset(found, arrangement, page, preset, locale)


def library(theme: str, version: str | None = None, locale: str = "zh_CN") -> dict[str, Any]:
    """Every section type of a theme as an editor offers it: name, places, fields with their words
    in one language, blocks, and what a new one holds. Plain values, made once per language."""
    return _library.of(_shelf.theme(theme, version), locale)


def put(arrangement: Arrangement, page: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The arrangement with one section as somebody has it on the screen: `page` is a template,
    `group:<name>` or `page:<slug>`. Only that section is examined. Raises BadArrangement."""
    found = theme(str(arrangement.get("theme")), arrangement.get("version"))
    return _arrangement.put(found, arrangement, page, raw)


def presets(theme: str, version: str | None = None) -> list[dict[str, Any]]:
    """The one-click decorations of a theme's line: key and title by language."""
    found = _shelf.theme(theme, version).presets
    return [{"key": key, "title": preset["title"]} for key, preset in found.items()]


def title(theme: str) -> dict[str, str]:
    """What a theme is called, by language."""
    return dict(_shelf.theme(theme).title)


def tags(theme: str) -> tuple[str, ...]:
    """What a theme is good for, in a word each, as its theme.toml says."""
    return _shelf.theme(theme).manifest.tags


def thumbnail(theme: str, preset: str, version: str | None = None) -> Asset | None:
    """The small picture of a preset's home page; None where none was made yet."""
    return thumbnails.of(_shelf.theme(theme, version), preset)


def art(theme: str, version: str | None = None) -> dict[str, dict[str, Any]]:
    """Every picture a theme has drawn, by its name: {src, srcset, width, height}."""
    return dict(_shelf.theme(theme, version).art)


def palette(theme: str, tokens_: Mapping[str, Any], version: str | None = None) -> dict[str, str]:
    """The colours of a site on a theme by day, those computed from them included."""
    return tokens.by_day(_shelf.theme(theme, version).tokens, tokens_)


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


def menus(theme: str, locale: str, version: str | None = None) -> dict[str, list[dict[str, Any]]]:
    """The menus a theme shows where a site has written none: {main, footer: [{label, link}]}."""
    found = _shelf.theme(theme, version)
    return ownpages.usual(found.menus, found.texts(locale))


def pictures(arrangement: Arrangement, template: str) -> list[str]:
    """The media ids a page shows; give them back as drops["media"]:
    {id: {src, srcset, width, height}}, a missing one is left out."""
    return asks.media(_page(arrangement, template), arrangement.get("site", {}))


def _page(arrangement: Arrangement, template: str) -> prepared.Prepared:
    found = theme(str(arrangement.get("theme")), arrangement.get("version"))
    return prepared.page(found, template, arrangement)


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
    return tokens.css(_shelf.theme(theme, version).tokens, tokens_)


def contrast(theme: str, tokens_: Mapping[str, Any], version: str | None = None) -> list[Pair]:
    """The checked colour pairs with a verdict and the nearest passing shade."""
    return tokens.contrast(_shelf.theme(theme, version).tokens, tokens_)


def asset(theme: str, version: str, hash_: str, path: str) -> Asset | None:
    """The file behind /assets/<theme>/<version>/<hash>/<path>; None unless all four fit."""
    try:
        found = _shelf.theme(theme, version)
    except UnknownTheme:
        return None
    file = found.assets.get(path)
    return file if file and file.hash == hash_ and found.version == version else None


def asset_url(theme: str, path: str, version: str | None = None) -> str:
    """The immutable URL of a theme's file. KeyError for a file it has not."""
    return _shelf.theme(theme, version).asset_url(path)


def rich_text(typed: str) -> str:
    """What a person typed into a plain field, as clean HTML: paragraphs, lists, headings."""
    return writing.read(typed)


def leads_out(url: str, *, also: Iterable[str] = ()) -> bool:
    """Whether a link may lead to this address elsewhere: https, or a scheme of `also`."""
    return links.safe(url) == url and url.startswith(("https://", *(f"{one}:" for one in also)))


def typed_text(stored: str) -> str:
    """Stored rich text as it may be typed into a plain field again."""
    return writing.typed(stored)


def warm(locales: Iterable[str] = texts.LOCALES, *, cache: Path | None = None) -> int:
    """Load every line of every theme and compile its templates now; returns how many.

    With `cache`, an existing folder, compiled templates are kept there between starts.
    """
    kept = FileSystemBytecodeCache(str(cache)) if cache else None
    return sum(
        sandbox.compiled(_shelf.theme(name, line).sandbox(locale, kept))
        for name in _shelf.names()
        for line in _shelf.lines(name)
        for locale in locales
    )


def forget() -> None:
    """Drop everything kept of checked and drawn pages, as a fresh process has it."""
    _forget_drawings()
    prepared.forget()
    cards.forget()
