"""What the journey of the money cannot do in a browser, in a running deployment's environment:
`python -m tests.support.twolines sale hub name` opens the chain and places an order of two lines
(a shop's page sells one thing at a time), `… later number days` lets days pass since its sale."""

from __future__ import annotations

import sys
from uuid import UUID

from sqlalchemy import text

from kameng.config import Settings
from kameng.domains.orders import service as orders
from kameng.domains.orders.rules import Basket, Item
from kameng.domains.orders.shopper import Shopper
from kameng.domains.pricing import service as pricing
from kameng.domains.pricing.markups.rules import Audience, Method, Place, Rounding, Scope
from kameng.kit import clock
from kameng.kit.audit import SYSTEM, Actor
from tenants import registry
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import catalog, chain, databases

FIRST, SECOND = "Steam 钱包充值码", "Xbox 会员年卡"
PASSWORD = "kim-query-2026"
_EARLIER = text(
    "UPDATE shared.ledger_txn SET created_at = created_at - make_interval(days => :days)"
    " WHERE ref_type = 'order' AND ref_id IN"
    " (SELECT order_id::text FROM shared.order_index WHERE number = :number)"
)


def sale(master: str, name: str) -> str:
    """Hub adds 20 %, Ada 25 %, Bo 60 %; Kim's order at Bo's waits to be paid."""
    chain.main(master, name)
    hub, ada, bo = (_site(slug) for slug in (master, f"ada-{name}", f"bo-{name}"))
    with use(hub):
        shelf = catalog.category(hub, f"充值卡 {name}")
        made = [
            catalog.sku(
                hub,
                f"{one} {name.rpartition('-')[2]}",
                category_id=shelf,
                cost=cost,
                retail="900",
                secrets=9,
            )
            for one, cost in ((FIRST, "200.00"), (SECOND, "80.00"))
        ]
        session.commit()
    for site, audience, percent in (
        (hub, Audience.CHILD, "20"),
        (ada, Audience.CHILD, "25"),
        (bo, Audience.RETAIL, "60"),
    ):
        _adds(site, audience, percent)
    return _ordered(bo, [one.sku_id for one in made], name)


def later(number: str, days: int) -> None:
    """Everything booked about an order was booked so many days earlier."""
    owner = databases.owner_engine(Settings.load())
    with owner.begin() as behind:
        behind.execute(text("ALTER TABLE shared.ledger_txn DISABLE TRIGGER USER"))
        behind.execute(_EARLIER, {"days": days, "number": number})
        behind.execute(text("ALTER TABLE shared.ledger_txn ENABLE TRIGGER USER"))
    owner.dispose()


def _site(slug: str) -> Tenant:
    with shared():
        found = registry.by_slug(slug)
    assert found is not None
    return found


def _adds(site: Tenant, audience: Audience, percent: str) -> None:
    place = Place(Scope.ALL, None, audience)
    with use(site):
        pricing.set_rule(
            site, place, Method.PERCENT, percent, Rounding.FEN, actor=SYSTEM, now=clock.now()
        )
        session.commit()


def _ordered(bo: Tenant, skus: list[UUID], name: str) -> str:
    kim = Shopper(
        Actor("guest", f"kim-{name}", "游客", "203.0.113.9"),
        f"kim-{name}@example.com",
        query_password=PASSWORD,
    )
    with use(bo):
        basket = Basket(tuple(Item(one, 1 + at, None) for at, one in enumerate(skus)))
        order = orders.place(bo, kim, basket, now=clock.now())
        session.commit()
    return order.number


if __name__ == "__main__":
    if sys.argv[1] == "sale":
        sys.stdout.write(sale(*sys.argv[2:]))
    else:
        later(sys.argv[2], int(sys.argv[3]))
