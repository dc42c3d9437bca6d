"""Where a site's package stands, and what its periods and receipts are called."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from kameng.domains.billing.queries import Plan
from kameng.domains.billing.rules import Kind, Period

PERIODS: dict[str, Any] = {Period.MONTH: _l("a month"), Period.YEAR: _l("a year")}
FOR: dict[str, Any] = {Period.MONTH: _l("Pay for a month"), Period.YEAR: _l("Pay for a year")}
KINDS: dict[str, Any] = {
    Kind.RENEW: _l("Paid for a period"),
    Kind.START: _l("Package taken"),
    Kind.UPGRADE: _l("Difference for a better package"),
}


def state(plan: Plan, now: datetime) -> tuple[Any, str]:
    """A word and its colour."""
    until = plan.held.until
    if until is None:
        return _l("without an end"), "green"
    if plan.is_over(now):
        return _l("over, the shop is suspended"), "red"
    if until <= now:
        return _l("over, grace is running"), "orange"
    if plan.held.open_at(now):
        return _l("paid"), "green"
    return (_l("on trial"), "blue") if plan.package.trial_days else (_l("not paid yet"), "orange")
