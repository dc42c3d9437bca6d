"""What a page asks of whoever draws it: goods for its shelves, pictures, data of the site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from . import images
from .prepared import Prepared, Ready

SHELF = ("source", "category", "products", "limit")
RANK = "rank"
SHOWS_TIER = frozenset({"tiers", "member_card"})
Want = dict[str, Any]


def _all(page: Prepared) -> Iterator[Ready]:
    for sections in page.values():
        yield from sections


def goods(page: Prepared) -> list[Want]:
    """One want per shelf: a section with the four settings of a shelf, or each such block of it
    (what the block lacks is the section's)."""
    found: list[Want] = []
    for ready in _all(page):
        own, section = ready.values["settings"], {"section": ready.values["id"]}
        found += [section | _shelf(own)] if set(SHELF) <= set(own) else []
        for block in ready.values["blocks"]:
            merged = {**own, **block["settings"]}
            if "source" in block["settings"] and set(SHELF) <= set(merged):
                found.append(section | {"block": block["id"]} | _shelf(merged))
    return found


def is_shelf(ready: Ready) -> bool:
    """Whether a section shows goods of the shop, by itself or in blocks."""
    return bool(goods(Prepared({"main": (ready,)})))


def _shelf(settings: Mapping[str, Any]) -> Want:
    return {key: settings[key] for key in SHELF}


def media(page: Prepared, site: Mapping[str, Any]) -> list[str]:
    """The media ids of a page, the site's own first, each once."""
    wanted = [one for ready in _all(page) for one in ready.media]
    return list(dict.fromkeys([*images.media_ids(site, images.OF_THE_SITE), *wanted]))


def drops(page: Prepared) -> frozenset[str]:
    """The drops its sections cannot be drawn without; RANK where one asks for a member's tier."""
    named = {name for ready in _all(page) for name in ready.schema.needs}
    ranked = any(_asks_rank(ready) for ready in _all(page))
    return frozenset(named | {RANK} if ranked else named)


def _asks_rank(ready: Ready) -> bool:
    by_tier = str(ready.values["settings"].get("audience", "")).startswith("tier:")
    return by_tier or ready.schema.type in SHOWS_TIER


def settings(page: Prepared, type_: str) -> list[Want]:
    """The settings of every section of a type, with its id as `section`."""
    return [
        {**ready.values["settings"], "section": ready.values["id"]}
        for ready in _all(page)
        if ready.schema.type == type_
    ]
