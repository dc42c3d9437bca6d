"""Rhythms of settlement in sentences."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kameng.domains.terms.cycles import Cycle, CycleKind

KINDS = (
    (CycleKind.DAYS.value, _l("Every day")),
    (CycleKind.WEEKLY.value, _l("Weekly, up to Sunday")),
    (CycleKind.MONTHLY.value, _l("Monthly, up to the last day")),
)
"""For a choice in a form."""


def sentence(cycle: Cycle) -> str:
    """When sales are due by one cycle."""
    if cycle.kind is CycleKind.WEEKLY:
        return _("weekly, %(n)s days after Sunday", n=cycle.delay)
    if cycle.kind is CycleKind.MONTHLY:
        return _("monthly, %(n)s days after the end of the month", n=cycle.delay)
    return _("daily, %(n)s days after the sale", n=cycle.delay)


def sentences(cycles: Iterable[Cycle]) -> list[str]:
    """The cycles a site is on, each once."""
    return list(dict.fromkeys(sentence(one) for one in cycles))
