"""Writes planned rows in a few bulk statements, and keeps the trail an undo needs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, update

from kameng.domains.catalog import art
from kameng.domains.catalog.imports import costing
from kameng.domains.catalog.imports.errors import CatalogueMoved
from kameng.domains.catalog.imports.known import Known, Path
from kameng.domains.catalog.imports.plan import (
    DEFAULTS,
    Key,
    KnownProduct,
    KnownSku,
    Planned,
    product_values,
)
from kameng.domains.catalog.models import Category, Product, Sku
from kameng.kit import ids
from kameng.kit.audit import Actor
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant

Row = dict[str, Any]
PRICES = ("retail", "cost", "market_price", "floor", "ceiling")


class Batch:
    """The statements of one commit while they are gathered; `send` runs them."""

    def __init__(self, tenant: Tenant, known: Known, now: datetime) -> None:
        self.tenant, self.known, self.now = tenant, known, now
        self.categories: list[Row] = []
        self.products: list[Row] = []
        self.skus: list[Row] = []
        self.changes: dict[type[Product] | type[Sku], list[Row]] = defaultdict(list)
        self._places: Counter[str] = Counter()

    def place(self, path: Path) -> int:
        """A running number within the top category, so that a front page mixes categories."""
        self._places[path[0]] += 1
        return self._places[path[0]]

    def send(self) -> None:
        """Everything at once; CatalogueMoved when a version is no longer the one planned on."""
        for table, rows in (
            (Category, self.categories),
            (Product, self.products),
            (Sku, self.skus),
        ):
            if rows:
                session.execute(insert(table), rows)
        for table, rows in self.changes.items():
            change_all(table, rows)


def write(
    tenant: Tenant,
    rows: Sequence[Planned],
    known: Known,
    *,
    import_id: UUID,
    actor: Actor,
    now: datetime,
) -> dict[int, dict[str, Any]]:
    """Write the rows; per line the trail: ids, versions left behind, values replaced."""
    batch = Batch(tenant, known, now)
    groups: dict[Key, list[Planned]] = defaultdict(list)
    for row in rows:
        groups[row.key].append(row)
    trails: dict[int, dict[str, Any]] = {}
    for key, group in groups.items():
        made: list[str] = []
        product_id, product_trail = _product(batch, key, group, made)
        for row in group:
            sku_trail = _sku(batch, product_id, row, known.products.get(key))
            trails[row.line] = {"product": product_trail, "sku": sku_trail, "categories": made}
    costing.propose(
        tenant, batch.changes[Sku], trails.values(), source=import_id, actor=actor, now=now
    )
    batch.send()
    return trails


def change_all(table: type[Product] | type[Sku], rows: list[Row]) -> None:
    """Update rows {id, old, …} where `version` is still `old`, grouped by what they change."""
    shapes: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        shapes[tuple(sorted(row))].append(row)
    for shape, alike in shapes.items():
        values: Row = {name: bindparam(f"v_{name}") for name in shape if name not in ("id", "old")}
        statement = (
            update(table)
            .where(table.id == bindparam("b_id"), table.version == bindparam("b_old"))
            .values({**values, "version": table.version + 1})
        )
        bound = [_bound(row) for row in alike]
        done = session.connection().execute(statement, bound)
        if done.rowcount != len(alike):
            raise CatalogueMoved()


def typed(values: Row) -> Row:
    """Sheet values as columns take them: price text as Money."""
    return {
        name: Money.of(value) if name in PRICES and value is not None else value
        for name, value in values.items()
    }


def _bound(row: Row) -> Row:
    return {f"b_{name}" if name in ("id", "old") else f"v_{name}": row[name] for name in row}


def _product(
    batch: Batch, key: Key, group: list[Planned], made: list[str]
) -> tuple[UUID, Row | None]:
    known, said = batch.known.products.get(key), product_values(group)
    if known is None:
        return _new_product(batch, key, said, made)
    if not said:
        return known.id, None
    change = {**said, "id": known.id, "old": known.version, "updated_at": batch.now}
    batch.changes[Product].append(change)
    return known.id, _trail(known, said)


def _new_product(batch: Batch, key: Key, said: Row, made: list[str]) -> tuple[UUID, Row]:
    path, name = key
    values = {**DEFAULTS, "position": batch.place(path), **said}
    values["max_quantity"] = max(values["max_quantity"], values["min_quantity"])
    values["art"] = art.chosen_or_guessed(said.get("art", ""), *reversed(path), name)
    product_id = ids.uuid7()
    batch.products.append(
        {
            **values,
            "id": product_id,
            "tenant_id": batch.tenant.id,
            "category_id": _category(batch, path, made),
            "name": name,
            "state": "on_sale",
            "created_at": batch.now,
            "updated_at": batch.now,
            "version": 1,
        }
    )
    return product_id, {"id": str(product_id), "version": 1, "before": None}


def _sku(batch: Batch, product_id: UUID, row: Planned, product: KnownProduct | None) -> Row | None:
    spec = row.values.get("spec", "")
    known = product.skus.get(spec) if product else None
    if known is None:
        return _new_sku(batch, product_id, spec, row)
    if not row.sku:
        return None
    change = {**typed(row.sku), "id": known.id, "old": known.version, "updated_at": batch.now}
    batch.changes[Sku].append(change)
    return _trail(known, row.sku)


def _new_sku(batch: Batch, product_id: UUID, spec: str, row: Planned) -> Row:
    sku_id = ids.uuid7()
    values = {"market_price": None, "floor": None, "ceiling": None, "state": "on_sale", **row.sku}
    batch.skus.append(
        {
            **typed(values),
            "id": sku_id,
            "tenant_id": batch.tenant.id,
            "product_id": product_id,
            "name": spec,
            "position": row.line,
            "created_at": batch.now,
            "updated_at": batch.now,
            "version": 1,
        }
    )
    return {"id": str(sku_id), "version": 1, "before": None}


def _category(batch: Batch, path: Path, made: list[str]) -> UUID:
    """The category of a path, made with its parents where it is missing."""
    parent: UUID | None = None
    for depth in range(1, len(path) + 1):
        step = path[:depth]
        found = batch.known.categories.get(step)
        if found is None:
            found = ids.uuid7()
            batch.known.categories[step] = found
            batch.categories.append(_new_category(batch, found, parent, step))
            made.append(str(found))
        parent = found
    assert parent is not None
    return parent


def _new_category(batch: Batch, category_id: UUID, parent: UUID | None, path: Path) -> Row:
    return {
        "id": category_id,
        "tenant_id": batch.tenant.id,
        "parent_id": parent,
        "name": path[-1],
        "icon": art.chosen_or_guessed("", *reversed(path)),
        "position": len(batch.known.categories),
        "hidden": False,
        "created_at": batch.now,
    }


def _trail(known: KnownProduct | KnownSku, said: Row) -> Row:
    before = {name: known.values[name] for name in said}
    return {"id": str(known.id), "version": known.version + 1, "before": before}
