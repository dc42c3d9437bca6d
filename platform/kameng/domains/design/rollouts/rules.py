"""Who moves in which wave, when a roll-out has gone wrong, and on which line new sites begin. Pure.

Rates and thresholds are in hundredths of a percent, so that nothing is a float until it is shown.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from kameng.domains.design.rollouts.errors import BadRolloutFigures, BadWaves, RolloutMoved

WHOLE = 10_000
"""100 %, in hundredths of a percent."""
MOST_WAVES, LONGEST_WAIT = 6, 43_200
FAIR_SHARE = 10
"""Percent of the sites anybody looked at that must fail before the line goes back everywhere."""
LEAST_FAILED = 3
"""So many pages must have failed before anything is concluded: one bad moment stops nobody."""


class State(StrEnum):
    """Where a roll-out stands."""

    PLANNED = "planned"
    RUNNING = "running"
    PAUSED = "paused"
    RETURNING = "returning"
    STOPPED = "stopped"
    DONE = "done"
    ROLLED_BACK = "rolled_back"


class SiteState(StrEnum):
    """Where one site of it stands. `kept`: it published since, and is not put back."""

    WAITING = "waiting"
    MOVED = "moved"
    SKIPPED = "skipped"
    FAILED = "failed"
    REVERTED = "reverted"
    KEPT = "kept"


WITHDRAWN = frozenset({State.RETURNING, State.ROLLED_BACK})
"""The line was taken back from everybody."""
OPEN = frozenset({State.PLANNED, State.RUNNING, State.PAUSED, State.RETURNING})
MOVES: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.RUNNING, State.STOPPED}),
    State.RUNNING: frozenset({State.PAUSED, State.STOPPED, State.RETURNING, State.DONE}),
    State.PAUSED: frozenset({State.RUNNING, State.STOPPED, State.RETURNING}),
    State.RETURNING: frozenset({State.ROLLED_BACK}),
    State.STOPPED: frozenset({State.RETURNING}),
    State.DONE: frozenset({State.RETURNING}),
    State.ROLLED_BACK: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Counts:
    """Pages drawn, and those of them on which a section failed."""

    drawn: int = 0
    failed: int = 0

    @property
    def rate(self) -> int:
        return self.failed * WHOLE // self.drawn if self.drawn else 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.drawn + other.drawn, self.failed + other.failed)

    def __sub__(self, other: Counts) -> Counts:
        """What came since; counts that were forgotten meanwhile are nothing, never less."""
        return Counts(max(self.drawn - other.drawn, 0), max(self.failed - other.failed, 0))


def check_move(now: State, to: State) -> None:
    """Refuse a step that does not follow (RolloutMoved)."""
    if to not in MOVES[now]:
        raise RolloutMoved()


def checked_waves(percents: Sequence[int]) -> list[int]:
    """Percentages of the sites, each more than the one before, the last 100. Refuses BadWaves."""
    rising = all(one < other for one, other in pairwise(percents))
    if not 1 <= len(percents) <= MOST_WAVES or not rising or percents[0] < 1 or percents[-1] != 100:
        raise BadWaves()
    return list(percents)


def check_figures(wait_minutes: int, threshold: int) -> None:
    """Refuses BadRolloutFigures."""
    if not 0 <= wait_minutes <= LONGEST_WAIT or not 1 <= threshold <= WHOLE:
        raise BadRolloutFigures()


def placed(
    rollout: UUID, sites: Iterable[int], chosen: Iterable[int], percents: Sequence[int]
) -> dict[int, int]:
    """Which wave each site moves in. Wave 0 is the chosen ones; the others follow in an order that
    is this roll-out's own, so that it is not always the same sites that try first. A wave takes
    one site at least while there are any."""
    first = set(chosen)
    rest = sorted((one for one in sites if one not in first), key=lambda one: _lot(rollout, one))
    ends = [math.ceil(len(rest) * percent / 100) for percent in percents]
    waves = {
        site: next(number for number, end in enumerate(ends, start=1) if at < end)
        for at, site in enumerate(rest)
    }
    return {**dict.fromkeys(first & set(sites), 0), **waves}


def _lot(rollout: UUID, site: int) -> bytes:
    return hashlib.sha256(f"{rollout}:{site}".encode()).digest()


def gone_wrong(before: Counts, after: Counts, threshold: int, *, least: int = LEAST_FAILED) -> bool:
    """Whether moved sites fail more often than is allowed, and more often than they did before."""
    enough = after.failed >= least
    return enough and after.rate > threshold and after.rate > before.rate


def is_proven(hurt: Set[int], seen: Set[int], chosen: Iterable[int]) -> bool:
    """Whether the sites that fail may stop it for everybody: what an agent writes, or whom he sends
    to look, is his, so that a few who agree on it count only where they are a fair part of all that
    anybody looked at. One the operator chose to go first, or that is alone, speaks for itself."""
    many = len(hurt) > 1 and len(hurt) * 100 >= len(seen) * FAIR_SHARE
    alone = bool(hurt) and hurt == seen
    return many or alone or bool(hurt & set(chosen))


def line_for(
    made_on: str, own: str | None, lines: Sequence[str], tried: Mapping[str, State]
) -> str | None:
    """The line to show a document on that was made on some line; None where there is none.

    `own`: the line the site shows the same theme on, None where it shows another; `lines` of the
    gallery, oldest first; `tried`: how the last roll-out to each line ended. Nobody comes back to a
    line that was left behind, but from one that was withdrawn; and nobody to a withdrawn one.
    """
    age = {line: at for at, line in enumerate(sorted({*lines, made_on}, key=_numbers))}
    withdrawn = {line for line, state in tried.items() if state in WITHDRAWN}
    if own in lines:
        return _beside(made_on, str(own), age, lines, withdrawn, tried)
    good = [line for line in lines if line not in withdrawn and age[line] >= age[made_on]]
    proven = [line for line in good if tried.get(line) is State.DONE]
    if proven:
        return proven[-1]
    if made_on in lines:
        return made_on if made_on in good else None
    return good[-1] if good else None


def _beside(
    made_on: str,
    own: str,
    age: Mapping[str, int],
    lines: Sequence[str],
    withdrawn: Set[str],
    tried: Mapping[str, State],
) -> str | None:
    """The same for a site that shows this theme on a line that is there."""
    if age[made_on] > age[own]:
        return made_on if made_on in lines and tried.get(made_on) is State.DONE else None
    return made_on if own in withdrawn and made_on in lines else own


def _numbers(line: str) -> tuple[int, ...]:
    return tuple(int(part) for part in line.split(".") if part.isdigit())


def usual_line(
    lines: Sequence[str], in_use: Mapping[str, int], tried: Iterable[tuple[str, State]]
) -> str:
    """The line on which a site begins a theme: the newest one that has proven itself.

    `lines` of the gallery, oldest first; `in_use` how many sites of the alliance show each;
    `tried` every roll-out's (line, state), the newest last. A line whose roll-out is not done is
    not given to newcomers, and neither is one nobody has tried; a theme nobody uses yet begins with
    its newest.
    """
    last = dict(tried)
    proven = [one for one in lines if last.get(one, State.DONE) is State.DONE]
    settled = [one for one in proven if in_use.get(one) or one in last]
    return (settled or proven or list(lines))[-1]
