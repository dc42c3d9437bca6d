"""Templates in words: who pays a line, what a line does, what is told about a price."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kameng.domains.pricing.markups.rules import Audience
from kameng.domains.pricing.markuptemplates.outcomes import Counts, Mark
from kameng.domains.pricing.markuptemplates.rules import Line, Who
from kameng.domains.terms import queries as terms
from kameng.faces.console import pricewords

MARKS: dict[str, tuple[Any, str, Mark]] = {
    "moved": (_l("Prices that change"), "azure", Mark.MOVED),
    "same": (_l("Stay as they are"), "secondary", Mark.SAME),
    "kept": (_l("Own prices, left alone"), "yellow", Mark.KEPT),
    "free": (_l("Without a cost, left out"), "orange", Mark.FREE),
    "raised": (_l("Raised to cost or floor"), "red", Mark.RAISED),
    "cut": (_l("Cut to the ceiling"), "red", Mark.CUT),
    "taken": (_l("Taken from another template"), "purple", Mark.TAKEN),
}
SHORT: dict[str, Any] = {
    "kept": _l("own price stays"),
    "free": _l("no cost"),
    "raised": _l("raised to cost or floor"),
    "cut": _l("cut to the ceiling"),
    "taken": _l("from another template"),
}


def names(buyers: Iterable[Who]) -> list[str]:
    """What kinds of buyers are called."""
    levels = {one.id: one.name for one in terms.levels(g.tenant)}
    return [_name(who, levels) for who in buyers]


def lines(held: Sequence[Line]) -> list[tuple[str, str]]:
    """A template line by line: who, and what they pay."""
    nothing = UUID(int=0)
    made = [pricewords.rule(line.rule(nothing, nothing, nothing)) for line in held]
    return list(zip(names(line.who for line in held), made, strict=True))


def counts(found: Counts) -> list[tuple[str, str, str, int]]:
    """Key, name, colour and number of what is told about prices; what does not occur is left out,
    but for the changes themselves."""
    told = [
        (key, str(label), tone, getattr(found, key)) for key, (label, tone, _m) in MARKS.items()
    ]
    return [one for one in told if one[3] or one[0] == "moved"]


def badges(marks: int) -> list[tuple[str, str]]:
    """What is told beside one price."""
    return [
        (str(SHORT[key]), tone)
        for key, (_label, tone, mark) in MARKS.items()
        if key in SHORT and marks & mark
    ]


def _name(who: Who, levels: dict[UUID, str]) -> str:
    audience, level_id = who
    if audience is Audience.RETAIL:
        return _("Shoppers")
    if level_id is None:
        return _("Any agent")
    return _("Level %(name)s", name=levels.get(level_id, "—"))
