"""Moving a site with everything below it: choose where, see what it means, do it, take it back."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField

from kameng.domains.agents.tree import service as tree
from kameng.domains.catalog.goods import queries as goods
from kameng.domains.orders import queries as orders
from kameng.domains.pricing import queries as pricing
from kameng.domains.terms import queries as terms
from kameng.domains.terms.queries import PackageFacts
from kameng.faces.console import lists
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import Form, posted_id
from kameng.faces.console.sitesearch import NoSuchSite, site_below
from kameng.faces.frame import guards, who
from kameng.kit import clock
from kameng.kit.errors import Refusal
from kameng.kit.money import Money
from tenants import overview, registry
from tenants.context import shared, use
from tenants.database import commit_bound
from tenants.moving import Plan
from tenants.tree import Tenant

SAMPLE = 6
CHOICES = 12


class MoveForm(Form):
    """Below which site, and on which of its packages."""

    key = "move"
    to = HiddenField()
    package = SelectField(_l("Package at the new parent"))


@dataclass(frozen=True)
class Preview:
    """What a move would mean, before anything happens."""

    plan: Plan
    faults: list[Refusal]
    packages: list[PackageFacts]
    costs: list[tuple[str, Money | None, Money | None]]


@pages.get("/s/<slug>/sites/<int:site_id>/move")
@guards.staff("sites.move")
def move_site_page(site_id: int) -> ResponseReturnValue:
    """Choose the new parent; with one chosen, what the move would mean."""
    child = site_below(g.tenant, site_id)
    target = _target(lists.number("to"))
    preview = _preview(child, target) if target else None
    return render_template(
        "console/sites/move.html",
        child=child,
        target=target,
        preview=preview,
        choices=[] if target else _choices(child),
        form=_form(preview, target),
    )


@pages.post("/s/<slug>/sites/<int:site_id>/move")
@guards.staff("sites.move", again=move_site_page)
def move_site(site_id: int) -> ResponseReturnValue:
    """Do it; what stands against it is checked once more under lock."""
    child, target = site_below(g.tenant, site_id), _target(_posted_target())
    if target is None:
        raise NoSuchSite
    form = _form(None, target)
    chosen = posted_id(form.package.data or "") if form.package.data else None
    with shared():
        tree.move(child, target, chosen, busy=orders.under_way, actor=who.actor(), now=clock.now())
        commit_bound()
    flash(_("%(site)s stands below %(parent)s now.", site=child.name, parent=target.name), "ok")
    return redirect(url_for(".site", site_id=site_id), 303)


@pages.post("/s/<slug>/sites/<int:site_id>/moves/<uuid:move_id>/undo")
@guards.staff("sites.move")
def undo_move(site_id: int, move_id: UUID) -> ResponseReturnValue:
    """Put the site back where it came from, on the terms it had there."""
    child = site_below(g.tenant, site_id)
    with shared():
        tree.move_back(child, move_id, busy=orders.under_way, actor=who.actor(), now=clock.now())
        commit_bound()
    flash(_("%(site)s stands where it stood before.", site=child.name), "ok")
    return redirect(url_for(".site", site_id=site_id), 303)


def _posted_target() -> int | None:
    text = MoveForm().to.data or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _target(site_id: int | None) -> Tenant | None:
    """This site or one below it: nobody else's can be named, so nothing is told of them."""
    if site_id is None:
        return None
    if site_id == g.tenant.id:
        return _myself()
    return site_below(g.tenant, site_id)


def _myself() -> Tenant:
    tenant: Tenant = g.tenant
    return tenant


def _choices(child: Tenant) -> list[overview.Line]:
    """Possible parents by search; this site itself is offered apart."""
    wish = overview.Asked(search=lists.word("q"), state=registry.LIVE, size=CHOICES)
    with shared():
        found = overview.below(g.tenant, wish).lines
    return [one for one in found if one.tenant.id not in (child.id, child.parent_id)]


def _preview(child: Tenant, target: Tenant) -> Preview:
    with shared():
        plan, faults = tree.look(child, target, busy=orders.under_way)
        packages = terms.packages_of([target.id])
        held = terms.terms_of_sites([child.id]).get(child.id)
    fitting = [one for one in packages if one.allows.child_sites or len(plan.subtree) == 1]
    chosen = _chosen(fitting)
    costs = _costs(plan, held.level_id if held else None, chosen) if not faults else []
    return Preview(plan, faults, fitting, costs)


def _chosen(packages: list[PackageFacts]) -> PackageFacts | None:
    wanted = lists.uuid("package")
    return next((one for one in packages if one.id == wanted), packages[0] if packages else None)


def _costs(
    plan: Plan, level_id: UUID | None, chosen: PackageFacts | None
) -> list[tuple[str, Money | None, Money | None]]:
    """What the site pays for a few pieces of the master's, now and then."""
    sample = goods.goods(g.tenant, size=SAMPLE).items
    commit_bound()
    ids = [row.sku_id for row in sample]
    with use(plan.parent):
        now = pricing.child_prices(plan.parent, ids, level_id)
    with use(plan.target):
        then = pricing.child_prices(plan.target, ids, chosen.level_id if chosen else None)
    return [
        (
            f"{row.product_name} {row.sku_name or ''}".strip(),
            now.get(row.sku_id),
            then.get(row.sku_id),
        )
        for row in sample
    ]


def _form(preview: Preview | None, target: Tenant | None) -> MoveForm:
    """The package choices of the new parent, the one asked for first."""
    packages = preview.packages if preview else []
    given: dict[str, Any] = {"to": str(target.id) if target else ""}
    chosen = _chosen(packages)
    form = MoveForm(**given, package=str(chosen.id) if chosen else "")
    form.package.choices = [(str(one.id), one.name) for one in packages]
    return form
