"""Where a site's package stands, and what paying for a period is called."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kameng.domains.billing import queries
from kameng.domains.billing.queries import Plan
from kameng.domains.billing.rules import Period
from kameng.domains.topups import queries as topups
from kameng.domains.topups.rules import TopUpState
from kameng.faces.frame.money import cash
from tenants.tree import Tenant

FOR: dict[str, Any] = {Period.MONTH: _l("Pay for a month"), Period.YEAR: _l("Pay for a year")}
COMING = _l("The payment is being confirmed. This takes a moment; the page updates by itself.")
KEPT = _l(
    "Your payment has arrived, but the package was paid, changed or had another price by then. The"
    " money is on your balance."
)
ENDED = _l("Nothing was paid on that page. If you still want to, begin again below.")
STRANGE = _l(
    "The provider reports something else than what was asked for. Nothing was booked; the master"
    " site looks at it."
)
STOPPED = (TopUpState.MISMATCH, TopUpState.SETTLED)


def payment(tenant: Tenant, topup_id: UUID | None) -> tuple[str, Any, bool] | None:
    """What came of a payment at the provider: a colour, a sentence, and whether it is still to
    come."""
    paid = queries.payment(tenant, topup_id) if topup_id else None
    if paid is None or topup_id is None:
        return None
    if paid.receipt_id:
        return "success", _("%(amount)s was paid.", amount=cash(paid.amount)), False
    if paid.problem:
        return "warning", KEPT, False
    state = topups.one(tenant, topup_id).state
    if state is TopUpState.WAITING:
        return "info", COMING, True
    return ("danger", STRANGE, False) if state in STOPPED else ("warning", ENDED, False)


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
