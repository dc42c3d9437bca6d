"""The list of top-ups, one of them with its refunds, and the act of giving back."""

from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.billing import queries as packages
from kameng.domains.billing.receipts import queries as receipts
from kameng.domains.payments import queries as payments
from kameng.domains.payments.disputes import queries as disputes
from kameng.domains.payments.rules import RefundState
from kameng.domains.topups import money, queries
from kameng.domains.topups import service as topups
from kameng.domains.topups.queries import Asked
from kameng.domains.topups.returns import service as returns
from kameng.domains.topups.rules import PURPOSE, Payer, TopUpFacts, TopUpState, returnable
from kameng.faces.console import lists
from kameng.faces.console.blueprint import pages
from kameng.faces.console.sitesearch import few_here, names_of
from kameng.faces.console.topups import words
from kameng.faces.console.topups.forms import FeeBackForm, GiveBackForm, SettleTopUpForm
from kameng.faces.frame import guards, permissions, who
from kameng.faces.frame.money import cash
from kameng.kit import audit, calls, clock
from tenants import registry
from tenants.context import shared, use
from tenants.database import commit_bound
from tenants.tree import Tenant

SIZE = 30


@pages.get("/s/<slug>/top-ups")
@guards.staff("topups.view")
def topups_page() -> ResponseReturnValue:
    """Newest first, with what arrived and was kept; the master sees those of all sites."""
    payer = lists.one_of("payer", *[one.value for one in Payer])
    state = lists.one_of("state", *[one.value for one in TopUpState])
    asked = Asked(
        payer=Payer(payer) if payer else None,
        state=TopUpState(state) if state else None,
        site_id=lists.number("site"),
    )
    choices = few_here(g.tenant, asked.site_id) if g.tenant.is_root else {}
    with use(g.tenant):
        found = queries.page(g.tenant, asked, page=lists.page(), size=SIZE)
    return render_template(
        "console/topups/list.html",
        found=found,
        place=lists.place(found.total, SIZE),
        sites=names_of(g.tenant, {row.tenant_id for row in found.rows}),
        choices=choices,
        words=words,
    )


@pages.get("/s/<slug>/top-ups/<uuid:topup_id>")
@guards.staff("topups.view")
def topup(topup_id: UUID) -> ResponseReturnValue:
    """One top-up: how much, whose, where it stands, what went back."""
    found, site = found_here(topup_id)
    with use(site):
        left = returnable(found, money.unspent(site, found))
        refunds = payments.refunds_for(site, PURPOSE, str(found.id))
        disputed = disputes.of(site, PURPOSE, str(found.id))
        package = packages.payment(site, found.id)
        paid = package.receipt_id if package else None
        receipt = receipts.find(site, paid) if paid else None
    return render_template(
        "console/topups/topup.html",
        found=found,
        site=site,
        refunds=refunds,
        disputed=disputed,
        package=package,
        receipt=receipt,
        fee_back=FeeBackForm(),
        left=left,
        may_refund=_may_refund(found) and found.state is TopUpState.PAID,
        form=GiveBackForm(amount=left),
        settle=SettleTopUpForm(),
        words=words,
    )


@pages.post("/s/<slug>/top-ups/<uuid:topup_id>/refunds")
@guards.staff("topups.refund", again=topup)
def refund_topup(topup_id: UUID) -> ResponseReturnValue:
    """Give back what is unspent, to where it came from."""
    form = GiveBackForm().checked()
    amount, reason = form.amount.data, form.reason.data
    site = found_here(topup_id)[1]
    with use(site):
        call = returns.refund(
            site,
            topup_id,
            amount,
            by=g.tenant,
            reason=reason,
            actor=who.actor(),
            now=clock.now(),
        )
        ended = calls.run(call)
        commit_bound()
    keep_above(site, "topup.refund", topup_id, {"amount": str(amount), "reason": reason})
    if ended.state is RefundState.FAILED:
        flash(_("The provider would not give it back. It is on the balance again."), "error")
    else:
        flash(_("%(amount)s is on its way back.", amount=cash(amount)), "ok")
    return redirect(url_for(".topup", topup_id=topup_id), 303)


@pages.post("/s/<slug>/top-ups/<uuid:topup_id>/settlement")
@guards.staff("topups.refund", again=topup)
def settle_topup(topup_id: UUID) -> ResponseReturnValue:
    """Put a payment that did not fit away, once it was dealt with at the provider by hand."""
    form = SettleTopUpForm().checked()
    reason = form.reason.data
    site = found_here(topup_id)[1]
    with use(site):
        topups.settle_strange(
            site, topup_id, by=g.tenant, reason=reason, actor=who.actor(), now=clock.now()
        )
        commit_bound()
    keep_above(site, "topup.settled", topup_id, {"reason": reason})
    flash(_("The payment is settled."), "ok")
    return redirect(url_for(".topup", topup_id=topup_id), 303)


def found_here(topup_id: UUID) -> tuple[TopUpFacts, Tenant]:
    """A top-up this site may see, and the site it belongs to."""
    with use(g.tenant):
        found = queries.one(g.tenant, topup_id)
    with shared():
        site = registry.by_ids([found.tenant_id])[found.tenant_id]
    return found, site


def _may_refund(found: TopUpFacts) -> bool:
    """Who paid in for a site is given back by the master; see returns.refund."""
    theirs = found.payer is Payer.MEMBER or g.tenant.is_root
    return theirs and permissions.may("topups.refund")


def keep_above(site: Tenant, act: str, topup_id: UUID, told: dict[str, str]) -> None:
    """What was done about a site below stands in the log of the site it was done from as well."""
    if site.id != g.tenant.id:
        audit.record(g.tenant, who.actor(), act, f"{topup_id} {site.slug}", after=told)
