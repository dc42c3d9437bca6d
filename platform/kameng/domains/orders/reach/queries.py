"""What the last orders of a site cost it, and so how many more its balance pays for."""

from __future__ import annotations

from sqlalchemy import select

from kameng.domains.orders import collecting, record
from kameng.domains.orders.models import OrderIndex
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant

LOOKED_AT = 50


def usual_cost(tenant: Tenant) -> Money | None:
    """What each of the site's last paid orders cost it on the average, by whatever way they were
    paid; None: nothing was sold yet, or nothing that costs the site anything."""
    paid = select(OrderIndex.order_id).where(
        OrderIndex.tenant_id == tenant.id, OrderIndex.paid_at.is_not(None)
    )
    orders = list(session.scalars(paid.order_by(OrderIndex.placed_at.desc()).limit(LOOKED_AT)))
    if not orders:
        return None
    rows = session.execute(select(*record.LINES.c).where(record.LINES.c.order_id.in_(orders)))
    whole = collecting.cost_of(tenant, [record.line_facts(row) for row in rows])
    average = whole.split([1] * len(orders))[0]
    return average if average.micro > 0 else None
