"""Disputes: the master sees all of its alliance and until when each must be answered; a site sees
its own. What was paid to a site's own account that site answers for by itself."""

from uuid import UUID

from flask import g, render_template
from flask.typing import ResponseReturnValue

from kameng.domains.payments.disputes import queries
from kameng.faces.console import lists
from kameng.faces.console.blueprint import pages
from kameng.faces.console.disputes import words
from kameng.faces.console.sitesearch import names_of
from kameng.faces.frame import guards
from kameng.kit import clock
from tenants.context import shared, use

SIZE = 50


@pages.get("/s/<slug>/disputes")
@guards.staff("orders.view")
def disputes() -> ResponseReturnValue:
    """Those that must be answered first, then what was decided, the newest first."""
    open_only = lists.word("show") == "open"
    with use(g.tenant):
        found = queries.page(g.tenant, open_only=open_only, page=lists.page(), size=SIZE)
    with shared():
        own = queries.on_own_accounts(found.rows)
    return render_template(
        "console/disputes/list.html",
        rows=found.rows,
        place=lists.place(found.total, SIZE),
        waiting=found.open,
        open_only=open_only,
        own=own,
        sites=names_of(g.tenant, {one.tenant_id for one in found.rows}),
        words=words,
        now=clock.now(),
    )


@pages.get("/s/<slug>/disputes/<uuid:dispute_id>")
@guards.staff("orders.view")
def dispute(dispute_id: UUID) -> ResponseReturnValue:
    """One dispute: what the bank says, until when to answer, and where its money is."""
    with use(g.tenant):
        found = queries.one(g.tenant, dispute_id)
    with shared():
        own = bool(queries.on_own_accounts([found]))
    return render_template(
        "console/disputes/dispute.html",
        found=found,
        own=own,
        sites=names_of(g.tenant, {found.tenant_id}),
        words=words,
        now=clock.now(),
    )
