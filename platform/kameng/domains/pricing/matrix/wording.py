"""A rule about one SKU as the text of one cell, and read back from what a person typed there.

`9.9` is a fixed price, `成本+10%` and `成本+2` start from the cost, `毛利率20%` leaves that share
of the price, `跟随` follows the price above. Words after it say how to round, whether the price
keeps its profit and whether it may lie below the cost: `成本+10% 尾数.9 向上 可亏本`. No text
begins with a sign a spreadsheet would calculate, and a percentage never stands alone, where it
would turn into 0.1.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from uuid import UUID

from kameng.domains.pricing.errors import BadMarkup, BadSteps
from kameng.domains.pricing.markups.rules import (
    Method,
    Place,
    Rounding,
    Rule,
    Step,
    Way,
    markup,
    steps,
    told_steps,
    told_value,
)
from kameng.domains.pricing.matrix.errors import UnknownPriceWord

COST, MARGIN, FOLLOW = "成本+", "毛利率", "跟随"
KEEP, AT_LOSS = "保利润", "可亏本"
_COSTS = (COST, "进价+", "cost+")
_MARGINS = (MARGIN, "利润率", "margin")
_FOLLOWS = (FOLLOW, "跟随上级", "跟随上级零售价", "跟随零售价", "follow")
_SHARES = (Method.PERCENT, Method.MARGIN)
ROUNDINGS = {
    "取整到分": Rounding.FEN,
    "取整到角": Rounding.JIAO,
    "取整到元": Rounding.YUAN,
    "尾数.9": Rounding.X9,
    "尾数.99": Rounding.X99,
}
WAYS = {"向上": Way.UP, "向下": Way.DOWN, "四舍五入": Way.HALF_UP, "银行家舍入": Way.HALF_EVEN}
_ROUNDED = {one: word for word, one in ROUNDINGS.items()}
_WAYS = {one: word for word, one in WAYS.items()}
_JOINED = re.compile(r"\s*\+\s*|\s+(?=%)")
_BETWEEN = re.compile(r"[;,、\n\r]+")


@dataclass(frozen=True, slots=True)
class Said:
    """What the two cells of a rule say: the rule itself, and its quantity steps."""

    own: str = ""
    steps: str = ""

    def __bool__(self) -> bool:
        return bool(self.own or self.steps)


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule before it stands anywhere."""

    method: Method
    value: int
    rounding: Rounding = Rounding.NONE
    way: Way = Way.HALF_UP
    steps: tuple[Step, ...] = ()
    keep: bool = False
    below_cost: bool = False

    def rule(self, rule_id: UUID, place: Place, cost: int) -> Rule:
        """The rule it makes in a place; `cost` is the setter's, which a kept price remembers."""
        return Rule(
            rule_id,
            place,
            self.method,
            self.value,
            self.rounding,
            self.way,
            self.steps,
            base=cost if self.keep else None,
            below_cost=self.below_cost,
        )


def said(rule: Rule | None, cost: int) -> Said:
    """A rule as its two cells tell it, a kept price as it stands at this cost."""
    if rule is None:
        return Said()
    rule = rule.told_at(cost)
    words = [_head(rule)]
    if rule.rounding is not Rounding.NONE:
        words.append(_ROUNDED[rule.rounding])
        words += [_WAYS[rule.way]] if rule.way is not Way.HALF_UP else []
    words += [KEEP] if rule.keep else []
    words += [AT_LOSS] if rule.below_cost else []
    sign = "%" if rule.method in _SHARES else ""
    lines = told_steps(rule.method, rule.steps).splitlines()
    return Said(" ".join(words), ";".join(f"{line}{sign}" for line in lines))


def read(asked: Said) -> Draft | None:
    """What a person typed; nothing for two empty cells. BadMarkup, BadSteps or UnknownPriceWord,
    each with the text."""
    head, *words = _JOINED.sub(_tight, _plain(asked.own)).split() or [""]
    if not head:
        if asked.steps:
            raise BadSteps(text=asked.steps[:40])
        return None
    method, value = _method(head.casefold())
    rounding, way, keep, at_loss = Rounding.NONE, Way.HALF_UP, False, False
    for word in words:
        rounding = ROUNDINGS.get(word, rounding)
        way = WAYS.get(word, way)
        keep, at_loss = keep or word == KEEP, at_loss or word == AT_LOSS
        if word not in ROUNDINGS and word not in WAYS and word not in (KEEP, AT_LOSS):
            raise UnknownPriceWord(text=word[:40])
    try:
        made = markup(method, value)
    except BadMarkup:
        raise BadMarkup(text=asked.own[:40]) from None
    return Draft(method, made, rounding, way, _steps(method, asked.steps), keep, at_loss)


def _head(rule: Rule) -> str:
    value = told_value(rule.method, rule.value)
    texts = {
        Method.FIXED: value,
        Method.PERCENT: f"{COST}{value}%",
        Method.AMOUNT: f"{COST}{value}",
        Method.MARGIN: f"{MARGIN}{value}%",
        Method.FOLLOW: FOLLOW,
    }
    return texts[rule.method]


def _method(head: str) -> tuple[Method, str]:
    """How the price is made, and the number that goes with it."""
    if head in _FOLLOWS:
        return Method.FOLLOW, ""
    share = head.endswith("%")
    for start in (*_COSTS, "+"):
        if head.startswith(start):
            return Method.PERCENT if share else Method.AMOUNT, head.removeprefix(start)
    for start in _MARGINS:
        if head.startswith(start):
            return Method.MARGIN, head.removeprefix(start)
    return Method.PERCENT if share else Method.FIXED, head


def _steps(method: Method, asked: str) -> tuple[Step, ...]:
    """Steps of one line; a percentage among yuan is a slip, not a price."""
    plain = _plain(asked)
    if "%" in plain and method not in _SHARES:
        raise BadSteps(text=asked[:40])
    try:
        return steps(method, _BETWEEN.sub("\n", plain))
    except BadSteps as refusal:
        raise BadSteps(text=refusal.facts["text"]) from None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().removeprefix("'").strip()


def _tight(found: re.Match[str]) -> str:
    return found[0].strip()
