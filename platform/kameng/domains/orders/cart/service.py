"""The verbs on a cart: put in, change, take out, bring along, order, forget.

Everything about one owner happens one after the other, so two tabs cannot count past a limit.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from kameng.domains.catalog import queries as catalog
from kameng.domains.orders.cart import queries, rules
from kameng.domains.orders.cart.errors import NotInCart
from kameng.domains.orders.cart.models import CartLine
from kameng.domains.orders.cart.rules import KEPT_FOR, MOST_LINES, Kept
from kameng.domains.orders.checkout import service as checkout
from kameng.domains.orders.checkout.service import Bought
from kameng.domains.orders.rules import Basket, OrderFacts
from kameng.domains.orders.shopper import Shopper
from kameng.domains.pricing import queries as pricing
from kameng.kit import due, ids
from tenants.database import session
from tenants.tree import Tenant

PRUNE = "cart.prune"
OLD = "old lines"
_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


def add(
    tenant: Tenant,
    owner: str,
    sku_id: UUID,
    quantity: int,
    *,
    member_id: UUID | None,
    now: datetime,
) -> int:
    """Put so many more of a SKU in; returns how many kinds lie there now.

    Refuses NotForSale, BoughtAlone, QuantityOutOfRange (all pieces together), CartFull."""
    _alone(tenant, owner)
    held = {line.sku_id: line.quantity for line in queries.lines(tenant, owner)}
    facts = catalog.sku_facts(tenant, [sku_id])
    before = held.pop(sku_id, 0)
    rules.accept(facts.get(sku_id), sku_id, before + quantity, len(held))
    quote = pricing.quotes(tenant, [sku_id], facts=facts, member_id=member_id, now=now)[sku_id]
    _keep(owner, Kept(sku_id, before + quantity, quote.price, now))
    due.unless_set(tenant, PRUNE, OLD, now + KEPT_FOR)
    return len(held) + 1


def change(tenant: Tenant, owner: str, sku_id: UUID, quantity: int) -> None:
    """Let it be so many. Refuses NotInCart, NotForSale, QuantityOutOfRange."""
    _alone(tenant, owner)
    rules.accept(catalog.sku_facts(tenant, [sku_id]).get(sku_id), sku_id, quantity, 0)
    changed = update(CartLine).where(CartLine.owner == owner, CartLine.sku_id == sku_id)
    if session.scalar(changed.values(quantity=quantity).returning(CartLine.id)) is None:
        raise NotInCart()


def remove(tenant: Tenant, owner: str, sku_id: UUID) -> int:
    """Take it out; returns how many pieces it was, 0 if it was out before."""
    gone = delete(CartLine).where(CartLine.owner == owner, CartLine.sku_id == sku_id)
    return session.scalar(gone.returning(CartLine.quantity)) or 0


def merge(tenant: Tenant, browser: str, member: str) -> int:
    """A shopper has signed in: what the browser's cart held lies in the member's, as far as it has
    room; of what lay in both the larger number stays. Returns how many kinds lie there now."""
    _alone(tenant, member)
    held = {line.sku_id: line for line in queries.lines(tenant, member)}
    for line in queries.lines(tenant, browser):
        known = held.get(line.sku_id)
        if known is None and len(held) >= MOST_LINES:
            continue
        if known is None or known.quantity < line.quantity:
            held[line.sku_id] = line
            _keep(member, line)
    session.execute(delete(CartLine).where(CartLine.owner == browser))
    return len(held)


def place(
    tenant: Tenant, owner: str, shopper: Shopper, basket: Basket, *, now: datetime
) -> OrderFacts:
    """An order of what lies in the cart, to be paid; it leaves the cart with it.

    Refuses CartMoved and whatever checkout refuses; then the cart is as it was."""
    _take(tenant, owner, basket)
    return checkout.place(tenant, shopper, basket, now=now)


def buy_from_balance(
    tenant: Tenant, owner: str, shopper: Shopper, basket: Basket, *, now: datetime
) -> Bought:
    """The same, paid from the balance and delivered at once."""
    _take(tenant, owner, basket)
    return checkout.buy_from_balance(tenant, shopper, basket, now=now)


def _take(tenant: Tenant, owner: str, basket: Basket) -> None:
    """Out of the cart, if it holds exactly these: the same form sent twice orders once."""
    _alone(tenant, owner)
    rules.same(queries.lines(tenant, owner), basket.items)
    taken = [item.sku_id for item in basket.items]
    session.execute(delete(CartLine).where(CartLine.owner == owner, CartLine.sku_id.in_(taken)))


def prune(tenant: Tenant, *, now: datetime) -> int:
    """Forget what has lain for 30 days, and look again when the next line is that old."""
    gone = delete(CartLine).where(CartLine.added_at <= now - KEPT_FOR).returning(CartLine.id)
    forgotten = len(session.scalars(gone).all())
    oldest = session.scalar(select(func.min(CartLine.added_at)))
    if oldest is not None:
        due.at(tenant, PRUNE, OLD, oldest + KEPT_FOR)
    return forgotten


def _alone(tenant: Tenant, owner: str) -> None:
    session.execute(_ALONE, {"name": f"cart:{tenant.id}:{owner}"})


def _keep(owner: str, line: Kept) -> None:
    row = {
        "id": ids.uuid7(),
        "owner": owner,
        "sku_id": line.sku_id,
        "quantity": line.quantity,
        "seen": line.seen,
        "added_at": line.added_at,
    }
    new = insert(CartLine).values(row)
    same = ("quantity", "seen", "added_at")
    session.execute(
        new.on_conflict_do_update(
            index_elements=["owner", "sku_id"], set_={name: new.excluded[name] for name in same}
        )
    )
