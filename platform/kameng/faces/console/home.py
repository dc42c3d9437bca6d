"""The first page of the day: today beside yesterday, what needs a decision, what to set up next."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import g, render_template
from flask.typing import ResponseReturnValue

from kameng.domains.accounts.staff import queries as staff_accounts
from kameng.domains.agents.hostnames import queries as hostnames
from kameng.domains.catalog.goods import queries as goods
from kameng.domains.design import queries as design
from kameng.domains.design.drafts import queries as drafts
from kameng.domains.ledger.journal import queries as journal
from kameng.domains.orders import queries as orders
from kameng.domains.pricing import ownrules
from kameng.domains.pricing.costs import queries as costs
from kameng.domains.pricing.news import queries as news
from kameng.domains.topups import queries as topups
from kameng.domains.wallet import queries as wallet
from kameng.domains.wallet.alarm import queries as alarms
from kameng.faces.console import homewords, lists, orderwords, proofs
from kameng.faces.console.blueprint import pages
from kameng.faces.console.withdrawals import todo
from kameng.faces.frame import addresses, guards, permissions
from kameng.faces.frame.money import SHOP_TIME
from kameng.kit import clock
from kameng.kit.money import Money
from tenants import registry
from tenants.context import shared, use

LOW = 10
FRESH = timedelta(days=1)


@dataclass(frozen=True)
class Day:
    """The figures of one day."""

    orders: int
    sales: Money
    margin: Money


@pages.get("/s/<slug>")
@guards.staff("home.view")
def home() -> ResponseReturnValue:
    """Figures, alarms, checklist."""
    now = clock.now()
    with use(g.tenant):
        recent, tasks = orders.index(g.tenant, size=6), orders.attention(g.tenant)
    with shared():
        named = {row.tenant_id for row in recent.rows} | {task.tenant_id for task in tasks}
        sites = registry.by_ids([g.tenant.id, *named])
        visits = staff_accounts.stewards_of(g.tenant, now=now)
    claims = hostnames.claims_of(g.tenant)
    return render_template(
        "console/home.html",
        today=_day(now, 0),
        yesterday=_day(now, 1),
        week_ago=_day(now, 7),
        tasks=tasks,
        visits=visits,
        low=goods.low_stock(g.tenant, below=LOW, limit=6),
        recent=recent.rows,
        sites=sites,
        proof=proofs.last(g.tenant),
        deposit=None if g.tenant.is_root else wallet.deposit_of(g.tenant),
        short=alarms.low(g.tenant) if permissions.may("topups.view") else None,
        strange=_strange(),
        domains=[claim for claim in claims if claim.wants_care],
        unfiled=[claim for claim in claims if claim.wants_filing],
        costs=costs.count(g.tenant) if permissions.may("prices.approve") else 0,
        news=news.newest(g.tenant, since=now - FRESH) if permissions.may("prices.view") else None,
        payouts=todo.waiting(),
        checklist=_checklist(bool(recent.rows)),
        begins=not (recent.rows or tasks),
        address=addresses.site(g.tenant),
        steps=homewords.steps(),
        words=orderwords,
        day_today=now.astimezone(SHOP_TIME).date().isoformat(),
    )


def _strange() -> int:
    """Top-ups that do not fit: the money lies with the master, and so does the decision."""
    mine = g.tenant.is_root and permissions.may("topups.refund")
    return topups.strange(g.tenant) if mine else 0


def _day(now: Any, days_ago: int) -> Day:
    since, until = lists.day_span(now, days_ago=days_ago)
    sales = orders.sales(g.tenant, since=since, until=until)
    return Day(sales.orders, sales.amount, journal.earned(g.tenant, since=since, until=until))


def _checklist(sold: bool) -> dict[str, bool]:
    """What a new agent still has to do; a master site has a list of its own."""
    site = design.live(g.tenant).get("site", {})
    priced = ownrules.has_any(g.tenant)
    if g.tenant.is_root:
        stocked = goods.goods(g.tenant, size=1).total > 0
        return {"goods": stocked, "prices": priced, "announcement": bool(site.get("notice"))}
    return {
        "name": bool(site.get("name")),
        "markup": priced,
        "decorate": drafts.one(g.tenant) is not None,
        "announcement": bool(site.get("notice")),
        "share": sold,
    }
