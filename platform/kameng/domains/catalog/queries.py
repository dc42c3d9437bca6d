"""What a site sees of the catalogue: its own goods and those of the sites above it.

Two SQL pieces carry the whole meaning of "visible here": a product is shelved through at most
three levels of categories, none hidden; a SKU is hidden when this site or one above it said so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from kameng.domains.catalog import rules
from kameng.domains.catalog.errors import ProductNotFound
from kameng.domains.catalog.facts import (
    CategoryFacts,
    ProductCard,
    ProductFacts,
    Shelf,
    SkuFacts,
)
from kameng.domains.catalog.rules import Sort
from kameng.domains.catalog.stock import queries as stock_queries
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant

_SHELVED = """
    shared.product p
    JOIN shared.category c ON c.id = p.category_id
    LEFT JOIN shared.category c1 ON c1.id = c.parent_id
    LEFT JOIN shared.category c2 ON c2.id = c1.parent_id"""
_SHELF_HIDDEN = "(c.hidden OR coalesce(c1.hidden, false) OR coalesce(c2.hidden, false))"
_SKU_HIDDEN = """EXISTS (SELECT 1 FROM shared.listing l WHERE l.sku_id = k.id AND l.hidden
    AND l.tenant_id = ANY(CAST(:chain AS bigint[])))"""
_OWNED = "p.tenant_id = ANY(CAST(:chain AS bigint[]))"

_ORDER = {
    Sort.DEFAULT: "s.pinned DESC, p.position, p.created_at, p.id",
    Sort.PRICE_UP: "s.retail_from, p.id",
    Sort.PRICE_DOWN: "s.retail_from DESC, p.id",
    Sort.NEW: "p.created_at DESC, p.id DESC",
}

_ON_SHELF = f"""
    FROM {_SHELVED}
    JOIN LATERAL (
        SELECT array_agg(k.id ORDER BY k.position, k.id) AS sku_ids, min(k.retail) AS retail_from,
               (array_agg(k.market_price ORDER BY k.retail))[1] AS market_price,
               coalesce(bool_or(own.pinned), false) AS pinned, string_agg(k.name, ' ') AS names
        FROM shared.sku k
        LEFT JOIN shared.listing own ON own.sku_id = k.id AND own.tenant_id = :me
        WHERE k.product_id = p.id AND k.state = 'on_sale' AND NOT {_SKU_HIDDEN}
    ) s ON s.sku_ids IS NOT NULL
    WHERE {_OWNED} AND p.state = 'on_sale' AND NOT {_SHELF_HIDDEN}"""  # noqa: S608
_IN_CATEGORY = " AND CAST(:category AS uuid) IN (c.id, c1.id, c2.id)"
_CHOSEN = " AND p.id = ANY(CAST(:chosen AS uuid[]))"
_CARD = """SELECT p.id, p.name, p.summary, p.category_id, c.name AS category_name, p.art, p.picture,
    p.stock_type, p.min_quantity, p.max_quantity, p.tenant_id, s.sku_ids, s.retail_from,
    s.market_price, s.pinned"""

_SKU = f"""SELECT k.id, k.name, k.cost, k.retail, k.market_price, k.floor, k.ceiling, k.state,
    p.id AS product_id, p.name AS product_name, p.summary, p.usage_note, p.stock_type, p.art,
    p.picture, p.state AS product_state, p.min_quantity, p.max_quantity, p.refund_days, p.tenant_id,
    p.category_id,
    c.name AS category_name, c1.id AS category_above, c2.id AS category_top,
    own.name AS listing_name, ({_SHELF_HIDDEN} OR {_SKU_HIDDEN}) AS hidden"""
_SKU_FROM = f"""
    FROM {_SHELVED}
    JOIN shared.sku k ON k.product_id = p.id
    LEFT JOIN shared.listing own ON own.sku_id = k.id AND own.tenant_id = :me
    WHERE {_OWNED}"""

sql = cache(text)
"""Each statement is read for its parameters once, not at every call."""

CARD_STOCK_CAP = 100
"""On a shelf stock is shown in words; counting further would cost for nothing."""


def categories(tenant: Tenant) -> list[CategoryFacts]:
    """Categories a shopper of `tenant` sees, parents before children, in display order."""
    rows = session.execute(
        sql(
            f"""SELECT c.id, c.parent_id, c.name, c.icon, c.position, (SELECT count(*)
                FROM shared.product p WHERE p.category_id = c.id AND p.state = 'on_sale'
                AND {_OWNED}) AS products
            FROM shared.category c
            LEFT JOIN shared.category c1 ON c1.id = c.parent_id
            LEFT JOIN shared.category c2 ON c2.id = c1.parent_id
            WHERE c.tenant_id = ANY(CAST(:chain AS bigint[])) AND NOT {_SHELF_HIDDEN}
            ORDER BY c.position, c.created_at, c.id"""  # noqa: S608
        ),
        {"chain": list(tenant.chain)},
    ).all()
    return _tree(rows)


def shelf(
    tenant: Tenant,
    *,
    category: UUID | None = None,
    search: str | None = None,
    sort: Sort = Sort.DEFAULT,
    page: int = 1,
    size: int = 24,
) -> Shelf:
    """Products on sale at `tenant`, of a category and everything below it, and/or by words."""
    where, values = _narrowed(tenant, category, search)
    rows = session.execute(
        sql(f"{_CARD}{_ON_SHELF}{where} ORDER BY {_ORDER[sort]} LIMIT :size OFFSET :skip"),
        {**values, "size": size + 1, "skip": (max(page, 1) - 1) * size},
    ).all()
    return Shelf(_cards(tenant, rows[:size]), has_next=len(rows) > size)


def shelf_count(tenant: Tenant, *, category: UUID | None = None, search: str | None = None) -> int:
    """How many products the same shelf holds over all its pages."""
    where, values = _narrowed(tenant, category, search)
    return int(session.execute(sql(f"SELECT count(*){_ON_SHELF}{where}"), values).scalar_one())


def listed(tenant: Tenant, *, page: int, size: int) -> list[UUID]:
    """Products on sale at `tenant` in a lasting order, for a map of the shop."""
    values = {"me": tenant.id, "chain": list(tenant.chain)}
    rows = session.execute(
        sql(f"SELECT p.id{_ON_SHELF} ORDER BY p.id LIMIT :size OFFSET :skip"),
        {**values, "size": size, "skip": (max(page, 1) - 1) * size},
    )
    return [row.id for row in rows]


def cards(tenant: Tenant, product_ids: Sequence[UUID]) -> list[ProductCard]:
    """Cards of chosen products in the order asked for; what is not on sale is left out."""
    values = {"me": tenant.id, "chain": list(tenant.chain), "chosen": list(product_ids)}
    rows = session.execute(sql(f"{_CARD}{_ON_SHELF}{_CHOSEN}"), values).all()
    place = {product_id: at for at, product_id in enumerate(product_ids)}
    return _cards(tenant, sorted(rows, key=lambda row: place[row.id]))


def product(tenant: Tenant, product_id: UUID) -> ProductFacts:
    """A product on sale at `tenant` with its SKUs on sale; else ProductNotFound. One query."""
    rows = session.execute(
        sql(f"{_SKU}, p.description{_SKU_FROM} AND p.id = :product ORDER BY k.position, k.id"),
        {"me": tenant.id, "chain": list(tenant.chain), "product": product_id},
    ).all()
    skus = tuple(_sku(tenant, row) for row in rows if row.state == "on_sale" and not row.hidden)
    if not skus or rows[0].product_state != "on_sale":
        raise ProductNotFound()
    return _product(rows[0], skus)


def product_names(tenant: Tenant, product_ids: Iterable[UUID]) -> dict[UUID, str]:
    """What those products of the chain are called, on sale or not."""
    rows = session.execute(
        sql(f"SELECT p.id, p.name FROM shared.product p WHERE {_OWNED}{_CHOSEN}"),  # noqa: S608
        {"chain": list(tenant.chain), "chosen": list(product_ids)},
    )
    return {row.id: row.name for row in rows}


def sku_facts(tenant: Tenant, sku_ids: Iterable[UUID]) -> dict[UUID, SkuFacts]:
    """Facts of those SKUs of the chain that exist, on sale or not (`is_sellable` tells)."""
    rows = session.execute(
        sql(f"{_SKU}{_SKU_FROM} AND k.id = ANY(CAST(:skus AS uuid[]))"),
        {"me": tenant.id, "chain": list(tenant.chain), "skus": list(sku_ids)},
    )
    return {row.id: _sku(tenant, row) for row in rows}


def stock(
    tenant: Tenant, sku_ids: Iterable[UUID], *, cap: int = stock_queries.COUNT_CAP
) -> dict[UUID, int]:
    """Free cards per SKU, exact up to `cap`; 0 for what cannot be sold. One query."""
    asked = list(sku_ids)
    counted = stock_queries.counted(asked, cap=cap)
    return {sku_id: counted[sku_id].free for sku_id in asked}


def sold(tenant: Tenant, sku_ids: Iterable[UUID], *, cap: int = 999) -> dict[UUID, int]:
    """Cards sold per SKU over the whole alliance, exact up to `cap`."""
    asked = list(sku_ids)
    counted = stock_queries.counted(asked, cap=cap)
    return {sku_id: counted[sku_id].sold for sku_id in asked}


def _narrowed(
    tenant: Tenant, category: UUID | None, search: str | None
) -> tuple[str, dict[str, Any]]:
    where = ""
    values: dict[str, Any] = {"me": tenant.id, "chain": list(tenant.chain)}
    if category is not None:
        where += _IN_CATEGORY
        values["category"] = category
    for at, word in enumerate(rules.search_words(search or "")):
        where += f" AND concat_ws(' ', p.name, p.summary, c.name, c1.name, s.names) ILIKE :w{at}"
        values[f"w{at}"] = f"%{rules.escape_like(word)}%"
    return where, values


def _cards(tenant: Tenant, rows: Sequence[Row[Any]]) -> list[ProductCard]:
    sku_ids = [sku_id for row in rows for sku_id in row.sku_ids]
    counted = stock_queries.counted(sku_ids, cap=CARD_STOCK_CAP, sold_cap=999)
    return [
        ProductCard(
            product_id=row.id,
            name=row.name,
            summary=row.summary,
            category_id=row.category_id,
            category_name=row.category_name,
            art=row.art,
            adult=rules.is_adult(row.art),
            stock_type=row.stock_type,
            is_open=row.stock_type in rules.OPEN_TYPES,
            sku_ids=tuple(row.sku_ids),
            retail_from=Money(row.retail_from, tenant.currency),
            market_price=_money(tenant, row.market_price),
            stock=sum(counted[sku_id].free for sku_id in row.sku_ids),
            sold=sum(counted[sku_id].sold for sku_id in row.sku_ids),
            pinned=row.pinned,
            owner_tenant_id=row.tenant_id,
            min_quantity=row.min_quantity,
            max_quantity=row.max_quantity,
            picture=row.picture or "",
        )
        for row in rows
    ]


def _sku(tenant: Tenant, row: Row[Any]) -> SkuFacts:
    states = (row.state, row.product_state)
    return SkuFacts(
        sku_id=row.id,
        product_id=row.product_id,
        category_id=row.category_id,
        owner_tenant_id=row.tenant_id,
        name=row.listing_name or row.name or row.product_name,
        product_name=row.product_name,
        category_name=row.category_name,
        stock_type=row.stock_type,
        art=row.art,
        adult=rules.is_adult(row.art),
        cost=Money(row.cost, tenant.currency),
        retail=Money(row.retail, tenant.currency),
        market_price=_money(tenant, row.market_price),
        floor=_money(tenant, row.floor),
        ceiling=_money(tenant, row.ceiling),
        state=row.state,
        min_quantity=row.min_quantity,
        max_quantity=row.max_quantity,
        usage_note=row.usage_note,
        refund_days=row.refund_days,
        hidden=row.hidden,
        is_sellable=rules.is_sellable(stock_type=row.stock_type, states=states, hidden=row.hidden),
        category_path=tuple(
            one for one in (row.category_id, row.category_above, row.category_top) if one
        ),
        picture=row.picture or "",
    )


def _product(row: Row[Any], skus: tuple[SkuFacts, ...]) -> ProductFacts:
    return ProductFacts(
        product_id=row.product_id,
        name=row.product_name,
        summary=row.summary,
        description=row.description,
        usage_note=row.usage_note,
        category_id=row.category_id,
        category_name=row.category_name,
        art=row.art,
        adult=rules.is_adult(row.art),
        stock_type=row.stock_type,
        is_open=row.stock_type in rules.OPEN_TYPES,
        min_quantity=row.min_quantity,
        max_quantity=row.max_quantity,
        owner_tenant_id=row.tenant_id,
        refund_days=row.refund_days,
        skus=skus,
        picture=row.picture or "",
    )


def _tree(rows: Sequence[Row[Any]]) -> list[CategoryFacts]:
    below: dict[UUID | None, list[Row[Any]]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)

    def counted(row: Row[Any]) -> int:
        return int(row.products) + sum(counted(child) for child in below.get(row.id, ()))

    def walk(parent: UUID | None, depth: int) -> Iterable[CategoryFacts]:
        for row in below.get(parent, ()):
            yield CategoryFacts(
                row.id, row.parent_id, row.name, row.icon, row.position, depth, counted(row)
            )
            yield from walk(row.id, depth + 1)

    return list(walk(None, 1))


def _money(tenant: Tenant, micro: int | None) -> Money | None:
    return None if micro is None else Money(micro, tenant.currency)
