"""Goods as whole columns of prices need them: the few figures of every SKU, in one statement."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import text

from kameng.domains.catalog.facts import PricedGoods
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant

SOLD = """k.state = 'on_sale' AND p.state = 'on_sale'
    AND NOT (c.hidden OR coalesce(c1.hidden, false) OR coalesce(c2.hidden, false))
    AND NOT EXISTS (SELECT 1 FROM shared.listing l WHERE l.sku_id = k.id AND l.hidden
        AND l.tenant_id = ANY(CAST(:chain AS bigint[])))"""
_NAMED = "k.id = ANY(CAST(:skus AS uuid[]))"


@cache
def _goods(which: str) -> Any:
    return text(
        f"""SELECT k.id, p.id AS product_id, p.tenant_id, p.stock_type, p.category_id,
            c1.id AS above, c2.id AS top, k.cost, k.retail, k.floor, k.ceiling
        FROM shared.sku k
        JOIN shared.product p ON p.id = k.product_id
        JOIN shared.category c ON c.id = p.category_id
        LEFT JOIN shared.category c1 ON c1.id = c.parent_id
        LEFT JOIN shared.category c2 ON c2.id = c1.parent_id
        WHERE k.tenant_id = ANY(CAST(:chain AS bigint[])) AND {which}
        ORDER BY k.id"""  # noqa: S608
    )


def priced_goods(tenant: Tenant, *, sku_ids: Collection[UUID] | None = None) -> list[PricedGoods]:
    """Every SKU on sale at `tenant`, or those named, on sale or not; always in the same order."""
    values: dict[str, Any] = {"chain": list(tenant.chain)}
    if sku_ids is not None:
        values["skus"] = list(sku_ids)
    rows = session.execute(_goods(SOLD if sku_ids is None else _NAMED), values)
    return [_read(row, tenant.currency) for row in rows]


def _read(row: Any, currency: str) -> PricedGoods:
    return PricedGoods(
        row.id,
        row.product_id,
        tuple(one for one in (row.category_id, row.above, row.top) if one),
        row.tenant_id,
        row.stock_type,
        Money(row.cost, currency),
        Money(row.retail, currency),
        Money(row.floor, currency) if row.floor is not None else None,
        Money(row.ceiling, currency) if row.ceiling is not None else None,
    )
