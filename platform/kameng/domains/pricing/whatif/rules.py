"""The states of a what-if, how a cost is supposed to move, how suppositions add up. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kameng.domains.pricing.changes.entries import CostEntry, Entry, RuleEntry
from kameng.domains.pricing.whatif.errors import (
    BadCostMove,
    CostOutOfReach,
    TooMuchSupposed,
    WhatIfElsewhere,
)
from kameng.kit.money import MICRO, Money, Percent

MOST_ENTRIES = 100_000
"""Entries of one what-if."""
LONGEST_TITLE = 120
STEEPEST = Percent(1_000 * 10_000)
"""By how much of itself a cost may be supposed to move: 1,000 %."""


class State(StrEnum):
    """Where a what-if stands."""

    DRAFT = "draft"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"
    COMMITTED = "committed"
    DISCARDED = "discarded"


_AGAIN = frozenset({State.DRAFT, State.QUEUED, State.DISCARDED})
MOVES: dict[State, frozenset[State]] = {
    State.DRAFT: _AGAIN,
    State.QUEUED: frozenset({State.RUNNING, State.CANCELLED, State.FAILED}),
    State.RUNNING: frozenset({State.RUNNING, State.DONE, State.CANCELLED, State.FAILED}),
    State.DONE: _AGAIN | {State.COMMITTED},
    State.CANCELLED: _AGAIN,
    State.FAILED: _AGAIN,
    State.COMMITTED: frozenset(),
    State.DISCARDED: frozenset(),
}
WORKING = frozenset({State.QUEUED, State.RUNNING})


def check_move(state: State, to: State) -> None:
    """Refuse a move the table does not know."""
    if to not in MOVES[state]:
        raise WhatIfElsewhere(state=state.value)


def check_title(text: str) -> str:
    """The title on one line, cut to what is kept."""
    return " ".join(unicodedata.normalize("NFC", text).split())[:LONGEST_TITLE]


_MOVE = re.compile(r"([-+=]?)([0-9]{1,9}(?:\.[0-9]{1,6})?)(%?)")


@dataclass(frozen=True, slots=True)
class CostMove:
    """How a cost is supposed to move: to an amount, by an amount, or by a share of itself."""

    to: Money | None = None
    by: Money | None = None
    share: Percent | None = None

    def moved(self, cost: Money) -> Money:
        """The cost after the move."""
        if self.to is not None:
            return Money(self.to.micro, cost.currency)
        if self.by is not None:
            return cost + Money(self.by.micro, cost.currency)
        return cost + cost.share(self.share or Percent(0))


def cost_move(asked: str) -> CostMove:
    """What a person typed: `12.5` names the cost; `+0.5`, `-0.5`, `+5%` and `-5%` move it.

    Full-width digits and signs are fine; whatever else is no move is refused (BadCostMove).
    """
    typed = unicodedata.normalize("NFKC", asked[:40]).replace("\u2212", "-")
    found = _MOVE.fullmatch("".join(typed.split()).strip("¥元"))
    if not found:
        raise BadCostMove(text=asked[:40])
    sign, number, percent = found.groups()
    value = Decimal(number) * (-1 if sign == "-" else 1)
    if not percent:
        amount = Money(int(value * MICRO))
        return CostMove(by=amount) if sign in ("+", "-") else CostMove(to=amount)
    ppm = value * 10_000
    if sign == "=" or ppm != ppm.to_integral_value() or abs(ppm) > STEEPEST.ppm:
        raise BadCostMove(text=asked[:40])
    return CostMove(share=Percent(int(ppm)))


def refuse_out_of_reach(entries: Iterable[CostEntry], limit: Money) -> None:
    """Refuse costs nobody can have, all of them at once."""
    beyond = [one for one in entries if not 0 < one.after.micro <= limit.micro]
    if beyond:
        raise CostOutOfReach(limit=limit, count=len(beyond))


def added(held: Iterable[Entry], more: Iterable[Entry]) -> list[Entry]:
    """Suppositions together: what is supposed twice begins where the first began and ends where the
    last ends; what ends where it began is none."""
    kept: dict[str, Entry] = {}
    for entry in (*held, *more):
        first = kept.get(entry.key)
        kept[entry.key] = entry if first is None else _joined(first, entry)
    found = [one for one in kept.values() if one.before != one.after]
    if len(found) > MOST_ENTRIES:
        raise TooMuchSupposed(most=MOST_ENTRIES)
    return found


def _joined(first: Entry, last: Entry) -> Entry:
    if isinstance(first, CostEntry) and isinstance(last, CostEntry):
        return CostEntry(first.sku_id, first.before, last.after)
    if isinstance(first, RuleEntry) and isinstance(last, RuleEntry):
        return RuleEntry(first.place, first.before, last.after)
    raise TypeError("two kinds of entries cannot be about one place")
