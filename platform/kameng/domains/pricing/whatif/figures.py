"""What a supposition does to one site, in a few figures, and the goods that suffer most. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any
from uuid import UUID

from kameng.domains.pricing.vectors import (
    BELOW_COST,
    CUT,
    RAISED_TO_COST,
    RAISED_TO_FLOOR,
    Difference,
)
from kameng.kit.money import MICRO

MOST_WORST = 20
"""SKUs of a site that are told by name."""
_LOSS = 10**12
"""One SKU in trouble weighs more than any sum of profits lost (in fen)."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How far something moved over the SKUs it moved at: whole micro-units."""

    count: int = 0
    least: int = 0
    most: int = 0
    total: int = 0

    def __add__(self, other: Spread) -> Spread:
        if not (self.count and other.count):
            return self if self.count else other
        least, most = min(self.least, other.least), max(self.most, other.most)
        return Spread(self.count + other.count, least, most, self.total + other.total)


@dataclass(frozen=True, slots=True)
class Figures:
    """What changes at one site, or at several together; one piece of every SKU that changes."""

    changed: int = 0
    cost: Spread = field(default_factory=Spread)
    price: Spread = field(default_factory=Spread)
    margin: Spread = field(default_factory=Spread)
    margin_before: int = 0
    margin_after: int = 0
    price_before: int = 0
    price_after: int = 0
    under_cost: int = 0
    raised_to_cost: int = 0
    raised_to_floor: int = 0
    cut: int = 0
    without_profit: int = 0
    troubled: int = 0
    """SKUs that newly sell under cost, are held up by the floor, or leave nothing."""

    def __add__(self, other: Figures) -> Figures:
        sums = {
            one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)
        }
        return Figures(**sums)

    @property
    def danger(self) -> int:
        """How urgently somebody should look: the number of SKUs in trouble, then profit lost."""
        lost = max(self.margin_before - self.margin_after, 0) // 10_000
        return self.troubled * _LOSS + min(lost, _LOSS - 1)


@dataclass(frozen=True, slots=True)
class Suffering:
    """One SKU at one site, before and after."""

    sku_id: UUID
    cost_before: int
    cost: int
    price_before: int
    price: int
    floor: int
    marks_before: int
    marks: int

    @property
    def margin_before(self) -> int:
        return self.price_before - self.cost_before

    @property
    def margin(self) -> int:
        return self.price - self.cost


def figures(moved: Difference) -> Figures:
    """The figures of one site."""
    before, after = moved.price_before - moved.cost_before, moved.price - moved.cost
    return Figures(
        changed=len(moved.at),
        cost=_spread(moved.cost - moved.cost_before),
        price=_spread(moved.price - moved.price_before),
        margin=_spread(after - before),
        margin_before=_sum(before),
        margin_after=_sum(after),
        price_before=_sum(moved.price_before),
        price_after=_sum(moved.price),
        under_cost=_newly(moved, BELOW_COST),
        raised_to_cost=_newly(moved, RAISED_TO_COST),
        raised_to_floor=_newly(moved, RAISED_TO_FLOOR),
        cut=_newly(moved, CUT),
        without_profit=int(((after == 0) & (before > 0)).sum()),
        troubled=int(_trouble(moved).sum()),
    )


def worst(moved: Difference, sku_ids: Sequence[UUID]) -> list[Suffering]:
    """The SKUs that suffer most: in trouble first, then by profit lost."""
    before, after = moved.price_before - moved.cost_before, moved.price - moved.cost
    # the profit of one piece is far below 10^16: trouble goes before any of it, within 64 bits
    order = (after - before - _trouble(moved) * 10**17).argsort(kind="stable")[:MOST_WORST]
    return [
        Suffering(
            sku_ids[moved.at[n]],
            *(int(column[n]) for column in (moved.cost_before, moved.cost)),
            *(int(column[n]) for column in (moved.price_before, moved.price, moved.floor)),
            *(int(column[n]) for column in (moved.marks_before, moved.marks)),
        )
        for n in order
    ]


def told(one: Figures) -> dict[str, Any]:
    """Figures as JSON keeps them: Python's whole numbers go through unharmed."""
    return asdict(one)


def read(said: Mapping[str, Any]) -> Figures:
    """The figures that `told` kept."""
    kept: dict[str, Any] = {
        name: Spread(**value) if isinstance(value, Mapping) else value
        for name, value in said.items()
    }
    return Figures(**kept)


def told_worst(some: Iterable[Suffering]) -> list[list[Any]]:
    """SKUs as JSON keeps them."""
    return [[str(getattr(one, f.name)) for f in fields(Suffering)] for one in some]


def read_worst(said: Iterable[Sequence[str]]) -> list[Suffering]:
    """The SKUs that `told_worst` kept."""
    return [Suffering(UUID(row[0]), *map(int, row[1:])) for row in said]


def _trouble(moved: Difference) -> Any:
    before, after = moved.price_before - moved.cost_before, moved.price - moved.cost
    news = moved.marks & ~moved.marks_before & (BELOW_COST | RAISED_TO_FLOOR)
    return (news != 0) | ((after <= 0) & (before > 0))


def _sum(column: Any) -> int:
    """The exact sum: whole millions and the rest by themselves, so that 64 bits are enough."""
    return int((column // MICRO).sum()) * MICRO + int((column % MICRO).sum())


def _spread(moves: Any) -> Spread:
    some = moves[moves != 0]
    if not len(some):
        return Spread()
    return Spread(len(some), int(some.min()), int(some.max()), _sum(some))


def _newly(moved: Difference, mark: int) -> int:
    return int(((moved.marks & ~moved.marks_before & mark) != 0).sum())
