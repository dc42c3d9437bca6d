"""What can be kept of a document that its theme does not take, and what was left out of it.

Rows are damaged by hand, themes lose types and settings: whoever arranges the site is to find the
rest in the editor, and to be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from pydantic import BaseModel

from . import arrangement, migrations, ownpages
from .arrangement import Place
from .document import (
    MOST_ORPHANS,
    MOST_PAGES,
    MOST_SECTIONS,
    Entry,
    Menus,
    Orphan,
    OwnPage,
    Site,
    Tokens,
    validated,
)
from .document import Section as StoredSection
from .errors import BadArrangement, Problem
from .schemas import SectionSchema
from .theme import Arrangement, Theme

Section = dict[str, Any]
MENUS = tuple(Menus.model_fields)


def salvaged(theme: Theme, document: Mapping[str, Any]) -> tuple[Arrangement, list[Problem]]:
    """The document as it may be stored, and a problem for each part that is not in it any more:
    `fact` is the type of the section it belonged to, if any."""
    lost: list[Problem] = []
    made: Arrangement = {"theme": theme.name, "version": theme.version}
    made["tokens"] = _fields(Tokens, document.get("tokens"), "tokens", "", lost)
    made["site"] = _fields(Site, document.get("site"), "site", "", lost)
    made |= {part: _themes(theme, document, part, lost) for part in ("groups", "templates")}
    made["pages"] = dict(_own(theme, document, lost))
    made["menus"] = _menus(document, made, lost)
    made["orphans"] = list(_waiting(document, lost))
    try:
        return arrangement.normalise(theme, made), lost
    except BadArrangement as bad:
        kept = {key: made[key] for key in ("theme", "version", "tokens", "site")}
        return arrangement.normalise(theme, kept), [*lost, *bad.problems]


def _left(path: str, what: str = "") -> Problem:
    return Problem(path, "left out", "left_out", what)


def _held(found: object, path: str, lost: list[Problem]) -> dict[str, Any]:
    """A part that has to be an object."""
    if isinstance(found, Mapping):
        return {str(key): value for key, value in found.items()}
    if found is not None:
        lost.append(_left(path))
    return {}


def _list(found: object, path: str, lost: list[Problem]) -> list[Any]:
    if found is not None and not isinstance(found, list):
        lost.append(_left(path))
    return found if isinstance(found, list) else []


def _fields(
    model: type[BaseModel], raw: object, path: str, kind: str, lost: list[Problem]
) -> dict[str, Any]:
    """The fields a model has, with values it takes."""
    held = _held(raw, path, lost)
    known = {key: value for key, value in held.items() if key in model.model_fields}
    _, wrong = validated(model, known, "")
    bad = {problem.path.strip(".").split(".")[0] for problem in wrong} | (held.keys() - known)
    lost += [_left(f"{path}.{key}", kind) for key in sorted(bad & held.keys())]
    return {key: value for key, value in known.items() if key not in bad}


def _themes(
    theme: Theme, document: Mapping[str, Any], part: str, lost: list[Problem]
) -> dict[str, Any]:
    """The groups or pages of the theme."""
    defaults: Arrangement = getattr(theme, part)
    made = {}
    for name, page in _held(document.get(part), part, lost).items():
        if name not in defaults:
            lost.append(_left(name))
            continue
        held = _held(page, name, lost)
        place = Place(part, name, name, name)
        made[name] = {"sections": _sections(theme, held, place, defaults[name], lost)}
    return made


def _own(
    theme: Theme, document: Mapping[str, Any], lost: list[Problem]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The pages the site wrote; one whose title is gone is called as its address."""
    found = _held(document.get("pages"), "pages", lost)
    for slug, page in list(found.items())[:MOST_PAGES]:
        path = f"pages.{slug}"
        held = _held(page, path, lost)
        facts = {key: value for key, value in held.items() if key != "sections"}
        kept = {"title": slug, **_fields(OwnPage, facts, path, "", lost)}
        place = Place("pages", slug, ownpages.TEMPLATE, path)
        defaults = theme.templates.get(ownpages.TEMPLATE, {})
        kept["sections"] = _sections(theme, held, place, defaults, lost)
        yield slug, kept


def _sections(
    theme: Theme,
    page: Mapping[str, Any],
    place: Place,
    defaults: Arrangement,
    lost: list[Problem],
) -> list[Section]:
    path = f"{place.path}.sections"
    kept: list[Section] = []
    for at, raw in enumerate(_list(page.get("sections"), path, lost)):
        found = _section(theme, raw, f"{path}.{at}", lost)
        if found and _has_room(theme, kept, found, place, at):
            kept.append(found)
        elif found:
            lost.append(_left(f"{path}.{at}", found["type"]))
    there = {one["type"] for one in kept}
    missing = [one for one in defaults.get("sections", []) if one["type"] not in there]
    return kept + [deepcopy(one) for one in missing if theme.schemas[one["type"]].locked]


def _has_room(theme: Theme, kept: list[Section], found: Section, place: Place, at: int) -> bool:
    """Whether the section may stand here, beside those before it."""
    schema = theme.schemas.get(found["type"])
    if any(one["id"] == found["id"] for one in kept) or len(kept) >= MOST_SECTIONS:
        return False
    if schema is None:
        return True
    same = sum(one["type"] == found["type"] for one in kept)
    return same < schema.limit and not arrangement.fits(theme, found, place, at)


def _section(theme: Theme, raw: object, path: str, lost: list[Problem]) -> Section | None:
    """The section with what its schema knows of it; of a type the theme has not it waits whole."""
    kind = str(raw.get("type")) if isinstance(raw, Mapping) else ""
    given, _ = validated(StoredSection, raw, path)
    if given is None:
        lost.append(_left(path, kind))
        return None
    section = given.model_dump(mode="json")
    now = migrations.upgraded(section, theme.migrations)
    schema = theme.schemas.get(str(now["type"])) if now else None
    if now is None or schema is None:
        return section if now else None
    settings = _fields(schema.settings, now["settings"], f"{path}.settings", schema.type, lost)
    blocks = _blocks(schema, now["blocks"], path, lost)
    return {**now, "v": schema.version, "settings": settings, "blocks": blocks}


def _blocks(
    schema: SectionSchema, raw: list[Section], path: str, lost: list[Problem]
) -> list[Section]:
    kept: list[Section] = []
    for at, block in enumerate(raw):
        model, where = schema.blocks.get(str(block["type"])), f"{path}.blocks.{at}"
        if model is None or len(kept) >= schema.max_blocks:
            lost.append(_left(where, schema.type))
            continue
        settings = _fields(model, block["settings"], f"{where}.settings", schema.type, lost)
        kept.append({**block, "settings": settings})
    return kept


def _menus(
    document: Mapping[str, Any], made: Arrangement, lost: list[Problem]
) -> dict[str, list[Any]]:
    """The lines that lead somewhere."""
    held = _held(document.get("menus"), "menus", lost)
    lost += [_left(f"menus.{name}") for name in sorted(held.keys() - set(MENUS))]
    kept: dict[str, list[Any]] = {}
    for name in MENUS:
        most = next(one.max_length for one in Menus.model_fields[name].metadata)
        kept[name] = []
        for at, raw in enumerate(_list(held.get(name), f"menus.{name}", lost)):
            entry, _ = validated(Entry, raw, "")
            line = entry.model_dump(mode="json") if entry else None
            if line and len(kept[name]) < most and ownpages.leads(made, line["link"]):
                kept[name].append(line)
            else:
                lost.append(_left(f"menus.{name}.{at}"))
    return kept


def _waiting(document: Mapping[str, Any], lost: list[Problem]) -> Iterator[Any]:
    for at, raw in enumerate(_list(document.get("orphans"), "orphans", lost)):
        orphan, _ = validated(Orphan, raw, "")
        if orphan is None or at >= MOST_ORPHANS:
            lost.append(_left(f"orphans.{at}"))
        else:
            yield orphan.model_dump(mode="json")
