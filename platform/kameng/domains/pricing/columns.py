"""Goods as columns of whole micro-units, and the arithmetic of rules on them, without overflow.

Every figure is at most TOP (10^15): a product by a share (at most 10^8) would leave 64 bits, so the
whole millions and the rest are multiplied apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kameng.domains.pricing.markups.decisions import Rule
from kameng.domains.pricing.markups.methods import TOP, UNITS, WHOLE, Method, Rounding, Way
from kameng.domains.pricing.markups.rules import Goods
from kameng.kit.money import Money

Column = NDArray[np.int64]
_Where = dict[int, NDArray[np.intp]]


class Columns:
    """The goods of an alliance: their figures, and which of them a rule is about."""

    __slots__ = ("categories", "ceiling", "cost", "floor", "owners", "product", "retail", "sku")

    def __init__(self, goods: Sequence[Goods], owners: Sequence[int] | None = None) -> None:
        _refuse_mixed(goods)
        self.cost = _column(one.cost for one in goods)
        self.retail = _column(one.retail for one in goods)
        zero, top = Money.zero(), Money(TOP)
        self.floor = _column(zero if one.floor is None else one.floor for one in goods)
        limits = (getattr(one, "ceiling", None) for one in goods)
        self.ceiling = _column(top if one is None else one for one in limits)
        self.owners = _owners(owners)
        self.sku = _where([(one.sku_id,) for one in goods])
        self.product = _where([(one.product_id,) for one in goods])
        paths = [one.category_path for one in goods]
        deepest = max(map(len, paths), default=0)
        self.categories = [_where([path[n : n + 1] for path in paths]) for n in range(deepest)]

    def __len__(self) -> int:
        return len(self.cost)


def _refuse_mixed(goods: Sequence[Goods]) -> None:
    if len({one.cost.currency for one in goods}) > 1:
        raise TypeError("the goods of one table are priced in one currency")


def _column(amounts: Any) -> Column:
    made = np.fromiter((one.micro for one in amounts), dtype=np.int64)
    if len(made) and (made.max() > TOP or made.min() < 0):
        raise ValueError(f"an amount of goods is not between 0 and {Money(TOP)}")
    return made


def _owners(named: Sequence[int] | None) -> _Where:
    found: dict[int, list[int]] = {}
    for place, tenant_id in enumerate(named or ()):
        found.setdefault(tenant_id, []).append(place)
    return {tenant_id: np.array(places, np.intp) for tenant_id, places in found.items()}


def _where(names: Sequence[tuple[UUID, ...]]) -> _Where:
    """Where each thing stands in the columns."""
    found: dict[int, list[int]] = {}
    for place, named in enumerate(names):
        for one in named:
            found.setdefault(one.int, []).append(place)
    return {thing: np.array(places, np.intp) for thing, places in found.items()}


def make(rule: Rule, value: Any, basis: Column) -> Column:
    """What `Rule.make` makes of each basis; `value` is one number or one for each: what a rule
    says `at` so many pieces, of a kept price less its base."""
    made = np.maximum(basis + value, 0) if rule.keep else _made(rule.method, value, basis)
    return np.minimum(_rounded(made, rule.rounding, rule.way), TOP)


def _made(method: Method, value: Any, basis: Column) -> Column:
    if method is Method.PERCENT:
        whole, rest = _divided(basis, WHOLE)
        return basis + whole * value + _half_even(rest * value, WHOLE, whole * value)
    if method is Method.MARGIN:
        share = WHOLE - value
        whole, rest = _divided(basis, share)
        return whole * WHOLE + _half_even(rest * WHOLE, share, whole * WHOLE)
    if method is Method.AMOUNT:
        return basis + value
    return basis if method is Method.FOLLOW else np.broadcast_to(np.int64(value), basis.shape)


def _divided(numerator: Column, denominator: Any) -> tuple[Column, Column]:
    whole = numerator // denominator
    return whole, numerator - whole * denominator


def _half_even(numerator: Column, denominator: Any, besides: Column) -> Column:
    """The quotient, its half to the even: even together with what it is added to."""
    whole, rest = _divided(numerator, denominator)
    return whole + (2 * rest + ((whole + besides) & 1) > denominator)


def _rounded(price: Column, rounding: Rounding, way: Way) -> Column:
    unit = UNITS.get(rounding)
    if unit is None:
        return price
    step, short = unit
    count, rest = _divided(price + short, step)
    if way is Way.HALF_UP:
        count += 2 * rest >= step
    elif way is Way.UP:
        count += rest > 0
    elif way is Way.HALF_EVEN:
        count += 2 * rest + (count & 1) > step
    return np.maximum(count, 1) * step - short if short else count * step
