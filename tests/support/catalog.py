"""Goods for tests: a category, a product, a SKU and its secrets in one call, committed or not."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from uuid import UUID

from kameng.domains.catalog import queries, service
from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.catalog.rules import ProductDraft, SaleState, SkuDraft, StockType
from kameng.domains.catalog.stock import service as stock
from kameng.kit import audit, clock
from kameng.kit.money import Money
from tenants.tree import Tenant

ACTOR = audit.SYSTEM
_numbers = itertools.count(1)


def category(tenant: Tenant, name: str = "", parent_id: UUID | None = None) -> UUID:
    """A category of the tenant bound."""
    name = name or f"分类 {next(_numbers)}"
    return service.create_category(tenant, name, parent_id=parent_id, actor=ACTOR, now=clock.now())


def sku(
    tenant: Tenant,
    name: str = "",
    *,
    cost: str = "8.00",
    retail: str = "10.00",
    floor: str | None = None,
    market_price: str | None = None,
    secrets: int | Iterable[str] = 10,
    category_id: UUID | None = None,
    product_id: UUID | None = None,
    sku_name: str = "",
    stock_type: StockType = StockType.CARD,
    state: SaleState = SaleState.ON_SALE,
    min_quantity: int = 1,
    max_quantity: int = 100,
) -> SkuFacts:
    """A SKU of the tenant bound, with secrets in stock. Inside use(tenant); commit yourself."""
    now = clock.now()
    product_id = product_id or service.create_product(
        tenant,
        ProductDraft(
            category_id=category_id or category(tenant),
            name=name or f"视频会员月卡 {next(_numbers)}",
            stock_type=stock_type,
            min_quantity=min_quantity,
            max_quantity=max_quantity,
        ),
        actor=ACTOR,
        now=now,
    )
    draft = SkuDraft(
        name=sku_name,
        cost=Money.of(cost),
        retail=Money.of(retail),
        floor=Money.of(floor) if floor else None,
        market_price=Money.of(market_price) if market_price else None,
        state=state,
    )
    made = service.create_sku(tenant, product_id, draft, actor=ACTOR, now=now)
    lines = list(card_lines(secrets)) if isinstance(secrets, int) else list(secrets)
    if lines and stock_type is StockType.CARD:
        stock.add_secrets(tenant, made, lines, actor=ACTOR, now=now)
    return queries.sku_facts(tenant, [made])[made]


def card_lines(count: int) -> Iterable[str]:
    """Secrets nobody has stocked yet."""
    start = next(_numbers)
    return (f"KM{start:06d}-{number:06d}----pw{number:04d}" for number in range(count))
