"""Price rules as pure values: their place, their method, the text a person types for them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from kameng.domains.pricing.errors import BadMarkup, BadPlace
from kameng.kit.money import FEN, MICRO, Money, Percent

DEAREST = Money(1_000_000 * MICRO)
"""The largest fixed price or amount a rule may name."""
STEEPEST = Percent(10_000 * 10_000)
"""The largest percentage a rule may add: 10,000 %."""


class Scope(StrEnum):
    """What a rule is about, from the widest to the most specific."""

    ALL = "all"
    CATEGORY = "category"
    PRODUCT = "product"
    SKU = "sku"


class Audience(StrEnum):
    """Whom the price is for: sites directly below, or shoppers."""

    CHILD = "child"
    RETAIL = "retail"


class Method(StrEnum):
    """How the price is made: named outright, or added to the setter's own cost."""

    FIXED = "fixed"
    PERCENT = "percent"
    AMOUNT = "amount"


class Rounding(StrEnum):
    """To which step the made price is rounded, half up."""

    NONE = "none"
    FEN = "fen"
    JIAO = "jiao"
    YUAN = "yuan"


STEPS = {Rounding.FEN: FEN, Rounding.JIAO: 10 * FEN, Rounding.YUAN: MICRO}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule stands. A site has at most one rule in a place, so no two rules ever tie."""

    scope: Scope
    scope_id: UUID | None
    audience: Audience
    level_id: UUID | None = None

    def __post_init__(self) -> None:
        if (self.scope is Scope.ALL) != (self.scope_id is None):
            raise BadPlace(scope=self.scope.value)
        if self.audience is Audience.RETAIL and self.level_id is not None:
            raise BadPlace(scope=self.scope.value)


@dataclass(frozen=True, slots=True)
class Rule:
    """One decision of one site: `value` is micro-units, or parts per million for a percentage."""

    id: UUID
    place: Place
    method: Method
    value: int
    rounding: Rounding = Rounding.NONE

    def price(self, cost: Money) -> Money:
        """The price this rule makes of the setter's own cost, before any guard."""
        if self.method is Method.FIXED:
            made = Money(self.value, cost.currency)
        elif self.method is Method.PERCENT:
            made = cost + cost.share(Percent(self.value))
        else:
            made = cost + Money(self.value, cost.currency)
        step = STEPS.get(self.rounding)
        return made.rounded(step) if step else made


class Goods(Protocol):
    """What pricing must know of a SKU; the catalog's facts fit."""

    @property
    def sku_id(self) -> UUID: ...
    @property
    def product_id(self) -> UUID: ...
    @property
    def category_path(self) -> tuple[UUID, ...]:
        """From the product's own category upwards."""

    @property
    def cost(self) -> Money: ...
    @property
    def retail(self) -> Money: ...
    @property
    def floor(self) -> Money | None: ...


_Held = dict[tuple[str, UUID | None], dict[UUID | None, Rule]]


def _widening(goods: Goods) -> list[tuple[str, UUID | None]]:
    """What a rule may be about to bear on these goods, the most specific first."""
    above = [("category", category_id) for category_id in goods.category_path]
    return [("sku", goods.sku_id), ("product", goods.product_id), *above, ("all", None)]


class RuleBook:
    """The rules of one site, found by place.

    Kept as plain text and ids: a page of prices looks here some thousand times, and hashing an
    enum is a call of its own.
    """

    __slots__ = ("_child", "_retail", "_rules")

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._rules = tuple({rule.place: rule for rule in rules}.values())
        self._child: _Held = {}
        self._retail: _Held = {}
        for rule in self._rules:
            place = rule.place
            held = self._child if place.audience is Audience.CHILD else self._retail
            held.setdefault((place.scope.value, place.scope_id), {})[place.level_id] = rule

    def __len__(self) -> int:
        return len(self._rules)

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules)

    def find(self, audience: Audience, goods: Goods, level_id: UUID | None = None) -> Rule | None:
        """The most specific rule: the narrowest scope first, then a named level before any."""
        held = self._child if audience is Audience.CHILD else self._retail
        if not held:
            return None
        for place in _widening(goods):
            by_level = held.get(place)
            if by_level:
                found = by_level.get(level_id) or by_level.get(None)
                if found:
                    return found
        return None


NUMBER = re.compile(r"\+?([0-9]{1,12}(?:\.[0-9]{1,12})?)")


def markup(method: Method, asked: str) -> int:
    """The value of a rule as a person typed it: full-width digits, '+', '%' and '元' are fine."""
    typed = unicodedata.normalize("NFKC", asked).strip().strip("%¥元 ")
    found = NUMBER.fullmatch(typed)
    if not found:
        raise BadMarkup(text=asked[:40])
    percent = method is Method.PERCENT
    value = Decimal(found[1]) * (10_000 if percent else MICRO)
    largest = STEEPEST.ppm if percent else DEAREST.micro
    if value != value.to_integral_value() or value > largest:
        raise BadMarkup(text=asked[:40])
    return int(value)
