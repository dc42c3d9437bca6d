"""When what a site has earned becomes due to it: pure rules on the days of the shop's clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kameng.domains.terms.errors import BadCycle

LONGEST_DELAY = 90


class CycleKind(StrEnum):
    """Every day, every Sunday, every last day of a month: the days a settlement may close on."""

    DAYS = "days"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Cycle:
    """Sales up to a closing day are due `delay` days after it."""

    kind: CycleKind = CycleKind.DAYS
    delay: int = 7

    def __post_init__(self) -> None:
        if not 1 <= self.delay <= LONGEST_DELAY:
            raise BadCycle(most=LONGEST_DELAY)


DEFAULT = Cycle()
"""Of a site without a price level: seven days after the sale."""


def cycle_from(kind: str, delay: int) -> Cycle:
    """What was stored or typed. Refuses BadCycle."""
    try:
        return Cycle(CycleKind(kind), delay)
    except ValueError:
        raise BadCycle(most=LONGEST_DELAY) from None


def cutoff(cycle: Cycle, today: date) -> date:
    """The last day whose sales are due today."""
    last = today - timedelta(days=cycle.delay)
    if cycle.kind is CycleKind.WEEKLY:
        return last - timedelta(days=(last.weekday() + 1) % 7)
    if cycle.kind is CycleKind.MONTHLY and _month_end(last) != last:
        return last.replace(day=1) - timedelta(days=1)
    return last


def due_day(cycle: Cycle, day: date) -> date:
    """The first day on which the sales of `day` are due."""
    if cycle.kind is CycleKind.WEEKLY:
        day += timedelta(days=6 - day.weekday())
    elif cycle.kind is CycleKind.MONTHLY:
        day = _month_end(day)
    return day + timedelta(days=cycle.delay)


def strictest_cutoff(cycles: Iterable[Cycle], today: date) -> date:
    """The last day that is due by every one of these, so by all the sites above at once."""
    return min(cutoff(cycle, today) for cycle in cycles)


def latest_due_day(cycles: Iterable[Cycle], day: date) -> date:
    """The first day on which the sales of `day` are due by every one of these."""
    return max(due_day(cycle, day) for cycle in cycles)


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
