"""When a planned skin may be, and what becomes of it as time passes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from kameng.domains.design.rules import Arrangement
from kameng.domains.design.skins.errors import (
    BadSkinName,
    SkinEndsTooSoon,
    SkinInThePast,
    SkinMoved,
    SkinsOverlap,
    SkinTimeUnreal,
    SkinTooFar,
)

SHORTEST = timedelta(minutes=10)
FARTHEST = timedelta(days=366)
SLACK = timedelta(minutes=2)
"""Between picking "now" in a form and sending it."""
LONGEST_NAME = 60
MOST_OPEN = 30


class State(StrEnum):
    """Where a planned skin stands."""

    WAITING = "waiting"
    ON = "on"
    OVER = "over"
    CANCELLED = "cancelled"
    STOPPED = "stopped"


class Why(StrEnum):
    """Why one was stopped: nothing was put over what people did meanwhile."""

    MOVED = "moved"
    MISSED = "missed"
    PACKAGE = "package"
    GONE = "gone"
    UNFIT = "unfit"


OPEN = (State.WAITING, State.ON)
MOVES: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.ON, State.CANCELLED, State.STOPPED}),
    State.ON: frozenset({State.OVER, State.STOPPED}),
    State.OVER: frozenset(),
    State.CANCELLED: frozenset(),
    State.STOPPED: frozenset(),
}


class Step(StrEnum):
    """What the clock has to do about one now."""

    NOTHING = "nothing"
    BEGIN = "begin"
    END = "end"
    MISS = "miss"


@dataclass(frozen=True, slots=True)
class Skin:
    """One planned skin. `reverts_to` is what was live when it began; while it waits, what was live
    when it was planned."""

    id: UUID
    revision_id: UUID
    name: str
    starts_at: datetime
    ends_at: datetime
    state: State
    why: Why | None
    reverts_to: UUID | None
    author: str
    created_at: datetime

    @property
    def is_open(self) -> bool:
        """Whether something is still to happen."""
        return self.state in OPEN


WORDS = ("site", "menus", "pages")
"""What a site says and keeps in any look."""


def same_look(one: Arrangement, other: Arrangement) -> bool:
    """Whether two arrangements differ in nothing but what a site says: a notice written while a
    festive look is on does not make it another look."""
    looks = ({key: kept for key, kept in it.items() if key not in WORDS} for it in (one, other))
    return next(looks) == next(looks)


def caught_up(skin: Arrangement, planned: Arrangement, live: Arrangement) -> Arrangement:
    """The skin with the words, menus and pages that were changed on the live site since it was
    planned: a new contact is not lost for the days it is on. As it ends the same way back: what
    comes back, the skin as it began, and what is live by then."""
    made = dict(skin)
    for part in WORDS:
        mine, before, now = (one.get(part) or {} for one in (skin, planned, live))
        merged = dict(_merged(mine, before, now))
        if merged or part in skin:
            made[part] = merged
    return made


def _merged(mine: Arrangement, before: Arrangement, now: Arrangement) -> Iterator[tuple[str, Any]]:
    for key in dict.fromkeys([*mine, *now]):
        source = mine if now.get(key) == before.get(key) else now
        if key in source:
            yield key, source[key]


class _Row(Protocol):
    """What has a state to be moved."""

    state: str


def moment(local: datetime, zone: ZoneInfo) -> datetime:
    """A time as the site's clock shows it, in UTC. Refuses SkinTimeUnreal: one that is left out or
    comes twice when the clock is set forward or back."""
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        raise SkinTimeUnreal(at=local.strftime("%Y-%m-%d %H:%M"))
    return first.astimezone(UTC)


def check_times(starts: datetime, ends: datetime, *, now: datetime) -> None:
    """Refuses SkinInThePast, SkinEndsTooSoon, SkinTooFar."""
    if starts < now - SLACK:
        raise SkinInThePast()
    if ends < max(starts, now) + SHORTEST:
        raise SkinEndsTooSoon(minutes=int(SHORTEST.total_seconds()) // 60)
    if ends > now + FARTHEST:
        raise SkinTooFar(days=FARTHEST.days)


def check_free(starts: datetime, ends: datetime, others: Iterable[Skin]) -> None:
    """Refuses SkinsOverlap: one look at a time. One may begin as another ends."""
    for one in others:
        if one.is_open and starts < one.ends_at and one.starts_at < ends:
            raise SkinsOverlap(name=one.name, starts=one.starts_at, ends=one.ends_at)


def name(typed: str) -> str:
    """What it is called, trimmed. Refuses BadSkinName."""
    plain = " ".join(typed.split())
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
        raise BadSkinName(longest=LONGEST_NAME)
    return plain


def step(skin: Skin, *, now: datetime) -> Step:
    """What time asks for. A clock that slept through the whole of it shows nothing any more."""
    if skin.state is State.WAITING and now >= skin.ends_at:
        return Step.MISS
    if skin.state is State.WAITING and now >= skin.starts_at:
        return Step.BEGIN
    if skin.state is State.ON and now >= skin.ends_at:
        return Step.END
    return Step.NOTHING


def next_look(skin: Skin) -> datetime | None:
    """When the clock has to look at it again; None when nothing is to come."""
    if skin.state is State.WAITING:
        return skin.starts_at
    return skin.ends_at if skin.state is State.ON else None


def ended(starts: datetime, ends: datetime, *, now: datetime) -> datetime:
    """When one that ends now ended: early by a person's hand, never before it began."""
    return max(min(ends, now), starts + timedelta(seconds=1))


def check_move(row: _Row, to: State) -> None:
    """Refuses SkinMoved where there is no such way."""
    if to not in MOVES[State(row.state)]:
        raise SkinMoved()


def move(row: _Row, to: State) -> None:
    """Refuses SkinMoved where there is no such way."""
    check_move(row, to)
    row.state = to.value
