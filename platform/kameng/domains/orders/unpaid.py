"""How many unpaid payment pages one shopper may keep open at a site that collects by itself: each
ties up what its order costs the site's balance, so nobody ties up all of it for nothing.

A contact is what a guest types and proves nothing: it counts beside the address it was typed at, so
that nobody locks another shopper out by ordering in his name."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import text

from kameng.domains.orders.errors import TooManyUnpaid
from kameng.domains.orders.rules import OrderFacts
from tenants.database import session
from tenants.tree import Tenant

MOST, MOST_OF_ADDRESS = 3, 10
"""Of one member, or of one guest's contact at one address; of one network address, behind which
many may be."""
SINCE = timedelta(hours=2)
"""No page is open so long after its order was placed."""
_OPEN = text(
    "SELECT count(*) FILTER (WHERE o.member_id = me.member_id OR (me.member_id IS NULL"
    " AND o.member_id IS NULL AND o.contact = me.contact AND o.ip = me.ip)),"
    " count(*) FILTER (WHERE o.ip = me.ip AND me.ip <> '')"
    " FROM shop_order me JOIN shared.order_index i ON i.tenant_id = :site AND i.placed_at >= :since"
    " JOIN shop_order o ON o.id = i.order_id AND o.id <> me.id"
    " WHERE me.id = :order AND o.state = 'paying' AND o.pay_method = 'own'"
)


def refuse_if_many(tenant: Tenant, order: OrderFacts, *, now: datetime) -> None:
    """Refuse one page too many (TooManyUnpaid). Asked after the cost was set aside: that locks the
    balance, so two who come at once are counted one after the other."""
    asked = {"site": tenant.id, "order": order.id, "since": now - SINCE}
    mine, here = session.execute(_OPEN, asked).one()
    if mine >= MOST or here >= MOST_OF_ADDRESS:
        raise TooManyUnpaid(most=MOST)
