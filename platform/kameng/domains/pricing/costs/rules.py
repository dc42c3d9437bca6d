"""Which cost moves happen at once and which wait for somebody's word. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from uuid import UUID

from kameng.domains.pricing.costs.errors import BadAlarm
from kameng.kit.money import BadPercent, Money, Percent

WHOLE = 1_000_000
DEFAULT_ALARM = Percent.of("20")
LARGEST_ALARM = Percent.of("1000")
A_WHILE = timedelta(days=1)
"""So long moves of one cost count together."""
Moves = Mapping[UUID, tuple[Money, Money]]
"""SKUs with the cost somebody saw and the one they want."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """Moves told apart: those that happen now and those that wait."""

    now: dict[UUID, tuple[Money, Money]]
    waiting: dict[UUID, tuple[Money, Money]]


def waits(before: Money, after: Money, alarm: Percent | None) -> bool:
    """Whether a move waits: further than `alarm` of the old cost. With an alarm of zero every move
    does, without one none; but a cost that becomes nothing, or was nothing, always does."""
    if before == after:
        return False
    if not (before and after):
        return True
    if alarm is None:
        return False
    return abs(after.micro - before.micro) * WHOLE > alarm.ppm * before.micro


def sorted_out(
    moves: Moves, alarm: Percent | None, began: Mapping[UUID, Money] = MappingProxyType({})
) -> Sorted:
    """Every move that is one, by whether it waits. `began`: where costs stood before the moves of
    the last while (`began_at`): many short ones go no further than one may."""
    told = Sorted({}, {})
    for sku_id, (before, after) in moves.items():
        if before != after:
            far = waits(before, after, alarm) or waits(began.get(sku_id, before), after, alarm)
            kept = told.waiting if far else told.now
            kept[sku_id] = (before, after)
    return told


def began_at(moved: Iterable[tuple[Money, Money]], alarm: Percent | None) -> Money | None:
    """Where a cost stood before these moves of it, the oldest first. One that was long enough to
    wait was approved: from there it begins anew."""
    began = None
    for before, after in moved:
        began = after if waits(before, after, alarm) else began or before
    return began


def share(before: Money, after: Money) -> Percent | None:
    """How far a cost moves, as a share of the old one in tenths of a percent; None from nothing."""
    if not before:
        return None
    thousandths = round((after.micro - before.micro) * 1_000 / before.micro)
    return Percent(thousandths * 1_000)


def read_alarm(asked: str) -> Percent | None:
    """The percentage as a person typed it; empty means that no move waits."""
    text = asked.strip().rstrip("%％ ")
    if not text:
        return None
    try:
        found = Percent.of(text)
    except BadPercent:
        raise BadAlarm(most=LARGEST_ALARM) from None
    if not 0 <= found.ppm <= LARGEST_ALARM.ppm:
        raise BadAlarm(most=LARGEST_ALARM)
    return found
