"""One site below: what it is, who runs it, how it fares; deposit, level, suspension."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.accounts.staff import queries as staff_accounts
from kameng.domains.agents.tree import queries as moves
from kameng.domains.agents.tree import service as tree
from kameng.domains.payments.own import queries as own
from kameng.domains.payments.own.rules import Standing
from kameng.domains.terms import service as terms_service
from kameng.domains.wallet import queries as wallet
from kameng.domains.wallet import service as wallets
from kameng.faces.console import auditwords, sitelist
from kameng.faces.console.blueprint import pages
from kameng.faces.console.collecting import words as collecting_words
from kameng.faces.console.siteforms import DepositForm, level_form, visit_form
from kameng.faces.console.sitesearch import refuse_without_sites, site_below
from kameng.faces.frame import addresses, guards, permissions, who
from kameng.faces.frame.money import cash
from kameng.kit import audit, clock, ids
from tenants import overview, registry
from tenants.context import shared, use
from tenants.database import commit_bound
from tenants.tree import Tenant


@pages.get("/s/<slug>/sites/<int:site_id>")
@guards.staff("sites.view")
def site(site_id: int) -> ResponseReturnValue:
    """One site below: facts, people, hosts, how it fares, what was done about it."""
    child, now = site_below(g.tenant, site_id), clock.now()
    collects = _collecting(child)
    with shared():
        past = moves.moves_of(child.id)
        facts: dict[str, Any] = {
            "hosts": overview.hosts(child),
            "team": staff_accounts.staff_of(child.id),
            "invited": staff_accounts.invited(child.id),
            "visits": staff_accounts.stewards_of(child, now=now),
            "line_up": _line_up(child),
            "moves": past,
            "places": registry.by_ids(list({move.from_id for move in past})),
            "children": overview.below(child, overview.Asked(size=1)).total,
            "history": _history(child.slug),
            "held_here": tree.holds(g.tenant, child),
        }
    row = sitelist.one(g.tenant, child)
    return render_template(
        "console/sites/site.html",
        child=child,
        row=row,
        **facts,
        direct=child.parent_id == g.tenant.id,
        deposit=wallet.deposit_of(child),
        words=auditwords,
        form=DepositForm(once=ids.token(12)),
        level=level_form(row.terms),
        visit=visit_form(),
        address=addresses.site(child),
        collecting=collects,
        collecting_words=collecting_words,
    )


def _collecting(child: Tenant) -> Standing | None:
    """Where the site is on the way to collecting by itself; the master alone is shown it."""
    if not g.tenant.is_root:
        return None
    with use(child):
        return own.standing(child)


def _line_up(child: Tenant) -> list[Tenant]:
    """The sites between this one and the one below, from the top; in `shared()`."""
    ids = child.chain[child.chain.index(g.tenant.id) : -1]
    found = registry.by_ids(ids)
    return [found[one] for one in ids]


def _history(slug: str) -> list[audit.AuditLine]:
    """What this site's own log says about the one below; what happens inside is its own matter."""
    return audit.about(g.tenant, slug) if permissions.may("audit.view") else []


@pages.post("/s/<slug>/sites/<int:site_id>/deposits")
@guards.staff("sites.deposit", again=site)
def deposit_site(site_id: int) -> ResponseReturnValue:
    """Record an agent's deposit, once per form however often it is sent."""
    form = DepositForm().checked()
    child = site_below(g.tenant, site_id)
    with use(child):
        wallets.deposit(
            child,
            form.amount.data,
            key=f"deposit:{child.id}:{form.once.data}",
            actor=who.actor(),
            note=form.note.data or "",
            now=clock.now(),
        )
        commit_bound()
    flash(_("%(amount)s was added to the deposit.", amount=cash(form.amount.data)), "ok")
    return redirect(url_for(".site", site_id=site_id), 303)


@pages.post("/s/<slug>/sites/<int:site_id>/level")
@guards.staff("sites.suspend", again=site)
def set_site_level(site_id: int) -> ResponseReturnValue:
    """Move a site directly below to another price level."""
    refuse_without_sites()
    form = level_form(None).checked()
    chosen = UUID(form.level_id.data) if form.level_id.data else None
    terms_service.set_level(g.tenant, site_id, chosen, actor=who.actor(), now=clock.now())
    flash(_("The level was changed. The site's costs follow it at once."), "ok")
    return redirect(url_for(".site", site_id=site_id), 303)


@pages.post("/s/<slug>/sites/<int:site_id>/state")
@guards.staff("sites.suspend", again=site)
def set_site_state(site_id: int) -> ResponseReturnValue:
    """Suspend a site with all below it, or let it go on; paid orders stay reachable."""
    child = site_below(g.tenant, site_id)
    stop = request.form.get("state") == "suspended"
    with shared():
        if stop:
            tree.suspend(g.tenant, child, actor=who.actor())
        else:
            tree.resume(g.tenant, child, actor=who.actor(), now=clock.now())
        commit_bound()
    flash(_("The site is suspended.") if stop else _("The site is live again."), "ok")
    return redirect(url_for(".site", site_id=site_id), 303)
