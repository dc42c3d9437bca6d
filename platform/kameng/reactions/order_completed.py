"""What follows when an order is completed: a shopper who left an e-mail address is told, and what
promoters earned of it begins to wait."""

from __future__ import annotations

from datetime import datetime

from kameng.config import settings
from kameng.domains.notifications import service as notifications
from kameng.domains.orders import service as orders
from kameng.domains.orders.events import OrderCompleted
from kameng.domains.promotion import service as promotion
from tenants.tree import Tenant


def let_commission_wait(tenant: Tenant, event: OrderCompleted, now: datetime) -> None:
    """Whoever brought the shopper gets his part when the goods can no longer be given back."""
    promotion.wait(tenant, event.order_id, now=now)


def tell_shopper(tenant: Tenant, event: OrderCompleted, now: datetime) -> None:
    """Queue the mail; it holds the order's address, never its secrets."""
    if not event.by_mail:
        return
    order = orders.facts_of(tenant, event.order_id)
    chosen = settings()
    notifications.order_delivered(
        tenant,
        order.contact,
        number=order.number,
        order_url=chosen.address(
            tenant.host or chosen.host(tenant.slug), f"/orders/{order.number}"
        ),
        locale=order.locale,
    )
