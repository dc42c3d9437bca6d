"""What a site's editor offers: every section type of a theme with its fields, in one language.

Plain values only, so that they can be written into a page as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from . import arrangement
from .schemas import SectionSchema
from .theme import Theme

Spec = dict[str, Any]
SAID = ("label", "help", "name")
"""Keys whose value is a text in each language."""
MOST_FRESH_BLOCKS = 4


@lru_cache(maxsize=64)
def of(theme: Theme, locale: str) -> dict[str, Spec]:
    """The section types of a theme by name: what each is called, where it may sit, what it asks
    for, and what a new one holds (`fresh`)."""
    return {name: _type(theme, schema, locale) for name, schema in sorted(theme.schemas.items())}


def _type(theme: Theme, schema: SectionSchema, locale: str) -> Spec:
    facts = schema.facts
    return {
        "name": _said(facts["name"], locale),
        "icon": facts.get("icon", ""),
        "help": _said(facts.get("help", ""), locale),
        "groups": schema.groups,
        "templates": schema.templates,
        "limit": schema.limit,
        "locked": schema.locked,
        "essential": schema.essential,
        "needs": list(schema.needs),
        "v": schema.version,
        "settings": [_spec(spec, locale) for spec in facts["settings"]],
        "blocks": [_block(block, locale) for block in facts.get("blocks", [])],
        "max_blocks": schema.max_blocks,
        "fresh": _fresh(theme, schema),
    }


def _block(block: Mapping[str, Any], locale: str) -> Spec:
    specs = [_spec(spec, locale) for spec in block["settings"]]
    return {"type": block["type"], "name": _said(block["name"], locale), "settings": specs}


def _spec(spec: Mapping[str, Any], locale: str) -> Spec:
    """One field with its words in one language; options alike."""
    made: Spec = {
        key: _said(value, locale) if key in SAID else value for key, value in spec.items()
    }
    if "options" in made:
        made["options"] = [_spec(option, locale) for option in made["options"]]
    return made


def _said(text: Any, locale: str) -> str:
    """A text of a schema in `locale`; what has no languages is the same in all."""
    if not isinstance(text, Mapping):
        return str(text)
    return str(text.get(locale) or text.get("zh_CN") or "")


def _fresh(theme: Theme, schema: SectionSchema) -> Spec:
    """A new section: its defaults, and the blocks the theme itself shows such a section with."""
    all_shown = (found["blocks"] for found in _shown(theme, schema.type))
    shown: list[Spec] = next((blocks for blocks in all_shown if blocks), [])
    if not shown and schema.blocks and schema.max_blocks:
        kind, model = next(iter(schema.blocks.items()))
        shown = [{"id": f"{kind}-1", "type": kind, "settings": model().model_dump(mode="json")}]
    settings = schema.settings().model_dump(mode="json")
    return {"settings": settings, "blocks": shown[:MOST_FRESH_BLOCKS]}


def _shown(theme: Theme, kind: str) -> Iterator[dict[str, Any]]:
    """Sections of a type in the theme's own pages, as they would be saved."""
    homes = [preset.get("templates", {}) for preset in theme.presets.values()]
    for pages in (theme.templates, theme.groups, *homes):
        for page in pages.values():
            for raw in page.get("sections", []):
                if raw["type"] == kind:
                    found, _wrong = arrangement.section(theme, {"v": 1, **raw}, "")
                    yield from [found] if found else []
