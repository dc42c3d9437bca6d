"""Reads of a cart: its lines, how many there are, and what they come to today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from kameng.domains.catalog import queries as catalog
from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.catalog.stock import queries as stock
from kameng.domains.orders.cart import rules
from kameng.domains.orders.cart.models import CartLine
from kameng.domains.orders.cart.rules import MOST_LINES, Cart, Kept
from kameng.domains.pricing import queries as pricing
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant

FREE_SHOWN = 10_000
"""Stock is counted up to the largest quantity a line may have."""


def lines(tenant: Tenant, owner: str) -> list[Kept]:
    """What lies in a cart, in the order it was put in."""
    found = (
        select(CartLine.sku_id, CartLine.quantity, CartLine.seen, CartLine.added_at)
        .where(CartLine.owner == owner)
        .order_by(CartLine.added_at, CartLine.id)
        .limit(MOST_LINES)
    )
    return [Kept(*row) for row in session.execute(found)]


def count(tenant: Tenant, owner: str) -> int:
    """How many kinds of goods lie in a cart."""
    return session.scalar(select(func.count()).where(CartLine.owner == owner)) or 0


def today(tenant: Tenant, owner: str, *, member_id: UUID | None, now: datetime) -> Cart:
    """The cart at today's prices for its owner; four statements, whatever it holds."""
    return of_lines(tenant, lines(tenant, owner), member_id=member_id, now=now)


def of_lines(
    tenant: Tenant, kept: Sequence[Kept], *, member_id: UUID | None, now: datetime
) -> Cart:
    """The same of lines told: what a form showed, say."""
    wanted = [one.sku_id for one in kept]
    facts: dict[UUID, SkuFacts] = catalog.sku_facts(tenant, wanted) if wanted else {}
    prices = pricing.price_list(tenant, wanted, facts=facts, member_id=member_id, now=now)
    counted = stock.counted(wanted, cap=FREE_SHOWN, sold_cap=1)
    free = {sku_id: counted[sku_id].free for sku_id in wanted}
    return rules.priced(kept, facts, prices, free, Money.zero(tenant.currency))
