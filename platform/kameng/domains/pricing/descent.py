"""Prices come down a whole tree of sites, a column at a time, holding only the sites above."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import numpy as np

from kameng.domains.pricing.columns import Column, Columns, make
from kameng.domains.pricing.markups.books import ANYONE, Shelf, site_asks
from kameng.domains.pricing.markups.decisions import Rule
from kameng.domains.pricing.markups.methods import Method
from kameng.domains.pricing.sites import (
    BELOW_COST,
    CHILD_RAISED,
    CUT,
    RAISED_TO_COST,
    RAISED_TO_FLOOR,
    Difference,
    Prices,
    Site,
)

Asks = tuple[int, ...]


def descend(
    goods: Columns, sites: Iterable[Site], *, quantity: int, now: datetime | None
) -> Iterator[Prices]:
    """Every site of the tree, parents first; see `vectors.priced`."""
    below: dict[int | None, list[Site]] = {}
    for site in sites:
        below.setdefault(site.parent_id, []).append(site)
    waiting: list[tuple[Site, _Stand | None]] = []
    waiting.extend((site, None) for site in reversed(below.pop(None, [])))
    while waiting:
        site, upper = waiting.pop()
        stand = _Stand(site, upper, goods, quantity, now)
        yield stand.prices()
        waiting.extend((child, stand) for child in reversed(below.get(site.tenant_id, [])))


def walk(
    goods: Columns, sites: Iterable[Site], *, quantity: int, now: datetime | None
) -> Iterator[Prices]:
    """The same for sites that come in the order of the tree, asked for one by one: no more rule
    books are held than there are levels, and whoever has seen a part goes on below those above."""
    above: list[_Stand] = []
    for site in sites:
        while above and above[-1].site.tenant_id != site.parent_id:
            above.pop()
        stand = _Stand(site, above[-1] if above else None, goods, quantity, now)
        above.append(stand)
        yield stand.prices()


def compare(before: Prices, after: Prices) -> Difference:
    """Where two worlds differ at one site."""
    moved = (before.cost != after.cost) | (before.price != after.price)
    moved |= before.marks != after.marks
    at = np.flatnonzero(moved & before.seen & after.seen)
    return Difference(
        after.tenant_id,
        at,
        before.cost[at],
        after.cost[at],
        before.price[at],
        after.price[at],
        after.floor[at],
        before.marks[at],
        after.marks[at],
    )


class _Stand:
    """Where one site stands with all the goods: `stands.Stand`, a column at a time."""

    def __init__(
        self,
        site: Site,
        upper: _Stand | None,
        goods: Columns,
        quantity: int,
        now: datetime | None,
    ) -> None:
        self.site, self.goods, self.quantity = site, goods, quantity
        self.book = site.rules.at(now)
        self.paid_below: dict[Asks, tuple[Column, Any]] = {}
        self.names = _names(self.book.child)
        self._stand_below(upper)
        if (own := goods.owners.get(site.tenant_id)) is not None:
            self._begin_with(own)
        self.floor = np.maximum(self.least, self.cost)
        self._sell()

    def _stand_below(self, upper: _Stand | None) -> None:
        goods = self.goods
        if upper is None:
            self.cost, self.followed, self.least = goods.cost, goods.retail, goods.floor
            self.marks = np.zeros(len(goods), np.uint8)
            self.seen = np.full(len(goods), not goods.owners)
            return
        asks = site_asks(self.site.level_id, self.site.tenant_id)
        self.cost, self.marks = upper.pays(tuple(one for one in asks if one in upper.names))
        self.followed, self.least, self.seen = upper.price, upper.floor, upper.seen

    def _begin_with(self, own: Any) -> None:
        """Goods of its own are priced from here downwards."""
        goods = self.goods
        self.cost, self.followed = self.cost.copy(), self.followed.copy()
        self.least, self.marks, self.seen = self.least.copy(), self.marks.copy(), self.seen.copy()
        self.cost[own], self.followed[own] = goods.cost[own], goods.retail[own]
        self.least[own], self.marks[own], self.seen[own] = goods.floor[own], 0, True

    def pays(self, asks: Asks) -> tuple[Column, Any]:
        """What a site below pays; those that are asked for alike pay alike."""
        if asks in self.paid_below:
            return self.paid_below[asks]
        asked, at_loss = self._asked(self.book.child, asks, self.price)
        raised = (asked < self.cost) & ~at_loss
        paid = np.where(raised, self.cost, asked), raised * np.uint8(CHILD_RAISED)
        if not asks or asks[0] >= ANYONE:  # a site with a price of its own is the only one to ask
            self.paid_below[asks] = paid
        return paid

    def _sell(self) -> None:
        """What any shopper pays here, through the guards."""
        asked, at_loss = self._asked(self.book.retail, (ANYONE,), self.followed)
        cut = np.minimum(asked, self.goods.ceiling)
        covered = np.where(at_loss, cut, np.maximum(cut, self.cost))
        self.price = np.maximum(covered, self.least)
        marks = (cut < asked) * np.uint8(CUT) | (covered > cut) * np.uint8(RAISED_TO_COST)
        marks |= (self.price > covered) * np.uint8(RAISED_TO_FLOOR)
        self.marks = self.marks | marks | (self.price < self.cost) * np.uint8(BELOW_COST)

    def _asked(self, shelf: Shelf, asks: Asks, followed: Column) -> tuple[Column, Any]:
        """What the rules make before the guards, and where they say below cost."""
        rules, which = _chosen(shelf, asks, self.goods)
        asked, at_loss = followed, np.zeros(len(followed), bool)
        if not rules:
            return asked, at_loss
        asked = asked.copy()
        values = np.array([rule.at(self.quantity) - (rule.base or 0) for rule in rules], np.int64)
        kinds = _kinds(rules)
        kind_of = np.array([kinds[_kind(rule)] for rule in rules] + [-1], np.int32)[which]
        for kind, number in kinds.items():
            rule = next(one for one in rules if _kind(one) == kind)
            at = np.flatnonzero(kind_of == number)
            basis = followed if rule.method is Method.FOLLOW else self.cost
            asked[at] = make(rule, values[which[at]], basis[at])
            at_loss[at] = rule.below_cost
        return asked, at_loss

    def prices(self) -> Prices:
        site_id = self.site.tenant_id
        return Prices(site_id, self.cost, self.price, self.floor, self.marks, self.seen)


def _names(shelf: Shelf) -> frozenset[int]:
    """Whom the rules of a shelf name at all."""
    spots = [shelf.everything, *shelf.category.values(), *shelf.product.values()]
    return frozenset(name for spot in [*spots, *shelf.sku.values()] for name in spot)


def _kind(rule: Rule) -> tuple[object, ...]:
    return rule.method, rule.rounding, rule.way, rule.keep, rule.below_cost


def _kinds(rules: list[Rule]) -> dict[tuple[object, ...], int]:
    """Rules that differ in nothing but their value are worked out together."""
    return {kind: number for number, kind in enumerate(dict.fromkeys(map(_kind, rules)))}


def _chosen(shelf: Shelf, asks: Asks, goods: Columns) -> tuple[list[Rule], Any]:
    """The rule of each SKU: laid on from the widest scope to the narrowest, -1 where none is."""
    rules: list[Rule] = []
    which = np.full(len(goods), -1, np.int32)
    everything = _best(shelf.everything, asks)
    if everything is not None:
        which[:] = len(rules)
        rules.append(everything)
    layers = [(shelf.category, where) for where in reversed(goods.categories)]
    for spots, where in [*layers, (shelf.product, goods.product), (shelf.sku, goods.sku)]:
        for thing, spot in spots.items():
            at = where.get(thing)
            if at is not None and (rule := _best(spot, asks)) is not None:
                which[at] = len(rules)
                rules.append(rule)
    return rules, which


def _best(spot: dict[int, Rule], asks: Asks) -> Rule | None:
    return next((spot[name] for name in asks if name in spot), None)
