"""What a plan would do: every price of the chosen goods before and after, counted and marked.
Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntFlag
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from kameng.domains.pricing import vectors
from kameng.domains.pricing.markups.rules import Audience, Rule
from kameng.domains.pricing.markuptemplates.plans import Plan, Spot
from kameng.domains.pricing.markuptemplates.rules import Line, Who
from kameng.domains.pricing.sites import (
    CHILD_RAISED,
    RAISED_TO_COST,
    RAISED_TO_FLOOR,
    Prices,
    Site,
)
from kameng.domains.pricing.sites import (
    CUT as CUT_HERE,
)
from kameng.domains.pricing.worlds.rules import World, columns, overlaid

if TYPE_CHECKING:
    from kameng.domains.pricing.columns import Columns

SHOPPERS: Who = (Audience.RETAIL, None)
RAISED_HERE = RAISED_TO_COST | RAISED_TO_FLOOR | CHILD_RAISED


class Mark(IntFlag):
    """What is to be said about a price; a row of goods has those of all its prices."""

    MOVED = 1
    SAME = 2
    KEPT = 4
    FREE = 8
    RAISED = 16
    CUT = 32
    TAKEN = 64


MOVED, SAME, KEPT, FREE, RAISED, CUT, TAKEN = map(int, Mark)
NAMES = {int(mark): str(mark.name).lower() for mark in Mark if mark is not Mark.FREE}
"""Plain numbers: flags of an enum cost a call at every touch, and there are many prices."""


class Price(NamedTuple):
    """What one kind of buyer pays for a SKU, in micro-units, and the marks on it."""

    who: int
    before: int
    after: int
    marks: int


class Row(NamedTuple):
    """One SKU: its cost here, the prices the plan is about or moves besides, all their marks."""

    sku_id: UUID
    cost: int
    prices: tuple[Price, ...]
    marks: int


@dataclass
class Counts:
    """How many prices of how many goods; `free` counts goods."""

    goods: int = 0
    moved: int = 0
    same: int = 0
    kept: int = 0
    free: int = 0
    raised: int = 0
    cut: int = 0
    taken: int = 0


def counted(rows: Sequence[Row]) -> Counts:
    """The rows by what is told about them."""
    marks = Counter(price.marks for row in rows for price in row.prices)
    found = {
        name: sum(count for marked, count in marks.items() if marked & mark)
        for mark, name in NAMES.items()
    }
    free = sum(bool(row.marks & FREE) for row in rows)
    return Counts(goods=len(rows), free=free, **found)


@dataclass(frozen=True)
class Outcome:
    """All rows, their counts, and a mark of everything they were worked out from."""

    rows: Sequence[Row]
    counts: Counts
    mark: str


Planned = Callable[[Mapping[UUID, int]], Plan]
"""What is to be done with goods of such costs."""


@dataclass(frozen=True)
class Case:
    """The world, who buys there, and the goods in the order they are shown."""

    world: World
    buyers: Sequence[Who]
    sku_ids: Sequence[UUID]
    now: datetime

    @property
    def site(self) -> Site:
        """The site that decides."""
        return self.world.sites[-1]


@dataclass(frozen=True, slots=True)
class _Column:
    price: list[int]
    marks: list[int]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the goods cost here, and what every kind of buyer pays for them."""

    cost: list[int]
    paid: list[_Column]


def asked(case: Case, goods: Columns, sites: Sequence[Site]) -> Asked:
    """The prices of a world; for those below, a site that nobody has opened asks."""
    mine = case.site.tenant_id
    asking = [Site(0, mine, level) for who, level in case.buyers if who is Audience.CHILD]
    found = list(vectors.priced(goods, [*sites, *asking], now=case.now))
    here, below = found[len(sites) - 1], iter(found[len(sites) :])
    return Asked(
        here.cost.tolist(),
        [_retail(here) if who == SHOPPERS else _child(next(below)) for who in case.buyers],
    )


def work_out(case: Case, lines: Sequence[Line], planned: Planned) -> tuple[Plan, Outcome]:
    """What is planned at the costs of this world, and what comes of it; where nothing is to be
    written, the other world is this one."""
    goods = columns(case.world.goods)
    before = then = asked(case, goods, case.world.sites)
    named = (one.sku_id for one in case.world.goods)
    plan = planned(dict(zip(named, before.cost, strict=True)))
    if plan.entries:
        other = overlaid(case.world, case.site.tenant_id, plan.entries)
        then = asked(case, goods, other.sites)
    rows = list(_rows(case, plan, lines, before, then))
    return plan, Outcome(rows, counted(rows), _mark(case, plan, before, then))


def _retail(here: Prices) -> _Column:
    return _Column(here.price.tolist(), here.marks.tolist())


def _child(there: Prices) -> _Column:
    return _Column(there.cost.tolist(), (there.marks & CHILD_RAISED).tolist())


def _rows(
    case: Case, plan: Plan, lines: Sequence[Line], before: Asked, then: Asked
) -> Iterator[Row]:
    at = {goods.sku_id: place for place, goods in enumerate(case.world.goods)}
    named = {line.who for line in lines}
    told = [
        (who, buyer, buyer in named, before.paid[who].price, then.paid[who])
        for who, buyer in enumerate(case.buyers)
    ]
    for sku_id in case.sku_ids:
        if (place := at.get(sku_id)) is None:
            continue
        free, prices = sku_id in plan.free, []
        marked = FREE if free else 0
        for who, buyer, lined, was_there, there in told:
            was, will = was_there[place], there.price[place]
            if lined or was != will:
                marks = SAME if was == will else MOVED
                if free:
                    marks = FREE if was == will else marks
                elif lined:
                    marks = _marks(plan, (sku_id, buyer), marks, there.marks[place])
                prices.append(Price(who, was, will, marks))
                marked |= marks
        yield Row(sku_id, before.cost[place], tuple(prices), marked)


def _marks(plan: Plan, spot: Spot, marks: int, guards: int) -> int:
    if plan.kept and spot in plan.kept:
        return marks & ~SAME | KEPT
    if plan.taken and spot in plan.taken:
        marks |= TAKEN
    if guards & RAISED_HERE:
        marks |= RAISED
    return marks | CUT if guards & CUT_HERE else marks


def _mark(case: Case, plan: Plan, before: Asked, then: Asked) -> str:
    """Another mark when any cost, price, rule or the list of goods differs."""
    made = blake2b(digest_size=16)
    for asked in (before, then):
        made.update(repr(asked).encode())
    made.update(repr([one.int for one in case.sku_ids]).encode())
    for entry in plan.entries:
        made.update(repr((_said(entry.before), _said(entry.after))).encode())
    return made.hexdigest()


def _said(rule: Rule | None) -> tuple[object, ...]:
    if rule is None:
        return ()
    about = rule.place.scope_id
    said = (about.int if about else 0, rule.value, rule.method.value, rule.rounding.value)
    return (*said, rule.way.value, rule.steps, rule.base, rule.below_cost, rule.template_id)
