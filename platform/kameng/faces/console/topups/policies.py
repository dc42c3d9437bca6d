"""What one payment onto a balance may be: for all sites of the master, or for one of them."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.topups import queries, service
from kameng.domains.topups.rules import Payer
from kameng.faces.console import lists
from kameng.faces.console.blueprint import pages
from kameng.faces.console.sitesearch import few_here, site_below
from kameng.faces.console.topups.forms import (
    MemberPolicyForm,
    PolicyForm,
    SitePolicyForm,
    policy_form,
)
from kameng.faces.frame import guards, who
from kameng.kit import audit, clock
from tenants.context import use
from tenants.database import commit_bound
from tenants.tree import Tenant


@pages.get("/s/<slug>/top-ups/policy")
@guards.staff("topups.edit")
def topup_policy() -> ResponseReturnValue:
    """The limits that hold, for all sites or for the one chosen."""
    site_id = lists.number("site") or _posted()
    choices = few_here(g.tenant, site_id)
    site = _site(site_id)
    with use(site):
        forms = [
            policy_form(made, queries.policy(site, made.payer))
            for made in (MemberPolicyForm, SitePolicyForm)
        ]
        own = {payer: queries.has_own_policy(site, payer) for payer in Payer}
    return render_template(
        "console/topups/policy.html", forms=forms, site=site, own=own, choices=choices
    )


@pages.post("/s/<slug>/top-ups/policy/members")
@guards.staff("topups.edit", again=topup_policy)
def set_member_policy() -> ResponseReturnValue:
    """For members' balances."""
    return _set(MemberPolicyForm())


@pages.post("/s/<slug>/top-ups/policy/sites")
@guards.staff("topups.edit", again=topup_policy)
def set_site_policy() -> ResponseReturnValue:
    """For the balances of sub-sites."""
    return _set(SitePolicyForm())


def _set(form: PolicyForm) -> ResponseReturnValue:
    draft = form.checked().draft
    site = _site(_posted())
    with use(site):
        service.set_policy(site, form.payer, draft, actor=who.actor(), now=clock.now())
        commit_bound()
    if site.id != g.tenant.id:
        audit.record(g.tenant, who.actor(), "topup.policy", f"{form.payer.value} {site.slug}")
    flash(_("Saved. It holds from the next payment on."), "ok")
    return redirect(url_for(".topup_policy", site=None if site.id == g.tenant.id else site.id), 303)


def _posted() -> int | None:
    text = request.form.get("site", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _site(site_id: int | None) -> Tenant:
    """The master itself stands for all sites without a policy of their own."""
    if site_id is None or site_id == g.tenant.id:
        tenant: Tenant = g.tenant
        return tenant
    return site_below(g.tenant, site_id)
