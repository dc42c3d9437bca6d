"""What follows when delivered goods were given back: the shopper is told, and so is the selling
site when it owes for it."""

from __future__ import annotations

from datetime import date, datetime

from kameng.config import settings
from kameng.domains.ledger import queries as ledger
from kameng.domains.ledger.rules import AccountKind, house
from kameng.domains.notifications import service as notifications
from kameng.domains.notifications.kinds import Kind
from kameng.domains.orders import service as orders
from kameng.domains.orders.events import GoodsRefunded
from kameng.kit.money import Money
from tenants.tree import Tenant


def tell_shopper(tenant: Tenant, event: GoodsRefunded, now: datetime) -> None:
    """Queue the mail: how much went back, and the way to the order's page."""
    if not event.by_mail:
        return
    order = orders.facts_of(tenant, event.order_id)
    refund = orders.refund_of(tenant, event.refund_id)
    chosen = settings()
    notifications.goods_refunded(
        tenant,
        order.contact,
        number=order.number,
        amount=refund.amount,
        order_url=chosen.address(
            tenant.host or chosen.host(tenant.slug), f"/orders/{order.number}"
        ),
        locale=order.locale,
        key=str(event.refund_id),
    )


def tell_debtor(tenant: Tenant, event: GoodsRefunded, now: datetime) -> None:
    """A margin that had been paid out already is owed now; later earnings pay it first."""
    if tenant.is_root:
        return
    owed = -ledger.balance(house(tenant.id, AccountKind.MARGIN, tenant.currency)).posted
    if owed.micro <= 0:
        return
    told: dict[str, str | Money | int | date | datetime] = {"number": event.number, "debt": owed}
    page = f"/orders/{tenant.id}/{event.number}"
    notifications.notify(
        tenant, Kind.AFTER_SALE_DEBT, told, key=str(event.refund_id), now=now, page=page
    )
