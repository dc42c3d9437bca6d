"""Doors to what a site has saved: begun, changed, checked, carried to another site."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from . import arrangement as _arrangement
from . import (
    carried,
    links,
    opening,
    shelf,
    switching,
    texts,
    writing,
)
from .carried import Carried
from .errors import Problem, UnknownTheme
from .offered import theme
from .opening import Recovered

Arrangement = Mapping[str, Any]


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
    return _arrangement.start(shelf.current.theme(theme, version), preset, name, primary, locale)


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
    return switching.switched(shelf.current.theme(theme, own), arrangement, preset, locale)


def upgrade(arrangement: Arrangement, version: str) -> dict[str, Any]:
    """The arrangement brought to another line of its own theme by that line's declared steps.

    Raises UnknownTheme for a line that is not in the gallery, BrokenTheme, and BadArrangement for
    what the line cannot take: nothing is dropped that no step drops.
    """
    name = str(arrangement.get("theme"))
    if version not in shelf.current.lines(name):
        raise UnknownTheme(f"{name} {version}")
    return switching.upgraded(shelf.current.theme(name, version), arrangement)


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


def recovered(arrangement: Arrangement, version: str | None = None) -> Recovered:
    """What an editor can open of an arrangement, on its own line of its theme or on `version`,
    whatever was done to it: whole; whether it was changed for that; and what was left out, each
    with its path and the type of its section. A theme that is gone gives its place to the first."""
    name = str(arrangement.get("theme"))
    known = name in shelf.current.names()
    line = version or str(arrangement.get("version"))
    found = theme(name, line) if known else theme(shelf.current.names()[0])
    given = arrangement if known else {**arrangement, "theme": found.name, "version": ""}
    return opening.recovered(found, given)


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


def put(arrangement: Arrangement, page: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The arrangement with one section as somebody has it on the screen: `page` is a template,
    `group:<name>` or `page:<slug>`. Only that section is examined. Raises BadArrangement."""
    found = theme(str(arrangement.get("theme")), arrangement.get("version"))
    return _arrangement.put(found, arrangement, page, raw)


def rich_text(typed: str) -> str:
    """What a person typed into a plain field, as clean HTML: paragraphs, lists, headings."""
    return writing.read(typed)


def typed_text(stored: str) -> str:
    """Stored rich text as it may be typed into a plain field again."""
    return writing.typed(stored)


def leads_out(url: str, *, also: Iterable[str] = ()) -> bool:
    """Whether a link may lead to this address elsewhere: https, or a scheme of `also`."""
    return links.safe(url) == url and url.startswith(("https://", *(f"{one}:" for one in also)))
