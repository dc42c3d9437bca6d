"""Puts a committed import back row by row, and leaves alone what was sold or edited since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.exc import IntegrityError

from kameng.domains.catalog.imports.rules import Reason
from kameng.domains.catalog.imports.writing import change_all, typed
from kameng.domains.catalog.models import Category, Listing, Product, Sku
from tenants.database import session
from tenants.tree import Tenant

Trail = dict[str, Any]

_CARDS = text(
    """SELECT k.id, EXISTS (SELECT 1 FROM shared.card_secret s WHERE s.sku_id = k.id
            AND (s.state = 'held' OR (s.state = 'sold' AND s.sold_at >= :since))) AS sold,
        EXISTS (SELECT 1 FROM shared.card_secret s WHERE s.sku_id = k.id) AS stocked
    FROM shared.sku k WHERE k.id = ANY(CAST(:skus AS uuid[]))"""
)


@dataclass(frozen=True, slots=True)
class Now:
    """How things stand: versions of what is there, and SKUs that sold or hold cards."""

    products: dict[str, int]
    skus: dict[str, int]
    sold: set[str]
    stocked: set[str]


def look(tenant: Tenant, trails: Iterable[Trail], since: datetime) -> Now:
    """Lock what the trails touch and see how it stands; no card can slip in afterwards."""
    products = _ids(trails, "product")
    skus = _ids(trails, "sku")
    standing = _locked(tenant, Product, products), _locked(tenant, Sku, skus)
    rows = session.execute(_CARDS, {"skus": skus, "since": since}).all()
    return Now(
        *standing,
        sold={str(row.id) for row in rows if row.sold},
        stocked={str(row.id) for row in rows if row.stocked},
    )


def verdict(trail: Trail, now: Now) -> Reason | None:
    """Why this row cannot be put back, or None."""
    product, sku = trail["product"], trail["sku"]
    if sku and sku["id"] in now.sold:
        return Reason.SOLD
    if product and now.products.get(product["id"]) != product["version"]:
        return Reason.EDITED
    if sku and now.skus.get(sku["id"]) != sku["version"]:
        return Reason.EDITED
    if sku and sku["before"] is None and sku["id"] in now.stocked:
        return Reason.STOCKED
    return None


def put_back(tenant: Tenant, good: Sequence[Trail], kept: Sequence[Trail], now: datetime) -> None:
    """Reverse the good rows; a product only when none of its rows is `kept`."""
    skus = [trail["sku"] for trail in good if trail["sku"]]
    held = {trail["product"]["id"] for trail in kept if trail["product"]}
    products = {
        trail["product"]["id"]: trail["product"]
        for trail in good
        if trail["product"] and trail["product"]["id"] not in held
    }
    _delete_skus(tenant, [UUID(sku["id"]) for sku in skus if sku["before"] is None])
    _restore(Sku, [sku for sku in skus if sku["before"] is not None], now)
    _restore(Product, [each for each in products.values() if each["before"] is not None], now)
    _delete_products(
        tenant, [UUID(each["id"]) for each in products.values() if each["before"] is None]
    )
    _delete_categories(tenant, [each for trail in good for each in trail["categories"]])


def _ids(trails: Iterable[Trail], kind: str) -> list[UUID]:
    return sorted({UUID(trail[kind]["id"]) for trail in trails if trail[kind]})


def _locked(tenant: Tenant, table: type[Product] | type[Sku], wanted: list[UUID]) -> dict[str, int]:
    rows = session.execute(
        select(table.id, table.version)
        .where(table.tenant_id == tenant.id, table.id.in_(wanted))
        .order_by(table.id)
        .with_for_update()
    )
    return {str(row.id): row.version for row in rows}


def _delete_skus(tenant: Tenant, skus: list[UUID]) -> None:
    session.execute(delete(Listing).where(Listing.tenant_id == tenant.id, Listing.sku_id.in_(skus)))
    session.execute(delete(Sku).where(Sku.tenant_id == tenant.id, Sku.id.in_(skus)))


def _restore(table: type[Product] | type[Sku], trails: list[Trail], now: datetime) -> None:
    """Put rows back; costs are not among what is written here."""
    change_all(
        table,
        [
            {
                **typed({name: one for name, one in trail["before"].items() if name != "cost"}),
                "id": UUID(trail["id"]),
                "old": trail["version"],
                "updated_at": now,
            }
            for trail in trails
        ],
    )


def _delete_products(tenant: Tenant, products: list[UUID]) -> None:
    """Products that have no SKU left; one that got another SKU by hand stays."""
    in_use = select(Sku.product_id).where(Sku.product_id.in_(products))
    session.execute(
        delete(Product).where(
            Product.tenant_id == tenant.id, Product.id.in_(products), Product.id.not_in(in_use)
        )
    )


def _delete_categories(tenant: Tenant, made: Iterable[str]) -> None:
    """Categories the import made, lowest first, unless something else stands in them by now.

    A sub-site's goods below are not visible from here: the foreign key guards those.
    """
    depth: dict[str, int] = defaultdict(int)
    for place, category in enumerate(dict.fromkeys(made)):
        depth[category] = place
    for category in sorted(depth, key=depth.__getitem__, reverse=True):
        try:
            with session.begin_nested():
                session.execute(
                    delete(Category).where(
                        Category.tenant_id == tenant.id, Category.id == UUID(category)
                    )
                )
        except IntegrityError:
            continue
