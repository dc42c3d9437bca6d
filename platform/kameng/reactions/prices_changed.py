"""What follows when a site has decided about prices: those below are looked at once an hour, and
a cost that was reached waits no longer."""

from __future__ import annotations

from datetime import datetime

from kameng.domains.pricing.changes import queries
from kameng.domains.pricing.changes.events import PricesChanged
from kameng.domains.pricing.costs import service as costs
from kameng.domains.pricing.news import service as news
from tenants.tree import Tenant


def look_below(tenant: Tenant, event: PricesChanged, now: datetime) -> None:
    """Ask for the digests of the hour the decision was taken in; asked twice is asked once."""
    news.ask_below(tenant, queries.facts(tenant, event.change_id).at)


def end_waiting(tenant: Tenant, event: PricesChanged, now: datetime) -> None:
    """A what-if may have brought about what waited for approval."""
    costs.reached(tenant, event.change_id)
