"""What-ifs in words: states, dangers, and amounts that say whether they rose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kameng.domains.pricing.vectors import BELOW_COST, CUT, RAISED_TO_COST, RAISED_TO_FLOOR
from kameng.domains.pricing.whatif.figures import Figures, Spread, Suffering
from kameng.domains.pricing.whatif.queries import SiteFacts
from kameng.domains.pricing.whatif.rules import State
from kameng.faces.frame.money import money
from kameng.kit.money import Money

STATES: dict[State, tuple[Any, str]] = {
    State.DRAFT: (_l("Draft"), "secondary"),
    State.QUEUED: (_l("Waits for its turn"), "azure"),
    State.RUNNING: (_l("Being worked out"), "azure"),
    State.DONE: (_l("Worked out, not decided"), "orange"),
    State.CANCELLED: (_l("Stopped"), "secondary"),
    State.FAILED: (_l("Could not be worked out"), "red"),
    State.COMMITTED: (_l("In force"), "green"),
    State.DISCARDED: (_l("Thrown away"), "secondary"),
}


@dataclass(frozen=True)
class Bar:
    """One site of the chart: profit before and after, and how long their bars are, of a hundred."""

    name: str
    before: Money
    after: Money
    long_before: int
    long_after: int

    @property
    def falls(self) -> bool:
        return self.after < self.before


def state(one: State) -> str:
    """What a state is called."""
    return str(STATES[one][0])


def tone(one: State) -> str:
    """Its colour."""
    return STATES[one][1]


def dangers(one: Figures) -> list[tuple[str, str]]:
    """What somebody should look at, with its colour; nothing for nothing."""
    told = (
        (one.under_cost, _("%(n)s under cost", n=one.under_cost), "red"),
        (one.without_profit, _("%(n)s without profit", n=one.without_profit), "red"),
        (one.raised_to_floor, _("%(n)s held by the floor", n=one.raised_to_floor), "orange"),
        (one.raised_to_cost, _("%(n)s held by the cost", n=one.raised_to_cost), "orange"),
        (one.cut, _("%(n)s cut to the ceiling", n=one.cut), "yellow"),
    )
    return [(text, colour) for count, text, colour in told if count]


def marks(one: Suffering) -> list[tuple[str, str]]:
    """The same for one SKU."""
    new = one.marks & ~one.marks_before
    told = (
        (new & BELOW_COST, _("under cost"), "red"),
        (one.margin == 0 and one.margin_before > 0, _("without profit"), "red"),
        (new & RAISED_TO_FLOOR, _("held by the floor"), "orange"),
        (new & RAISED_TO_COST, _("held by the cost"), "orange"),
        (new & CUT, _("kept under the ceiling"), "yellow"),
    )
    return [(text, colour) for said, text, colour in told if said]


def signed(micro: int) -> str:
    """An amount that says whether it rose: "+1.00", "-0.50", "0.00"."""
    return f"{'+' if micro > 0 else '-' if micro < 0 else ''}{money(Money(abs(micro)))}"


def spread(one: Spread) -> str:
    """How far something moved: from the least to the most."""
    if not one.count:
        return "—"
    if one.least == one.most:
        return signed(one.least)
    return _("%(least)s to %(most)s", least=signed(one.least), most=signed(one.most))


def bars(sites: list[SiteFacts], most: int = 8) -> list[Bar]:
    """The chart of the sites shown first."""
    some = [(one.name, one.figures.margin_before, one.figures.margin_after) for one in sites[:most]]
    longest = max((abs(side) for _name, *sides in some for side in sides), default=0) or 1
    return [
        Bar(name, Money(before), Money(after), _long(before, longest), _long(after, longest))
        for name, before, after in some
    ]


def _long(amount: int, longest: int) -> int:
    """The length of a bar; what is lost has none."""
    return max(amount, 0) * 100 // longest
