"""What becomes of a draft when another version went live under it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kameng.domains.design.rules import Arrangement

PARTS = ("tokens", "site", "groups", "templates", "pages", "menus")
"""Parts of an arrangement that are made of named pieces: a colour, a text, a page, a menu."""
_GONE = object()


def caught_up(base: Arrangement, live: Arrangement, mine: Arrangement) -> Arrangement:
    """The draft `mine`, begun from `base`, with what has gone live since: of each piece the draft's
    where the draft changed it, else the live one's."""
    parts = {part: _pieces(*(one.get(part) or {} for one in (base, live, mine))) for part in PARTS}
    return {**mine, **parts}


def _pieces(
    base: Mapping[str, Any], live: Mapping[str, Any], mine: Mapping[str, Any]
) -> dict[str, Any]:
    names = dict.fromkeys([*mine, *live])
    chosen = {name: _piece(*(one.get(name, _GONE) for one in (base, live, mine))) for name in names}
    return {name: piece for name, piece in chosen.items() if piece is not _GONE}


def _piece(base: Any, live: Any, mine: Any) -> Any:
    return live if mine == base else mine
