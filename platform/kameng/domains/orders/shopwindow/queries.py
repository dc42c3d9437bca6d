"""Reads of a site's own delivered orders that hold nothing about who bought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from kameng.domains.orders.models import OrderIndex, OrderLine
from tenants.database import session
from tenants.tree import Tenant

DELIVERED = ("completed", "partially_refunded", "won")
LATELY = timedelta(days=2)
MOST_ORDERS = 5000
"""A list of best sellers counts so many of the newest orders: nobody waits for a million."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """Something that was delivered at a moment, to nobody in particular."""

    product_id: UUID
    name: str
    at: datetime


def latest(tenant: Tenant, *, now: datetime, size: int = 12) -> list[Delivered]:
    """What this site delivered last, within two days, the newest first. One query."""
    rows = session.execute(
        select(OrderLine.product_id, OrderLine.product_name, OrderIndex.completed_at)
        .join(OrderLine, OrderLine.order_id == OrderIndex.order_id)
        .where(
            OrderIndex.tenant_id == tenant.id,
            OrderIndex.placed_at >= now - LATELY,
            OrderIndex.state == "completed",
            OrderIndex.completed_at.is_not(None),
            OrderLine.seq == 1,
        )
        .order_by(OrderIndex.placed_at.desc())
        .limit(size)
    )
    found = [Delivered(row[0], row[1], row[2]) for row in rows if row[2] is not None]
    return sorted(found, key=lambda one: one.at, reverse=True)


def best_sellers(tenant: Tenant, *, since: datetime, size: int = 10) -> dict[UUID, int]:
    """How many pieces of a product this site delivered since then and nobody gave back, the most
    first; of the newest 5,000 orders at most. One query."""
    orders = (
        select(OrderIndex.order_id)
        .where(
            OrderIndex.tenant_id == tenant.id,
            OrderIndex.placed_at >= since,
            OrderIndex.state.in_(DELIVERED),
        )
        .order_by(OrderIndex.placed_at.desc())
        .limit(MOST_ORDERS)
        .subquery()
    )
    pieces = func.sum(OrderLine.quantity - func.coalesce(OrderLine.returned, 0))
    rows = session.execute(
        select(OrderLine.product_id, pieces)
        .join(orders, orders.c.order_id == OrderLine.order_id)
        .group_by(OrderLine.product_id)
        .having(pieces > 0)
        .order_by(pieces.desc(), OrderLine.product_id)
        .limit(size)
    )
    return {row[0]: int(row[1]) for row in rows}
