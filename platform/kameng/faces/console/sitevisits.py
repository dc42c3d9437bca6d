"""Going into a site below for a while: asked for with a reason, on record, ended by either side."""

from datetime import datetime
from uuid import UUID

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.accounts.errors import NoSuchVisit
from kameng.domains.accounts.staff import queries as staff_accounts
from kameng.domains.accounts.staff import visits
from kameng.domains.accounts.staff.queries import Visit
from kameng.domains.accounts.staff.rules import STEWARD
from kameng.domains.notifications import service as notifications
from kameng.domains.notifications.kinds import Kind
from kameng.faces.console.blueprint import pages
from kameng.faces.console.siteforms import visit_form
from kameng.faces.console.sitepage import site
from kameng.faces.console.sitesearch import NoSuchSite, site_below
from kameng.faces.frame import guards, who
from kameng.kit import clock
from tenants import registry
from tenants.context import shared, use
from tenants.database import commit_bound
from tenants.tree import Tenant


@pages.post("/s/<slug>/sites/<int:site_id>/visits")
@guards.staff("sites.enter", again=site)
def visit_site(site_id: int) -> ResponseReturnValue:
    """Let oneself in; the owner is told and both logs keep it."""
    form = visit_form().checked()
    child, now = site_below(g.tenant, site_id), clock.now()
    if child.state not in (registry.LIVE, registry.SUSPENDED):
        raise NoSuchSite
    with shared():
        grant = visits.enter(
            g.staff,
            child,
            via=g.tenant,
            reason=form.reason.data,
            hours=form.hours.data,
            actor=who.actor(),
            now=now,
        )
        commit_bound()
    _tell_owner(child, form.reason.data, grant.expires_at or now)
    return redirect(url_for(".home", slug=child.slug), 303)


def _tell_owner(child: Tenant, reason: str, until: datetime) -> None:
    with use(child):
        notifications.notify(
            child,
            Kind.SITE_ENTERED,
            {"visitor": g.staff.name, "via": g.tenant.name, "reason": reason, "until": until},
            key=f"{g.staff.id}-{int(until.timestamp())}",
            page="/",
            now=clock.now(),
        )
        commit_bound()


@pages.post("/s/<slug>/sites/<int:site_id>/visits/<uuid:staff_id>/end")
@guards.staff("sites.enter")
def end_visit_below(site_id: int, staff_id: UUID) -> ResponseReturnValue:
    """The side that sent somebody calls them back."""
    child = site_below(g.tenant, site_id)
    _end(child, staff_id, sent_by=g.tenant)
    flash(_("The visit is over."), "ok")
    return redirect(url_for(".site", site_id=site_id), 303)


@pages.post("/s/<slug>/visits/<uuid:staff_id>/end")
@guards.staff("visits.end")
def end_visit(staff_id: UUID) -> ResponseReturnValue:
    """The visitor goes, or the site sends them away."""
    leaving = g.role == STEWARD
    if leaving and staff_id != g.staff.id:
        raise NoSuchVisit
    visit = _end(g.tenant, staff_id, sent_by=None)
    flash(_("The visit is over."), "ok")
    if not leaving:
        return redirect(url_for(".home"), 303)
    with shared():
        home = registry.by_ids([visit.via_id])[visit.via_id]
    return redirect(url_for(".site", slug=home.slug, site_id=g.tenant.id), 303)


def _end(child: Tenant, staff_id: UUID, *, sent_by: Tenant | None) -> Visit:
    """End one visit; from above only one's own site's people can be called back."""
    with shared():
        found = staff_accounts.stewards_of(child, now=clock.now())
        visit = next((one for one in found if one.person.id == staff_id), None)
        if visit is None or (sent_by is not None and visit.via_id != sent_by.id):
            raise NoSuchVisit
        via = registry.by_ids([visit.via_id]).get(visit.via_id)
        visits.leave(staff_id, child, via=via, actor=who.actor(), name=visit.person.name)
        commit_bound()
    return visit
