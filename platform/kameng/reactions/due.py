"""What happens when its time has come: the clock's kinds, each with its verb."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from kameng.domains.orders import service as orders
from kameng.kit.calls import Call
from tenants.tree import Tenant

Timed = Callable[[Tenant, str, datetime], Call[Any, Any] | None]


def expire_order(tenant: Tenant, key: str, now: datetime) -> Call[Any, Any] | None:
    """The time to pay an order is over."""
    return orders.expire(tenant, UUID(key), now=now)


KINDS: dict[str, Timed] = {"order.expire": expire_order}
