"""Loads the part of the catalogue a sheet talks about, keyed the way sheets name things."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from kameng.domains.catalog.imports.plan import Key, KnownProduct, KnownSku
from kameng.domains.catalog.imports.rules import PRODUCT_FIELDS, SKU_FIELDS
from kameng.domains.catalog.models import Category, Product, Sku
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """Categories of the chain by path, and the own products of the names asked for."""

    categories: dict[Path, UUID]
    products: dict[Key, KnownProduct]


def load(tenant: Tenant, names: Collection[str]) -> Known:
    """Two queries: every category of the chain, and own products called one of `names`."""
    paths = _paths(tenant)
    products: dict[UUID, KnownProduct] = {}
    by_key: dict[Key, KnownProduct] = {}
    product, sku = Product.__table__.c, Sku.__table__.c
    fields = [product[name].label(f"p_{name}") for name in PRODUCT_FIELDS]
    rows = session.execute(
        select(
            *fields,
            *(sku[name].label(f"k_{name}") for name in SKU_FIELDS),
            product.id,
            product.version,
            product.category_id,
            product.name,
            sku.id.label("sku_id"),
            sku.name.label("sku_name"),
            sku.version.label("sku_version"),
        )
        .select_from(Product)
        .outerjoin(Sku, Sku.product_id == Product.id)
        .where(Product.tenant_id == tenant.id, Product.name.in_(names))
    )
    for row in rows:
        found = products.get(row.id)
        if found is None:
            values = {name: row._mapping[f"p_{name}"] for name in PRODUCT_FIELDS}
            found = KnownProduct(row.id, row.version, row.category_id, values)
            products[row.id] = by_key[paths[row.category_id], row.name] = found
        if row.sku_id is not None:
            found.skus[row.sku_name] = KnownSku(row.sku_id, row.sku_version, _sku_values(row))
    return Known(_by_path(tenant, paths), by_key)


def as_text(value: Any) -> Any:
    """A stored value as sheets and trails write it."""
    return str(value) if isinstance(value, Money) else value


def _sku_values(row: Any) -> dict[str, Any]:
    return {name: as_text(row._mapping[f"k_{name}"]) for name in SKU_FIELDS}


def _paths(tenant: Tenant) -> dict[UUID, Path]:
    rows = session.execute(
        select(Category.id, Category.parent_id, Category.name).where(
            Category.tenant_id.in_(tenant.chain)
        )
    ).all()
    named = {row.id: row for row in rows}

    def path(category_id: UUID) -> Path:
        row = named[category_id]
        return (*(path(row.parent_id) if row.parent_id else ()), row.name)

    return {row.id: path(row.id) for row in rows}


def _by_path(tenant: Tenant, paths: dict[UUID, Path]) -> dict[Path, UUID]:
    """Of two categories with one path the own one counts."""
    own = set(session.execute(select(Category.id).where(Category.tenant_id == tenant.id)).scalars())
    return {path: each for each, path in sorted(paths.items(), key=lambda item: item[0] in own)}
