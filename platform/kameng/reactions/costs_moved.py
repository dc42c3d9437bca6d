"""What follows when a digest of moved costs stands: the owner of the site gets one mail."""

from __future__ import annotations

from datetime import datetime

from kameng.config import settings
from kameng.domains.notifications import service as notifications
from kameng.domains.pricing.news.events import CostsMoved
from tenants.tree import MAIN, Tenant


def tell_owner(tenant: Tenant, event: CostsMoved, now: datetime) -> None:
    """Queue the mail; the job finds out whether the owner left an address."""
    chosen = settings()
    page = f"/s/{tenant.slug}/prices/news/{event.news_id}"
    notifications.costs_moved(
        tenant,
        dearer=event.dearer,
        cheaper=event.cheaper,
        page=chosen.address(
            chosen.host("console"), page if tenant.cell == MAIN else f"/at/{tenant.cell}{page}"
        ),
        key=str(event.news_id),
    )
