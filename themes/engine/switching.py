"""Another theme for what a site has arranged already: nothing typed is thrown away.

Sections of a type the new theme lacks wait in `orphans` and return with a theme that has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from . import arrangement, migrations
from .document import MOST_ORPHANS, MOST_PAGES, Document, Menus, validated
from .texts import LOCALES
from .theme import Arrangement, Theme

KEPT = ("site", "menus", "pages")
MENUS = tuple(Menus.model_fields)


def switched(
    theme: Theme, document: Mapping[str, Any], preset: str | None, locale: str = LOCALES[0]
) -> Arrangement:
    """The arrangement for another theme (or anew for its own). Raises BadArrangement.

    `preset` None keeps pages, order and words; else home, groups and colours are the preset's, and
    what the site says of itself, its menus and its own pages stay. KeyError for no such preset."""
    given = _given(document)
    if preset is None:
        return _finished(theme, _kept(theme, given))
    return _finished(theme, _anew(theme, given, theme.preset(preset, locale)))


def dressed(theme: Theme, document: Mapping[str, Any], look: Mapping[str, Any]) -> Arrangement:
    """The site in a look that was made elsewhere: home, groups and colours are the look's; what the
    site says of itself, its menus and its own pages stay. Of pages and menus the look brings come
    those the site has none of. Raises BadArrangement."""
    given, brought = _given(document), _given(look)
    made = _anew(theme, given, brought)
    own, theirs = given.get("pages") or {}, brought.get("pages") or {}
    news = [slug for slug in theirs if slug not in own][: MOST_PAGES - len(own)]
    made["pages"] = {**own, **{slug: theirs[slug] for slug in news}}
    menus, others = given.get("menus") or {}, brought.get("menus") or {}
    made["menus"] = {name: menus.get(name) or others.get(name) or [] for name in MENUS}
    made["menus"] = _leading(made)
    return _finished(theme, made)


def _given(document: Mapping[str, Any]) -> Arrangement:
    return deepcopy({key: document[key] for key in document if key in Document.model_fields})


def _leading(made: Arrangement) -> Arrangement:
    """The menus without lines to own pages the site has not."""
    return {
        name: [
            line
            for line in lines
            if line["link"].get("kind") != "page" or line["link"].get("ref") in made["pages"]
        ]
        for name, lines in made["menus"].items()
    }


def _finished(theme: Theme, made: Arrangement) -> Arrangement:
    """Every page with what the theme can draw of it and what it must have."""
    for page, defaults in _pages(theme, made):
        page["sections"] = [_fitting(theme, one) for one in page.get("sections", [])]
        _complete(theme, page, defaults)
    return arrangement.normalise(theme, made)


def upgraded(theme: Theme, document: Mapping[str, Any]) -> Arrangement:
    """The arrangement on this line of its own theme. Raises BadArrangement.

    Nothing is dropped but by the line's declared steps: what it does not know is a problem. Locked
    sections the line puts on a page are put in."""
    given = deepcopy({key: document[key] for key in document if key in Document.model_fields})
    made = _kept(theme, given)
    for page, defaults in _pages(theme, made):
        _complete(theme, page, defaults)
    return arrangement.normalise(theme, made)


def _complete(theme: Theme, page: dict[str, Any], defaults: list[Any]) -> None:
    """Put in the locked sections the theme has on this page and the page has not."""
    page.setdefault("sections", [])
    there = {_type_now(theme, one) for one in page["sections"]}
    missing = [one for one in defaults if one["type"] not in there]
    page["sections"] += [one for one in missing if theme.schemas[one["type"]].locked]


def _type_now(theme: Theme, section: dict[str, Any]) -> str:
    """The type a stored section is once the declared steps are taken."""
    now = migrations.upgraded(section, theme.migrations)
    return str(now["type"]) if now else ""


def _kept(theme: Theme, given: Arrangement) -> Arrangement:
    return {**given, "theme": theme.name, "version": theme.version}


def _anew(theme: Theme, given: Arrangement, chosen: Mapping[str, Any]) -> Arrangement:
    """The chosen pages under what the site says of itself; foreign sections go on waiting."""
    fresh = {
        part: deepcopy({**getattr(theme, part), **chosen.get(part, {})})
        for part in ("groups", "templates")
    }
    waiting = [*given.get("orphans", []), *_foreign(theme, given)][-MOST_ORPHANS:]
    return {
        **{part: given[part] for part in KEPT if part in given},
        **fresh,
        "theme": theme.name,
        "version": theme.version,
        "tokens": dict(chosen.get("tokens", {})),
        "orphans": waiting,
    }


def _foreign(theme: Theme, given: Arrangement) -> Iterator[dict[str, Any]]:
    """Sections of the pages left behind that only another theme can draw."""
    for part in ("groups", "templates"):
        for name, page in given.get(part, {}).items():
            for at, one in enumerate(page.get("sections", [])):
                if one["type"] not in theme.schemas and one["type"] not in theme.migrations:
                    yield {"page": name, "at": at, "section": one}


def _pages(theme: Theme, made: Arrangement) -> Iterator[tuple[dict[str, Any], list[Any]]]:
    """Every page with the sections the theme itself puts there."""
    for part, defaults in (("groups", theme.groups), ("templates", theme.templates)):
        for name, page in made.get(part, {}).items():
            yield page, deepcopy(defaults.get(name, {}).get("sections", []))
    for page in made.get("pages", {}).values():
        yield page, []


def _fitting(theme: Theme, section: dict[str, Any]) -> dict[str, Any]:
    """The section without settings and blocks its schema here does not have: another theme's own
    or newer version of the same type."""
    schema = theme.schemas.get(section["type"])
    if schema is None or section.get("v", 1) < schema.version:
        return section
    blocks = [
        {**one, "settings": _known(schema.blocks[one["type"]], one.get("settings", {}))}
        for one in section.get("blocks", [])
        if one.get("type") in schema.blocks
    ]
    settings = _known(schema.settings, section.get("settings", {}))
    fitting = {"settings": settings, "blocks": blocks[: schema.max_blocks]}
    return {**section, "v": schema.version, **fitting}


def _known(model: Any, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings a model has, with values it takes; the rest falls back to its defaults."""
    known = {key: value for key, value in settings.items() if key in model.model_fields}
    _, wrong = validated(model, known, "")
    bad = {problem.path.strip(".").split(".")[0] for problem in wrong}
    return {key: value for key, value in known.items() if key not in bad}
