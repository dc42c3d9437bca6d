"""Where a price rule stands: about which goods, for whom, and from when to when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kameng.domains.pricing.errors import BadPeriod, BadPlace, OverlappingPeriods


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


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule stands. A site has at most one rule in a place, so no two rules ever tie.

    For sites below: any of them, those of a level, or one named site (`buyer_id`, its tenant).
    For shoppers: any, the members of a tier (`level_id`: a tier stands among shoppers where a level
    stands among sites), or one named member. A place with a date holds from `valid_from` until just
    before `valid_to`, and goes before the same place without dates as long as it does.
    """

    scope: Scope
    scope_id: UUID | None
    audience: Audience
    level_id: UUID | None = None
    buyer_id: int | None = None
    member_id: UUID | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None

    def __post_init__(self) -> None:
        if (self.scope is Scope.ALL) != (self.scope_id is None):
            raise BadPlace(scope=self.scope.value)
        named, strange = self.buyer_id is not None, self.member_id is not None
        if self.audience is Audience.RETAIL:
            named, strange = strange, named
        if strange or (named and self.level_id is not None):
            raise BadPlace(scope=self.scope.value)
        if self.is_dated:
            _refuse_bad_period(self.valid_from, self.valid_to)

    @property
    def tier_id(self) -> UUID | None:
        """The tier of members it is for."""
        return self.level_id if self.audience is Audience.RETAIL else None

    @property
    def is_dated(self) -> bool:
        """Whether the place begins or ends."""
        return self.valid_from is not None or self.valid_to is not None

    @property
    def undated(self) -> Place:
        """The same place for all time."""
        return replace(self, valid_from=None, valid_to=None) if self.is_dated else self

    def holds(self, now: datetime | None) -> bool:
        """Whether a rule here is in force; without a `now`, only what has no dates is."""
        if not self.is_dated:
            return True
        if now is None or (self.valid_from is not None and now < self.valid_from):
            return False
        return self.valid_to is None or now < self.valid_to

    def overlaps(self, other: Place) -> bool:
        """Whether both places, dated and otherwise the same, hold at some common moment."""
        if not (self.is_dated and other.is_dated and self.undated == other.undated):
            return False
        return _before(self.valid_from, other.valid_to) and _before(other.valid_from, self.valid_to)


def refuse_overlap(place: Place, others: Iterable[Place]) -> None:
    """Refuse a dated place that would hold together with another of the same site.

    `place` itself may be among the others: a rule set again stays where it is.
    """
    for other in others:
        if other != place and place.overlaps(other):
            raise OverlappingPeriods(other_from=other.valid_from, other_to=other.valid_to)


def _before(start: datetime | None, end: datetime | None) -> bool:
    return start is None or end is None or start < end


def _refuse_bad_period(start: datetime | None, end: datetime | None) -> None:
    for moment in (start, end):
        if moment is not None and moment.utcoffset() is None:
            raise BadPeriod(valid_from=start, valid_to=end)
    if start is not None and end is not None and end <= start:
        raise BadPeriod(valid_from=start, valid_to=end)
