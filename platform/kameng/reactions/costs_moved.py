"""What follows when a digest of moved costs stands: the owner of the site is told once."""

from __future__ import annotations

from datetime import datetime

from kameng.domains.notifications import service as notifications
from kameng.domains.notifications.kinds import Kind
from kameng.domains.pricing.news.events import CostsMoved
from tenants.tree import Tenant


def tell_owner(tenant: Tenant, event: CostsMoved, now: datetime) -> None:
    """One notice for all decisions of an hour; amounts are not in it."""
    notifications.notify(
        tenant,
        Kind.COSTS_MOVED,
        {"dearer": event.dearer, "cheaper": event.cheaper},
        key=str(event.news_id),
        page=f"/prices/news/{event.news_id}",
        now=now,
    )
