"""A look in a few strokes: which modules its home has, as names and as shapes to draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kameng.faces.frame import themewords
from themes import engine

MOST = 7
BANNERS = frozenset({"hero", "carousel", "image_cube", "hotzone", "video", "countdown"})
GRIDS = frozenset(
    {"products", "category_grid", "product_tabs", "flash_sale", "group_buy", "ranks", "tiers"}
)
HEIGHTS = {"banner": 34, "grid": 40, "line": 14}
TOP, GAP = 22, 6


@dataclass(frozen=True, slots=True)
class Stroke:
    """One module: what it is called, how it is drawn and from where to where."""

    name: str
    shape: str
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Sketch:
    """The home of a look from above."""

    strokes: tuple[Stroke, ...]
    colour: str
    names: tuple[str, ...]


def of(look: Mapping[str, Any]) -> Sketch:
    """The sketch of a look; an empty one where its theme is gone."""
    home = (look.get("templates") or {}).get("home") or {}
    names = _names(look)
    kinds = [one["type"] for one in home.get("sections", [])]
    y, strokes = TOP, list[Stroke]()
    for kind in kinds[:MOST]:
        shape = "banner" if kind in BANNERS else "grid" if kind in GRIDS else "line"
        strokes.append(Stroke(names.get(kind, kind), shape, y, HEIGHTS[shape]))
        y += HEIGHTS[shape] + GAP
    colour = str((look.get("tokens") or {}).get("primary") or "#64748b")
    return Sketch(tuple(strokes), colour, tuple(names.get(one, one) for one in kinds))


def _names(look: Mapping[str, Any]) -> dict[str, str]:
    try:
        found = engine.theme(str(look.get("theme")), look.get("version"))
    except engine.UnknownTheme:
        return {}
    return {kind: themewords.said(one.facts["name"]) for kind, one in found.schemas.items()}
