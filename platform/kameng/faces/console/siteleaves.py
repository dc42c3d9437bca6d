"""The master lets a site below collect by itself, or takes that back."""

from datetime import datetime

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.notifications import service as notifications
from kameng.domains.notifications.kinds import Kind
from kameng.domains.payments.own import queries
from kameng.domains.payments.own import service as own
from kameng.faces.console.blueprint import pages
from kameng.faces.console.collecting.forms import YES, LeaveForm
from kameng.faces.console.collecting.words import SELLER
from kameng.faces.console.sitepage import site
from kameng.faces.console.sitesearch import site_below
from kameng.faces.frame import guards, who
from kameng.kit import audit, cache, clock
from tenants.context import use
from tenants.database import commit_bound
from tenants.tree import Tenant


@pages.post("/s/<slug>/sites/<int:site_id>/collecting")
@guards.staff("channels.allow", again=site)
def allow_collecting(site_id: int) -> ResponseReturnValue:
    """Both logs keep it; from then on, or from the next payment page on."""
    allowed = LeaveForm().checked().allowed.data == YES
    child, now = site_below(g.tenant, site_id), clock.now()
    with use(child):
        changes = queries.is_allowed(child) != allowed
        own.allow(child, allowed=allowed, actor=who.actor(), now=now)
        if changes:
            _tell(child, allowed, now)
        commit_bound()
    cache.forget(child, SELLER)
    told = {"allowed": allowed}
    audit.record(g.tenant, who.actor(), "own_channel.leave", child.slug, after=told)
    if allowed:
        flash(_("%(name)s may collect payments by itself.", name=child.name), "ok")
    else:
        flash(_("Shoppers of %(name)s pay to the master site again.", name=child.name), "ok")
    return redirect(url_for(".site", site_id=site_id), 303)


def _tell(child: Tenant, allowed: bool, now: datetime) -> None:
    kind = Kind.COLLECTING_ALLOWED if allowed else Kind.COLLECTING_STOPPED
    notifications.notify(child, kind, {}, key=now.isoformat(), now=now, page="/collecting")
