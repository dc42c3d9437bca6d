"""Cards of goods, kept once drawn: the same goods stand on many shelves and pages, and when one of
them is sold out the cards of the others are as they were.

A card is drawn by a macro that sees its arguments and nothing of the page, so the same arguments
give the same card. Only plain values count as the same: what holds markup is drawn every time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from jinja2.environment import TemplateModule
from jinja2.nodes import EvalContext
from jinja2.runtime import Macro

from . import same

FILE = "snippets/product_card.html"
NAMES = ("product_card", "product_row")
KEPT = 2048
_kept: OrderedDict[tuple[Macro, bytes], str] = OrderedDict()


def among(module: TemplateModule) -> frozenset[Macro]:
    """The macros of a theme's file of cards."""
    found = (getattr(module, name, None) for name in NAMES)
    return frozenset(one for one in found if isinstance(one, Macro))


def drawn(macro: Macro, how: EvalContext, args: tuple[Any, ...], named: Mapping[str, Any]) -> str:
    """The card of these arguments, from memory when it was drawn before."""
    said = same.plain([how.autoescape, args, dict(named)])
    if said is None:
        return macro(how, *args, **named)
    card = _kept.get((macro, said))
    if card is None:
        card = _kept[macro, said] = macro(how, *args, **named)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return card


def forget() -> None:
    """Drop every kept card."""
    _kept.clear()
