"""Sites that opened in the same month, counted together. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from statistics import median_low

from kameng.domains.orders.facts import Start


@dataclass(frozen=True, slots=True)
class Part:
    """So many of so many; nothing can be said of none."""

    some: int
    of: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.some / self.of) if self.of else None


@dataclass(frozen=True, slots=True)
class Cohort:
    """The sites of a month. `by_30` and `by_90` count only those that are as old."""

    month: str
    opened: int
    live: Part
    sold: Part
    days_to_first: int | None
    by_30: Part
    by_90: Part


def cohorts(
    opened: Mapping[int, tuple[datetime, bool]],
    starts: Mapping[int, Start],
    *,
    zone: tzinfo,
    now: datetime,
) -> list[Cohort]:
    """By the month each opened in on the shop's clock, the newest first."""
    months: dict[str, list[int]] = defaultdict(list)
    for site, (at, _live) in opened.items():
        months[at.astimezone(zone).strftime("%Y-%m")].append(site)
    return [
        _cohort(month, [(*opened[site], starts[site]) for site in sites], now)
        for month, sites in sorted(months.items(), reverse=True)
    ]


def _cohort(month: str, sites: Sequence[tuple[datetime, bool, Start]], now: datetime) -> Cohort:
    waits = [(start.first - at).days for at, _live, start in sites if start.first]
    old = {
        days: [start for at, _live, start in sites if at + timedelta(days=days) <= now]
        for days in (30, 90)
    }
    return Cohort(
        month,
        len(sites),
        Part(sum(live for _at, live, _start in sites), len(sites)),
        Part(len(waits), len(sites)),
        max(median_low(waits), 0) if waits else None,
        Part(sum(one.by_30 for one in old[30]), len(old[30])),
        Part(sum(one.by_90 for one in old[90]), len(old[90])),
    )
