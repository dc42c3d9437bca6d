"""What a look carries of the site it was made on: pictures, goods, articles and pages, each by id.

A look that goes to another site is walked once with `changed`: each id becomes one of that site,
or nothing where it has no such thing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from . import links
from .images import ART
from .schemas import SectionSchema
from .theme import Arrangement, Theme

MEDIA = "media"
ONE = {"image": MEDIA, "video": MEDIA} | {
    kind: kind for kind in ("product", "category", "article", "page", "coupon", "activity")
}
"""Types of settings that hold one id, and what it is of."""
MANY = {"product_list": "product", "category_list": "category"}
PARTS = ("groups", "templates", "pages")


@dataclass(frozen=True, slots=True)
class Carried:
    """One id in a look: of what kind, on which page, in a section of which type ("" in a menu)."""

    kind: str
    ref: str
    page: str
    section: str


Change = Callable[[Carried], str]
"""What an id becomes at the other site; "" for nothing."""


def found(theme: Theme, look: Mapping[str, Any]) -> list[Carried]:
    """Every id the look carries, in the order of its pages."""
    seen: list[Carried] = []

    def noted(one: Carried) -> str:
        seen.append(one)
        return one.ref

    changed(theme, look, noted)
    return seen


def changed(theme: Theme, look: Mapping[str, Any], change: Change) -> Arrangement:
    """The look with each id as `change` says; what becomes nothing is an empty setting, one line
    of a list or of a menu less."""
    made = deepcopy(dict(look))
    for part in PARTS:
        for page, held in (made.get(part) or {}).items():
            for section in held.get("sections", []):
                _section(theme.schemas.get(section["type"]), section, page, change)
    made["menus"] = {
        name: [line for line in lines if _link(line["link"], f"menus.{name}", "", change)]
        for name, lines in (made.get("menus") or {}).items()
    }
    return made


def _section(
    schema: SectionSchema | None, section: dict[str, Any], page: str, change: Change
) -> None:
    """A section's own settings and its blocks'; one of a type the theme lacks carries nothing."""
    if schema is None:
        return
    _settings(schema.facts.get("settings", []), section["settings"], page, schema.type, change)
    blocks = {one["type"]: one["settings"] for one in schema.facts.get("blocks", [])}
    for block in section.get("blocks", []):
        _settings(blocks.get(block["type"], []), block["settings"], page, schema.type, change)


def _settings(
    specs: list[Mapping[str, Any]], held: dict[str, Any], page: str, section: str, change: Change
) -> None:
    for key, kind in _ids_in(specs):
        value = held.get(key)
        if kind in MANY and value:
            all_of = (change(Carried(MANY[kind], one, page, section)) for one in value)
            held[key] = [one for one in all_of if one]
        elif kind in ONE and value and not str(value).startswith(ART):
            held[key] = change(Carried(ONE[kind], value, page, section))
        elif kind == "link" and value and not _link(value, page, section, change):
            held[key] = {}


def _ids_in(specs: list[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for spec in specs:
        if spec["type"] in (*ONE, *MANY, "link"):
            yield spec["id"], spec["type"]


def _link(link: dict[str, str], page: str, section: str, change: Change) -> bool:
    """Let a link lead to the other site's own thing; whether it leads anywhere still."""
    if link.get("kind") in links.NAMED and link.get("ref"):
        link["ref"] = change(Carried(link["kind"], link["ref"], page, section))
        return bool(link["ref"])
    return True
