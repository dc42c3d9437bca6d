"""What follows when an order is paid: it is delivered, or its money goes back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kameng.domains.orders import service as orders
from kameng.domains.orders.events import OrderPaid
from kameng.kit.calls import Call
from tenants.tree import Tenant


def deliver(tenant: Tenant, event: OrderPaid, now: datetime) -> Call[Any, Any] | None:
    """Hand over the goods."""
    return orders.fulfil(tenant, event.order_id, now=now)
