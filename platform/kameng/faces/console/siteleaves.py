"""The master lets a site below collect by itself, or takes that back."""

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.payments.own import service as own
from kameng.faces.console.blueprint import pages
from kameng.faces.console.collecting.forms import YES, LeaveForm
from kameng.faces.console.sitepage import site
from kameng.faces.console.sitesearch import site_below
from kameng.faces.frame import guards, who
from kameng.kit import audit, clock
from tenants.context import use
from tenants.database import commit_bound


@pages.post("/s/<slug>/sites/<int:site_id>/collecting")
@guards.staff("channels.allow", again=site)
def allow_collecting(site_id: int) -> ResponseReturnValue:
    """Both logs keep it; from then on, or from the next payment page on."""
    allowed = LeaveForm().checked().allowed.data == YES
    child, now = site_below(g.tenant, site_id), clock.now()
    with use(child):
        own.allow(child, allowed=allowed, actor=who.actor(), now=now)
        commit_bound()
    told = {"allowed": allowed}
    audit.record(g.tenant, who.actor(), "own_channel.leave", child.slug, after=told)
    if allowed:
        flash(_("%(name)s may collect payments by itself.", name=child.name), "ok")
    else:
        flash(_("Shoppers of %(name)s pay to the master site again.", name=child.name), "ok")
    return redirect(url_for(".site", site_id=site_id), 303)
