"""Sub-sites → how new sites fare: a line for each month in which sites opened."""

from flask import g, render_template
from flask.typing import ResponseReturnValue

from kameng.domains.orders import queries as orders
from kameng.faces.console.blueprint import pages
from kameng.faces.console.sitesearch import refuse_without_sites
from kameng.faces.console.survival.cohorts import cohorts
from kameng.faces.frame import guards
from kameng.faces.frame.money import SHOP_TIME
from kameng.kit import clock
from tenants import overview
from tenants.context import shared

MONTHS = 24


@pages.get("/s/<slug>/sites/survival")
@guards.staff("sites.view")
def survival() -> ResponseReturnValue:
    """Who sold at all, how soon, and who still sold when a month and three were over."""
    refuse_without_sites()
    with shared():
        opened = overview.opened_below(g.tenant)
        starts = orders.starts_of({site: at for site, (at, _live) in opened.items()})
    found = cohorts(opened, starts, zone=SHOP_TIME, now=clock.now())
    return render_template("console/sites/survival.html", rows=found[:MONTHS])
