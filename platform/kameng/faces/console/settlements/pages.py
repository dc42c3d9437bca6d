"""Settlements: a master sees runs, what was given and who owes; a site what it gets and when."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.settlement import queries, rules, service
from kameng.domains.terms import queries as terms
from kameng.faces.console import ledgerwords, lists
from kameng.faces.console.blueprint import pages
from kameng.faces.console.settlements import words
from kameng.faces.console.sitesearch import names_of
from kameng.faces.frame import guards, who
from kameng.kit import clock
from kameng.kit.money import Money
from tenants.context import use

SIZE, LINES, SOON = 30, 50, 7


@pages.get("/s/<slug>/settlements")
@guards.staff("ledger.view")
def settlements() -> ResponseReturnValue:
    """What was settled, the newest first, with what comes next."""
    asked = lists.number("site") if g.tenant.is_root else g.tenant.id
    with use(g.tenant):
        found = queries.page(g.tenant, site_id=asked, page=lists.page(), size=SIZE)
        more = _of_master() if g.tenant.is_root else _of_site()
    sites = {one.tenant_id for one in found.items} | {site for site, _debt in more["owing"]}
    return render_template(
        "console/settlements/list.html",
        rows=found.items,
        place=lists.place(found.total, SIZE),
        site=asked,
        sites=names_of(g.tenant, sites | ({asked} if asked else set())),
        words=words,
        **more,
    )


@pages.post("/s/<slug>/settlements")
@guards.staff("settlement.run", again=settlements)
def settle_now() -> ResponseReturnValue:
    """Let the clock settle every site below, now."""
    run = service.begin(g.tenant, actor=who.actor(), now=clock.now())
    if run.sites:
        flash(_("%(n)s sites are being settled.", n=run.left), "ok")
    else:
        flash(_("No site below has earned anything yet."), "ok")
    return redirect(url_for(".settlements"), 303)


@pages.get("/s/<slug>/settlements/<uuid:settlement_id>")
@guards.staff("ledger.view")
def settlement(settlement_id: UUID) -> ResponseReturnValue:
    """One settlement, and every order in it."""
    with use(g.tenant):
        facts = queries.one(g.tenant, settlement_id)
        place = lists.place(facts.count, LINES)
        rows = queries.lines(facts, page=place.page, size=LINES)
    return render_template(
        "console/settlements/one.html",
        facts=facts,
        rows=rows,
        place=place,
        sites=names_of(g.tenant, {facts.tenant_id}),
        words=ledgerwords,
    )


def _of_master() -> dict[str, Any]:
    return {"run": queries.last_run(g.tenant), "owing": queries.owing(g.tenant)}


def _of_site() -> dict[str, Any]:
    waiting, cycles = queries.waiting(g.tenant), terms.cycles_of(g.tenant)
    stopped, back = rules.frozen(waiting), [one for one in waiting if one.day is None]
    return {
        "owing": [],
        "pockets": queries.pockets(g.tenant),
        "cycles": cycles,
        "platform_fee": terms.platform_fee(g.tenant),
        "coming": rules.coming(waiting, cycles, today=rules.shop_day(clock.now()))[:SOON],
        "frozen": Money(sum(one.amount.micro for one in stopped), g.tenant.currency),
        "taken_back": Money(sum(one.amount.micro for one in back), g.tenant.currency),
        "frozen_things": sum(one.things for one in stopped),
    }
