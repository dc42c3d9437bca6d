"""The sites below: who they are, what they sell, what they may; deposits, suspension, level."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from kameng.domains.accounts.staff import queries as staff_accounts
from kameng.domains.orders import queries as orders
from kameng.domains.orders.facts import Sales
from kameng.domains.terms import queries as terms
from kameng.domains.terms import service as terms_service
from kameng.domains.terms.queries import TermsFacts
from kameng.domains.wallet import queries as wallet
from kameng.domains.wallet import service as wallets
from kameng.faces.console import lists
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import Form, MoneyField, above_zero
from kameng.faces.console.sitesearch import below, refuse_without_sites, site_below
from kameng.faces.frame import addresses, guards, who
from kameng.faces.frame.money import cash
from kameng.kit import audit, clock, ids
from kameng.kit.errors import Forbidden
from kameng.kit.money import Money
from tenants import registry
from tenants.context import shared, use
from tenants.database import commit_bound
from tenants.tree import Tenant

MONTH = 30
SUSPENDED, RESUMED = "site.suspended", "site.resumed"


class SuspendedFromAbove(Forbidden):
    """A site further up took it down; who stands between cannot put it up again."""

    code = "suspended_from_above"


@dataclass(frozen=True)
class SiteLine:
    """One site of the tree."""

    tenant: Tenant
    terms: TermsFacts | None
    package: str
    sales: Sales
    depth: int


class DepositForm(Form):
    """Money an agent handed over outside."""

    key = "deposit"
    amount = MoneyField(_l("Amount"), [InputRequired(), above_zero])
    note = StringField(_l("Note"), [Length(max=120)])
    once = HiddenField()


class LevelChoice(Form):
    """The price level of a site."""

    key = "level"
    level_id = SelectField(_l("Price level"))


@pages.get("/s/<slug>/sites")
@guards.staff("sites.view")
def sites() -> ResponseReturnValue:
    """The tree below this site with package, state and the sales of the last thirty days."""
    refuse_without_sites()
    found = below(g.tenant)
    held = terms.terms_of_children(g.tenant)
    packages = {package.id: package.name for package in terms.packages(g.tenant)}
    since, until = _last_days(clock.now())
    sales = orders.sales_by_site(g.tenant, since=since, until=until)
    none = Sales(0, Money.zero(g.tenant.currency))
    rows = [
        SiteLine(
            tenant,
            held.get(tenant.id),
            packages.get(held[tenant.id].package_id, "") if tenant.id in held else "",
            sales.get(tenant.id, none),
            tenant.depth - g.tenant.depth,
        )
        for tenant in found
    ]
    return render_template("console/sites/list.html", rows=rows, address=addresses.site)


@pages.get("/s/<slug>/sites/<int:site_id>")
@guards.staff("sites.view")
def site(site_id: int) -> ResponseReturnValue:
    """One site below: terms, deposit, people, acts."""
    child = site_below(g.tenant, site_id)
    with shared():
        team = staff_accounts.staff_of(child.id)
    with use(child):
        deposit = wallet.deposit_of(child)
    since, until = _last_days(clock.now())
    sales = orders.sales_by_site(g.tenant, since=since, until=until)
    held = terms.terms_of_children(g.tenant).get(child.id)
    return render_template(
        "console/sites/site.html",
        child=child,
        held=held,
        package=terms.package(g.tenant, held.package_id) if held else None,
        team=team,
        deposit=deposit,
        sales=sales.get(child.id, Sales(0, Money.zero(child.currency))),
        form=DepositForm(once=ids.token(12)),
        level=_level_form(held),
        address=addresses.site(child),
    )


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
    form = _level_form(None).checked()
    chosen = UUID(form.level_id.data) if form.level_id.data else None
    terms_service.set_level(g.tenant, site_id, chosen, actor=who.actor(), now=clock.now())
    flash(_("The level was changed. The site's costs follow it at once."), "ok")
    return redirect(url_for(".site", site_id=site_id), 303)


@pages.post("/s/<slug>/sites/<int:site_id>/state")
@guards.staff("sites.suspend", again=site)
def set_site_state(site_id: int) -> ResponseReturnValue:
    """Suspend a site, or let it go on; paid orders stay reachable either way."""
    child = site_below(g.tenant, site_id)
    stop = request.form.get("state") == "suspended"
    with shared():
        if not stop:
            _refuse_to_undo_from_below(child)
        (registry.suspend if stop else registry.resume)(child)
        commit_bound()
    if not stop:
        terms_service.let_go_on(g.tenant, site_id, actor=who.actor(), now=clock.now())
    act = SUSPENDED if stop else RESUMED
    audit.record(g.tenant, who.actor(), act, child.slug, before={"state": child.state})
    flash(_("The site is suspended.") if stop else _("The site is live again."), "ok")
    return redirect(url_for(".site", site_id=site_id), 303)


def _refuse_to_undo_from_below(child: Tenant) -> None:
    """A take-down holds for everybody below the site that ordered it."""
    above = g.tenant.chain[:-1]
    if audit.last_act(above, (SUSPENDED, RESUMED), child.slug) == SUSPENDED:
        raise SuspendedFromAbove(site=child.slug)


def _level_form(held: TermsFacts | None) -> LevelChoice:
    form = LevelChoice(level_id=str(held.level_id or "") if held else "")
    form.level_id.choices = [("", _("None: pays the retail price"))] + [
        (str(level.id), level.name) for level in terms.levels(g.tenant)
    ]
    return form


def _last_days(now: datetime) -> tuple[datetime, datetime]:
    return lists.day_span(now, days_ago=MONTH - 1)[0], lists.day_span(now)[1]
