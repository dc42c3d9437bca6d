"""What orders are called, by their ids, for pages that know only those."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from kameng.domains.orders.models import OrderIndex
from tenants.database import session


def numbers(order_ids: Collection[str]) -> dict[str, str]:
    """Id as text → order number, of those orders the bound tenant may see."""
    wanted = {found for one in order_ids if (found := _id(one))}
    if not wanted:
        return {}
    query = select(OrderIndex.order_id, OrderIndex.number).where(OrderIndex.order_id.in_(wanted))
    return {str(row[0]): row[1] for row in session.execute(query)}


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
