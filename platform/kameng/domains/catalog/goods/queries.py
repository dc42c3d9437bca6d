"""Lists and forms of the console: everything a site may work on, hidden and off sale included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, text

from kameng.domains.catalog import rules
from kameng.domains.catalog.errors import ProductNotFound
from kameng.domains.catalog.facts import (
    CategoryChoice,
    GoodsRow,
    Page,
    ProductForEdit,
    SkuForEdit,
)
from kameng.domains.catalog.models import Product, Sku
from kameng.domains.catalog.rules import SaleState, StockType
from kameng.domains.catalog.stock import queries as stock_queries
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant


class Owner(StrEnum):
    """Whose goods a list shows."""

    ANY = "any"
    MINE = "mine"
    INHERITED = "inherited"


_GOODS = """
    FROM shared.sku k
    JOIN shared.product p ON p.id = k.product_id
    JOIN shared.category c ON c.id = p.category_id
    LEFT JOIN shared.category c1 ON c1.id = c.parent_id
    LEFT JOIN shared.category c2 ON c2.id = c1.parent_id
    LEFT JOIN shared.listing own ON own.sku_id = k.id AND own.tenant_id = :me
    WHERE k.tenant_id = ANY(CAST(:owners AS bigint[]))
    AND (CAST(:category AS uuid) IS NULL OR CAST(:category AS uuid) IN (c.id, c1.id, c2.id))
    AND (CAST(:stock_type AS text) IS NULL OR p.stock_type = :stock_type)
    AND (CAST(:state AS text) IS NULL OR :state = CASE
        WHEN p.state = 'on_sale' AND k.state = 'on_sale' THEN 'on_sale' ELSE 'off_sale' END)"""
_COLUMNS = """SELECT k.id AS sku_id, p.id AS product_id, p.name AS product_name,
    k.name AS sku_name, c.id AS category_id, concat_ws(' / ', c2.name, c1.name, c.name)
    AS category_name, p.stock_type, p.state AS product_state, k.state AS sku_state, k.cost,
    k.retail, k.market_price, k.floor, coalesce(own.hidden, false) AS hidden,
    coalesce(own.pinned, false) AS pinned, own.name AS listing_name, k.version,
    k.tenant_id AS owner_tenant_id"""
_ORDER = "ORDER BY c.position, c.name, p.position, p.created_at, p.id, k.position, k.id"


def goods(
    tenant: Tenant,
    *,
    search: str | None = None,
    category: UUID | None = None,
    state: SaleState | None = None,
    owner: Owner = Owner.ANY,
    stock_type: StockType | None = None,
    page: int = 1,
    size: int = 50,
) -> Page[GoodsRow]:
    """SKUs this site owns or inherits, on sale or not, with stock; three queries."""
    where, values = _narrowed(tenant, search, category, state, owner, stock_type)
    total = session.execute(text(f"SELECT count(*) {_GOODS}{where}"), values).scalar_one()
    rows = session.execute(
        text(f"{_COLUMNS} {_GOODS}{where} {_ORDER} LIMIT :size OFFSET :skip"),
        {**values, "size": size, "skip": (max(page, 1) - 1) * size},
    ).all()
    return Page(_rows(tenant, rows), int(total), page, size)


def sku_ids(
    tenant: Tenant,
    *,
    search: str | None = None,
    category: UUID | None = None,
    owner: Owner = Owner.ANY,
    stock_type: StockType | None = None,
    products: Sequence[UUID] = (),
    limit: int,
) -> list[UUID]:
    """The SKUs of the same list over all its pages, in its order; of some products if named."""
    where, values = _narrowed(tenant, search, category, None, owner, stock_type)
    if products:
        where += " AND p.id = ANY(CAST(:products AS uuid[]))"
        values["products"] = list(products)
    found = session.execute(
        text(f"SELECT k.id {_GOODS}{where} {_ORDER} LIMIT :limit"),
        {**values, "limit": limit},
    )
    return list(found.scalars())


def low_stock(tenant: Tenant, *, below: int = 10, limit: int = 50) -> list[GoodsRow]:
    """Own card SKUs on sale with fewer than `below` free cards, the emptiest first."""
    rows = session.execute(
        text(
            f"""SELECT * FROM ({_COLUMNS}, (SELECT count(*) FROM (SELECT 1
                FROM shared.card_secret s WHERE s.sku_id = k.id AND s.state = 'free'
                LIMIT :below) AS f) AS free {_GOODS}) AS g
            WHERE g.free < :below ORDER BY g.free, g.product_name, g.sku_name LIMIT :limit"""  # noqa: S608
        ),
        {
            "me": tenant.id,
            "owners": [tenant.id],
            "category": None,
            "state": SaleState.ON_SALE.value,
            "stock_type": StockType.CARD.value,
            "below": below,
            "limit": limit,
        },
    ).all()
    return _rows(tenant, rows)


def category_choices(tenant: Tenant, *, owner: Owner = Owner.ANY) -> list[CategoryChoice]:
    """Every category of the chain with its path and number of products, in tree order."""
    rows = session.execute(
        text(
            """SELECT c.id, c.parent_id, c.name, c.icon, c.position, c.hidden, c.tenant_id,
                (SELECT count(*) FROM shared.product p WHERE p.category_id = c.id) AS products
            FROM shared.category c WHERE c.tenant_id = ANY(CAST(:owners AS bigint[]))
            ORDER BY c.position, c.created_at, c.id"""
        ),
        {"owners": list(tenant.chain)},
    ).all()
    kept = set(_owners(tenant, owner))
    return [choice for choice in _walk(rows) if choice.owner_tenant_id in kept]


def product_for_edit(tenant: Tenant, product_id: UUID) -> ProductForEdit:
    """An own product with all its SKUs, for a form; else ProductNotFound."""
    product, sku = Product.__table__, Sku.__table__
    row = session.execute(
        select(product).where(Product.id == product_id, Product.tenant_id == tenant.id)
    ).one_or_none()
    if row is None:
        raise ProductNotFound()
    skus = session.execute(
        select(sku).where(Sku.product_id == product_id).order_by(Sku.position, Sku.id)
    )
    names = [name for name in ProductForEdit.__dataclass_fields__ if name in row._mapping]
    return ProductForEdit(
        product_id=row.id,
        skus=tuple(_for_edit(each) for each in skus),
        **{name: row._mapping[name] for name in names},
    )


def _for_edit(row: Row[Any]) -> SkuForEdit:
    names = [name for name in SkuForEdit.__dataclass_fields__ if name in row._mapping]
    return SkuForEdit(sku_id=row.id, **{name: row._mapping[name] for name in names})


def pictured(tenant: Tenant, media_id: UUID) -> dict[UUID, str]:
    """The own products shown with this picture: id -> name."""
    query = select(Product.id, Product.name).where(
        Product.tenant_id == tenant.id, Product.picture.contains(f"/{media_id}/", autoescape=True)
    )
    return {row.id: row.name for row in session.execute(query.order_by(Product.name))}


def _narrowed(
    tenant: Tenant,
    search: str | None,
    category: UUID | None,
    state: SaleState | None,
    owner: Owner,
    stock_type: StockType | None,
) -> tuple[str, dict[str, Any]]:
    values: dict[str, Any] = {
        "me": tenant.id,
        "owners": _owners(tenant, owner),
        "category": category,
        "state": state.value if state else None,
        "stock_type": stock_type.value if stock_type else None,
    }
    where = ""
    for at, word in enumerate(rules.search_words(search or "")):
        where += f" AND concat_ws(' ', p.name, k.name, own.name, c.name, c1.name) ILIKE :w{at}"
        values[f"w{at}"] = f"%{rules.escape_like(word)}%"
    return where, values


def _owners(tenant: Tenant, owner: Owner) -> list[int]:
    if owner is Owner.MINE:
        return [tenant.id]
    return list(tenant.chain if owner is Owner.ANY else tenant.chain[:-1])


def _rows(tenant: Tenant, rows: Sequence[Row[Any]]) -> list[GoodsRow]:
    """Console rows; what the owner paid is nobody else's business."""
    counted = stock_queries.counted([row.sku_id for row in rows], sold_cap=999)

    def money(row: Row[Any], field: str, *, own_only: bool = False) -> Money | None:
        micro = row._mapping[field]
        if micro is None or (own_only and row.owner_tenant_id != tenant.id):
            return None
        return Money(micro, tenant.currency)

    return [
        GoodsRow(
            sku_id=row.sku_id,
            product_id=row.product_id,
            product_name=row.product_name,
            sku_name=row.sku_name,
            category_id=row.category_id,
            category_name=row.category_name,
            stock_type=row.stock_type,
            product_state=row.product_state,
            sku_state=row.sku_state,
            cost=money(row, "cost", own_only=True),
            retail=Money(row.retail, tenant.currency),
            market_price=money(row, "market_price"),
            floor=money(row, "floor", own_only=True),
            stock=counted[row.sku_id].free,
            sold=counted[row.sku_id].sold,
            hidden=row.hidden,
            pinned=row.pinned,
            listing_name=row.listing_name,
            version=row.version,
            owner_tenant_id=row.owner_tenant_id,
        )
        for row in rows
    ]


def _walk(rows: Sequence[Row[Any]]) -> Iterator[CategoryChoice]:
    below: dict[UUID | None, list[Row[Any]]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)

    def walk(parent: UUID | None, above: tuple[str, ...]) -> Iterator[CategoryChoice]:
        for row in below.get(parent, ()):
            path = (*above, row.name)
            yield CategoryChoice(
                row.id,
                row.parent_id,
                row.name,
                " / ".join(path),
                len(path),
                row.icon,
                row.position,
                row.hidden,
                row.products,
                row.tenant_id,
            )
            yield from walk(row.id, path)

    return walk(None, ())
