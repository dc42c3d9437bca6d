"""A site's saved arrangement: how it is started, checked and normalised.

Everything an agent wrote passes here before it is stored, and each section passes again when it
is read on the live path (`section`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from . import migrations, ownpages
from .document import MOST_ORPHANS, MOST_SECTIONS, Document, Orphan, OwnPage, Page, validated
from .document import Section as StoredSection
from .errors import BadArrangement, Problem
from .schemas import SectionSchema
from .theme import Arrangement, Theme

Section = dict[str, Any]
Found = tuple[Section | None, list[Problem]]


@dataclass(frozen=True)
class Place:
    """Where a page stands: its part of the document and key there, the default page it follows,
    and how its problems are addressed."""

    part: str
    key: str
    template: str
    path: str


def start(theme: Theme, preset: str, name: str, primary: str, locale: str) -> Arrangement:
    """A new site's arrangement from a preset, every default written in. Raises BadArrangement."""
    chosen = theme.preset(preset, locale)
    document = {
        "theme": theme.name,
        "version": theme.version,
        "tokens": {**chosen.get("tokens", {}), **({"primary": primary} if primary else {})},
        "site": {**chosen.get("site", {}), "name": name, "logo_text": name},
        "groups": deepcopy({**theme.groups, **chosen.get("groups", {})}),
        "templates": deepcopy({**theme.templates, **chosen.get("templates", {})}),
    }
    return normalise(theme, document)


def normalise(theme: Theme, document: Mapping[str, Any]) -> Arrangement:
    """The arrangement as it is stored: migrated, cleaned, defaults in. Raises BadArrangement."""
    clean, problems = examine(theme, document)
    if problems:
        raise BadArrangement(problems)
    return clean


def examine(theme: Theme, document: Mapping[str, Any]) -> tuple[Arrangement, list[Problem]]:
    """The clean arrangement and everything wrong with the given one."""
    whole, problems = validated(Document, dict(document), "")
    if whole is None:
        return {}, problems
    waiting = _put_back(theme, whole)
    clean = whole.model_dump(mode="json", include={"site", "menus"}) | {
        "theme": theme.name,
        "version": theme.version,
        "tokens": whole.tokens.model_dump(exclude_none=True),
        "groups": {},
        "templates": {},
        "pages": {},
        "orphans": [orphan.model_dump(mode="json") for orphan in waiting],
    }
    for place, page in _pages(whole):
        problems += _page(theme, clean, place, page)
    if len(clean["orphans"]) > MOST_ORPHANS:
        most = str(MOST_ORPHANS)
        problems.append(Problem("orphans", f"at most {most}", "too_many", most))
    return clean, problems + ownpages.problems(clean)


def _put_back(theme: Theme, whole: Document) -> list[Orphan]:
    """Return orphans whose type this theme has to their page, where there is room for them; the
    rest go on waiting."""
    pages, waiting = dict(_named(whole)), []
    for orphan in whole.orphans:
        page = pages.get(orphan.page)
        if page is None or not _has_room(theme, page, orphan.section):
            waiting.append(orphan)
        else:
            page.sections.insert(orphan.at, orphan.section)
    return waiting


def _has_room(theme: Theme, page: Page, section: StoredSection) -> bool:
    """Whether a page can take a section back: its id may be used and its limit reached by now."""
    schema = theme.schemas.get(section.type)
    if schema is None or any(one.id == section.id for one in page.sections):
        return False
    same = sum(one.type == section.type for one in page.sections)
    return same < schema.limit and len(page.sections) < MOST_SECTIONS


def _pages(whole: Document) -> Iterator[tuple[Place, Page]]:
    for name, page in whole.groups.items():
        yield Place("groups", name, name, name), page
    for name, page in whole.templates.items():
        yield Place("templates", name, name, name), page
    for slug, own in whole.pages.items():
        yield Place("pages", slug, ownpages.TEMPLATE, f"pages.{slug}"), own


def _named(whole: Document) -> Iterator[tuple[str, Page]]:
    """Every page by the name under which its orphans wait; the later of two wins."""
    for place, page in _pages(whole):
        yield ownpages.named(place.key) if place.part == "pages" else place.key, page


def _page(theme: Theme, clean: Arrangement, place: Place, page: Page) -> list[Problem]:
    """Examine one page into `clean`; returns what is wrong with it."""
    defaults = (theme.groups if place.part == "groups" else theme.templates).get(place.template)
    if defaults is None:
        return [Problem(place.path, "no such page", "no_such_page")]
    name = ownpages.named(place.key) if place.part == "pages" else place.key
    problems: list[Problem] = []
    kept: list[Section] = []
    for at, one in enumerate(page.sections):
        raw = one.model_dump(mode="json")
        if one.type not in theme.schemas and one.type not in theme.migrations:
            clean["orphans"].append({"page": name, "at": at, "section": raw})
            continue
        found, wrong = section(theme, raw, f"{place.path}.sections.{at}")
        kept += [found] if found else []
        problems += wrong + (fits(theme, found, place, at) if found else [])
    if isinstance(page, OwnPage):
        kept = _headed(theme, kept, defaults)
    clean[place.part][place.key] = page.model_dump(mode="json", exclude={"sections"}) | {
        "sections": kept
    }
    return problems + _whole(theme, place, kept, defaults)


def _headed(theme: Theme, kept: list[Section], defaults: Arrangement) -> list[Section]:
    """A page of the site's own that lost its heading gets it back, on top."""
    there = {one["type"] for one in kept}
    missing = [one for one in defaults["sections"] if one["type"] not in there]
    ready = [section(theme, raw, "")[0] for raw in missing if theme.schemas[raw["type"]].locked]
    return [one for one in ready if one] + kept


def fits(theme: Theme, found: Section, place: Place, at: int) -> list[Problem]:
    """Whether the section may sit in this group and on this page."""
    schema = theme.schemas[found["type"]]
    group = place.key if place.part == "groups" else "main"
    elsewhere = schema.templates is not None and place.template not in schema.templates
    if group not in schema.groups or (group == "main" and elsewhere):
        what = f"{schema.type} does not belong on {place.key}"
        return [Problem(f"{place.path}.sections.{at}", what, "misplaced", schema.type)]
    return []


def _whole(theme: Theme, place: Place, kept: list[Section], defaults: Arrangement) -> list[Problem]:
    """What only the whole page shows: doubled ids, too many of a type, a locked one gone."""
    path = f"{place.path}.sections"
    ids = [one["id"] for one in kept]
    types = [one["type"] for one in kept]
    home = {one["type"] for one in defaults.get("sections", [])}
    doubled = sorted({one for one in ids if ids.count(one) > 1})
    problems = [Problem(path, f"id {one} is used twice", "doubled", one) for one in doubled]
    for schema in theme.schemas.values():
        least = max(schema.min, int(schema.locked)) if schema.type in home else 0
        if types.count(schema.type) < least:
            problems.append(
                Problem(path, f"{schema.type} cannot be removed", "locked", schema.type)
            )
        if types.count(schema.type) > schema.limit:
            what = f"at most {schema.limit} of {schema.type}"
            problems.append(Problem(path, what, "too_many", f"{schema.limit}"))
    return problems


def section(theme: Theme, raw: Section, path: str) -> Found:
    """One section migrated, cleaned and with its defaults written in; None when it cannot be."""
    upgraded = migrations.upgraded(raw, theme.migrations)
    if upgraded is None:
        return None, []
    schema = theme.schemas.get(str(upgraded.get("type")))
    if schema is None:
        kind = str(upgraded.get("type"))
        return None, [Problem(path, f"unknown section type {kind}", "unknown_type", kind)]
    settings, wrong = validated(schema.settings, upgraded["settings"], f"{path}.settings")
    blocks, more = _blocks(schema, upgraded["blocks"], path)
    if settings is None or more:
        return None, wrong + more
    return {
        "id": upgraded["id"],
        "type": schema.type,
        "v": schema.version,
        "settings": settings.model_dump(mode="json"),
        "blocks": blocks,
        "hide": list(upgraded.get("hide", [])),
    }, []


def put(
    theme: Theme, document: Mapping[str, Any], page: str, raw: Mapping[str, Any]
) -> Arrangement:
    """The document with this section in its page, in the place of the one with its id or at the
    end; nothing else is looked at. Raises BadArrangement."""
    given, problems = validated(StoredSection, dict(raw), "section")
    clean, wrong = section(theme, given.model_dump(mode="json"), "section") if given else (None, [])
    if clean is None:
        raise BadArrangement([*problems, *wrong])
    part, key = _part(page)
    held = (document.get(part) or {}).get(key) or getattr(theme, part, {}).get(key) or {}
    rest = list(held.get("sections", []))
    at = next((n for n, one in enumerate(rest) if one["id"] == clean["id"]), len(rest))
    sections = [*rest[:at], clean, *rest[at + 1 :]]
    pages = {**document.get(part, {}), key: {**held, "sections": sections}}
    return {**document, part: pages, "digest": ""}


def _part(page: str) -> tuple[str, str]:
    """The part of a document and the key in it that a page's name means."""
    kind, _, name = page.partition(":")
    return {"group": ("groups", name), "page": ("pages", name)}.get(kind, ("templates", page))


def _blocks(
    schema: SectionSchema, raw: list[Section], path: str
) -> tuple[list[Section], list[Problem]]:
    """The clean blocks of a section and what is wrong with them."""
    problems: list[Problem] = []
    clean: list[Section] = []
    if len(raw) > schema.max_blocks:
        most = str(schema.max_blocks)
        problems.append(Problem(f"{path}.blocks", f"at most {most}", "too_many", most))
    for at, block in enumerate(raw[: schema.max_blocks]):
        where = f"{path}.blocks.{at}"
        model = schema.blocks.get(str(block.get("type")))
        if model is None:
            kind = str(block.get("type"))
            problems.append(Problem(where, f"unknown block type {kind}", "unknown_type", kind))
            continue
        settings, wrong = validated(model, block.get("settings", {}), f"{where}.settings")
        problems += wrong
        if settings is not None:
            clean.append(block | {"settings": settings.model_dump(mode="json")})
    return clean, problems
