"""Which old versions may go. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

NEWEST, NAMED = 50, 200
DAILY = timedelta(days=90)
"""For so long the last version of each day is kept."""
SHOP_TIME = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Version:
    """A version, without its contents."""

    id: UUID
    created_at: datetime
    is_named: bool


def outdated(found: Iterable[Version], *, keep: Collection[UUID], now: datetime) -> list[UUID]:
    """Of all versions, the newest first, those nobody needs any more, the oldest first.

    Kept are the newest, the newest with a name, the last one of each day of late, and `keep`.
    """
    days: set[date] = set()
    names = 0
    gone: list[UUID] = []
    for at, one in enumerate(found):
        day, names = one.created_at.astimezone(SHOP_TIME).date(), names + one.is_named
        is_last = day not in days and one.created_at > now - DAILY
        days.add(day)
        is_known = one.is_named and names <= NAMED
        if not (at < NEWEST or is_last or is_known or one.id in keep):
            gone.append(one.id)
    return gone[::-1]
