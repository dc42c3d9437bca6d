"""Planned skins as bars on one line of time, in percent of its length. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kameng.domains.design.skins.rules import Skin

BEFORE, AFTER, LEAST = timedelta(days=2), timedelta(days=3), timedelta(days=30)
TICKS = 4
NARROWEST = 1.5


@dataclass(frozen=True, slots=True)
class Bar:
    """One skin: where it begins and how long it is."""

    skin: Skin
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Line:
    """The line: bars, days written under it, and where now is."""

    bars: list[Bar]
    ticks: list[tuple[float, datetime]]
    now: float


def drawn(skins: Sequence[Skin], *, now: datetime) -> Line:
    """From a little before what is first until a little after what is last, a month at least."""
    first = min([now, *(skin.starts_at for skin in skins)]) - BEFORE
    last = max([now, *(skin.ends_at for skin in skins)]) + AFTER
    span = max(last - first, LEAST)
    bars = [_bar(skin, first, span) for skin in skins]
    ticks = [(100 * at / TICKS, first + span * at / TICKS) for at in range(TICKS)]
    return Line(bars, ticks, _share(now, first, span))


def _bar(skin: Skin, first: datetime, span: timedelta) -> Bar:
    x = _share(skin.starts_at, first, span)
    return Bar(skin, x, max(round(_share(skin.ends_at, first, span) - x, 2), NARROWEST))


def _share(moment: datetime, first: datetime, span: timedelta) -> float:
    return round(100 * ((moment - first) / span), 2)
