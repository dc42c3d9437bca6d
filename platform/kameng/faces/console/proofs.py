"""财务 → 账目核对: the kept proofs of the books, what each found, and one more at once."""

from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.proofs import queries
from kameng.domains.proofs.queries import RunFacts
from kameng.faces.console import lists, proofwords
from kameng.faces.console.blueprint import pages
from kameng.faces.console.sitesearch import names_of
from kameng.faces.frame import guards, proving, who
from tenants.context import use
from tenants.tree import Tenant

SIZE = 50


def last(tenant: Tenant) -> RunFacts | None:
    """The latest one; None before the first."""
    return queries.last(tenant)


@pages.get("/s/<slug>/proofs")
@guards.staff("ledger.prove")
def proofs() -> ResponseReturnValue:
    """Every run, newest first."""
    return render_template(
        "console/proofs/list.html",
        runs=queries.runs(g.tenant, size=SIZE, before=lists.uuid("before")),
        size=SIZE,
        words=proofwords,
    )


@pages.get("/s/<slug>/proofs/<uuid:run_id>")
@guards.staff("ledger.prove")
def proof(run_id: UUID) -> ResponseReturnValue:
    """One run: its checks, and its differences with their rows."""
    with use(g.tenant):
        run = queries.run(g.tenant, run_id)
        found = queries.differences(run_id, page=lists.page(), size=SIZE)
    kept = sum(min(one.found, proofwords.MOST_KEPT) for one in run.checks)
    return render_template(
        "console/proofs/run.html",
        run=run,
        found=found,
        place=lists.place(kept, SIZE),
        kept=kept,
        sites=names_of(g.tenant, {one.site_id for one in found}),
        words=proofwords,
    )


@pages.post("/s/<slug>/ledger/proof")
@guards.staff("ledger.prove", again=proofs)
def prove() -> ResponseReturnValue:
    """Prove everything, now."""
    made = proving.prove(g.tenant, actor=who.actor())
    with use(g.tenant):
        found = queries.run(g.tenant, made)
    if found.holds:
        flash(_("The books balance: every entry has its twin and the sum is zero."), "ok")
    else:
        flash(_("The books do not balance. Stop selling and call for help."), "error")
    return redirect(url_for(".proof", run_id=made), 303)
