"""The rules of a site laid out so that the one that holds is found without asking the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol
from uuid import UUID

from kameng.domains.pricing.markups.decisions import Rule
from kameng.domains.pricing.markups.places import Audience, Place
from kameng.kit.money import Money


class Goods(Protocol):
    """What pricing must know of a SKU; the catalog's facts fit. A `ceiling` is read where the
    goods have one."""

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


About = tuple[int, int, tuple[int, ...]]
"""SKU, product and categories (the nearest first) as whole numbers, which hash fastest."""
ANYONE = 0

_Spot = dict[int, Rule]


def about(goods: Goods) -> About:
    """What a rule may be about to bear on these goods."""
    categories = tuple([one.int for one in goods.category_path])
    return goods.sku_id.int, goods.product_id.int, categories


def site_asks(level_id: UUID | None, buyer_id: int | None) -> tuple[int, ...]:
    """By which names a site below is found, its own first."""
    level = (level_id.int, ANYONE) if level_id is not None else (ANYONE,)
    return (-buyer_id, *level) if buyer_id else level


def shopper_asks(member_id: UUID | None, tier_id: UUID | None = None) -> tuple[int, ...]:
    """By which names a shopper is found, their own first, then that of their tier."""
    tier = (tier_id.int, ANYONE) if tier_id is not None else (ANYONE,)
    return (member_id.int, *tier) if member_id is not None else tier


def _who(place: Place) -> int:
    if place.buyer_id is not None:
        return -place.buyer_id
    named = place.level_id or place.member_id
    return named.int if named is not None else ANYONE


class Shelf:
    """The rules of a site for one audience, laid out by what they are about."""

    __slots__ = ("category", "everything", "product", "sku")

    def __init__(self) -> None:
        self.sku: dict[int, _Spot] = {}
        self.product: dict[int, _Spot] = {}
        self.category: dict[int, _Spot] = {}
        self.everything: _Spot = {}

    def spot(self, place: Place) -> _Spot:
        """Where a rule of that scope lies, made when it is not there yet."""
        if place.scope_id is None:
            return self.everything
        found: dict[int, _Spot] = getattr(self, place.scope.value)
        return found.setdefault(place.scope_id.int, {})

    def find(self, goods: About, asked_by: tuple[int, ...]) -> Rule | None:
        """The rule of the narrowest scope, and in it the one that names the asker best."""
        sku, product, categories = goods
        if self.sku and (spot := self.sku.get(sku)) and (rule := _best(spot, asked_by)):
            return rule
        if self.product and (spot := self.product.get(product)) and (rule := _best(spot, asked_by)):
            return rule
        if self.category:
            for category in categories:
                if (spot := self.category.get(category)) and (rule := _best(spot, asked_by)):
                    return rule
        return _best(self.everything, asked_by) if self.everything else None


def _best(spot: _Spot, asked_by: tuple[int, ...]) -> Rule | None:
    for name in asked_by:
        if name in spot:
            return spot[name]
    return None


class RuleBook:
    """The rules of one site, found by place; the order they come in changes nothing."""

    __slots__ = ("_rules", "_today", "child", "dated", "retail")

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        kept: dict[Place, Rule] = {}
        for rule in rules:
            held = kept.get(rule.place)
            kept[rule.place] = rule if held is None else max(held, rule, key=_newness)
        self._rules = tuple(kept.values())
        self.dated = sorted((one for one in self._rules if one.place.is_dated), key=_lateness)
        self._today: tuple[datetime | None, datetime | None, RuleBook] | None = None
        self.child, self.retail = Shelf(), Shelf()
        self._lay(one for one in self._rules if not one.place.is_dated)

    def _lay(self, rules: Iterable[Rule]) -> None:
        for rule in rules:
            shelf = self.child if rule.place.audience is Audience.CHILD else self.retail
            shelf.spot(rule.place)[_who(rule.place)] = rule

    def __len__(self) -> int:
        return len(self._rules)

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules)

    def at(self, now: datetime | None) -> RuleBook:
        """The book as it stands at `now`; without a moment, dated rules sleep."""
        if not self.dated or now is None:
            return self
        today = self._today
        if today is None or not _within(now, today[0], today[1]):
            since, until = self._unchanged(now)
            self._today = today = (since, until, self._standing(now))
        return today[2]

    def _standing(self, now: datetime) -> RuleBook:
        book = RuleBook(one for one in self._rules if not one.place.is_dated)
        book._lay(one for one in self.dated if one.place.holds(now))
        return book

    def _unchanged(self, now: datetime) -> tuple[datetime | None, datetime | None]:
        """The moments around `now` between which no rule begins or ends."""
        places = [rule.place for rule in self.dated]
        turns = [one for place in places for one in (place.valid_from, place.valid_to) if one]
        since = max((one for one in turns if one <= now), default=None)
        return since, min((one for one in turns if one > now), default=None)

    def find(
        self,
        audience: Audience,
        goods: Goods,
        level_id: UUID | None = None,
        *,
        buyer_id: int | None = None,
        member_id: UUID | None = None,
        now: datetime | None = None,
    ) -> Rule | None:
        """The most specific rule: the narrowest scope first, then a name before a level or a tier
        before anyone, then a date before none."""
        book = self.at(now)
        if audience is Audience.CHILD:
            return book.child.find(about(goods), site_asks(level_id, buyer_id))
        return book.retail.find(about(goods), shopper_asks(member_id, level_id))


def _within(now: datetime, since: datetime | None, until: datetime | None) -> bool:
    return (since is None or since <= now) and (until is None or now < until)


def _newness(rule: Rule) -> int:
    return rule.id.int


def _lateness(rule: Rule) -> tuple[bool, float, int]:
    """Dated rules of one place cannot overlap; if they ever did, the one begun last would hold."""
    start = rule.place.valid_from
    return (start is not None, start.timestamp() if start else 0.0, rule.id.int)
