"""A package fee that was paid at the provider, given back: first to the balance, from there to its
source like any top-up."""

from uuid import UUID

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.billing import queries, returns
from kameng.domains.billing.errors import FeeWentBack
from kameng.faces.console.blueprint import pages
from kameng.faces.console.topups.forms import FeeBackForm
from kameng.faces.console.topups.pages import found_here, keep_above, topup
from kameng.faces.frame import guards, who
from kameng.kit import clock
from tenants.context import use
from tenants.database import commit_bound


@pages.post("/s/<slug>/top-ups/<uuid:topup_id>/fee-return")
@guards.staff("topups.refund", again=topup)
def return_fee(topup_id: UUID) -> ResponseReturnValue:
    """Undo the package this payment paid for, so that it can go back to where it came from."""
    reason = FeeBackForm().checked().why.data
    site = found_here(topup_id)[1]
    with use(site):
        paid = queries.payment(site, topup_id)
        if paid is None or paid.receipt_id is None:
            raise FeeWentBack
        returns.give_back(
            site, paid.receipt_id, by=g.tenant, reason=reason, actor=who.actor(), now=clock.now()
        )
        commit_bound()
    keep_above(site, "package.fee_back", topup_id, {"reason": reason})
    flash(_("The fee is on the balance again. Give it back to its source now, if you wish."), "ok")
    return redirect(url_for(".topup", topup_id=topup_id), 303)
