"""The verbs of the catalogue's owner, and a site's own decisions about what it lists."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from kameng.domains.catalog import art, descriptions, rules
from kameng.domains.catalog.errors import (
    CategoryNotFound,
    CategoryTooDeep,
    EditedMeanwhile,
    NameTaken,
    ProductNotFound,
    SkuNotFound,
)
from kameng.domains.catalog.models import Category, Listing, Product, Sku
from kameng.domains.catalog.rules import ProductDraft, SaleState, SkuDraft
from kameng.kit import audit, ids
from kameng.kit.audit import Actor
from tenants.database import session
from tenants.tree import Tenant


def create_category(
    tenant: Tenant,
    name: str,
    *,
    parent_id: UUID | None = None,
    icon: str = "",
    position: int = 0,
    hidden: bool = False,
    actor: Actor,
    now: datetime,
) -> UUID:
    """A new category of this site, below `parent_id` (own or from above) or at the top."""
    tidy = rules.category_name(name)
    if _depth(tenant, parent_id) >= rules.CATEGORY_DEPTH:
        raise CategoryTooDeep(limit=rules.CATEGORY_DEPTH)
    made: dict[str, Any] = {
        "id": ids.uuid7(),
        "tenant_id": tenant.id,
        "parent_id": parent_id,
        "name": tidy,
        "icon": art.chosen_or_guessed(icon, tidy),
        "position": position,
        "hidden": hidden,
        "created_at": now,
    }
    with _name_free(tidy):
        session.execute(insert(Category).values(made))
    audit.record(tenant, actor, "category.created", str(made["id"]), after={"name": tidy})
    return UUID(str(made["id"]))


def edit_category(
    tenant: Tenant,
    category_id: UUID,
    *,
    name: str,
    icon: str = "",
    position: int = 0,
    hidden: bool = False,
    actor: Actor,
) -> None:
    """Rename, move in order, hide or show an own category."""
    tidy = rules.category_name(name)
    change = {
        "name": tidy,
        "icon": art.chosen_or_guessed(icon, tidy),
        "position": position,
        "hidden": hidden,
    }
    own = (Category.id == category_id, Category.tenant_id == tenant.id)
    with _name_free(tidy):
        done = session.execute(update(Category).where(*own).values(change))
    if not done.rowcount:  # type: ignore[attr-defined]
        raise CategoryNotFound()
    audit.record(tenant, actor, "category.edited", str(category_id), after=change)


def create_product(tenant: Tenant, draft: ProductDraft, *, actor: Actor, now: datetime) -> UUID:
    """A new product of this site; it is shown once it has a SKU."""
    tidy = rules.product_draft(draft)
    values = {
        **_product_values(tidy, _category_name(tenant, tidy.category_id)),
        "id": ids.uuid7(),
        "tenant_id": tenant.id,
        "created_at": now,
        "updated_at": now,
        "version": 1,
    }
    with _name_free(tidy.name):
        session.execute(insert(Product).values(values))
    audit.record(tenant, actor, "product.created", str(values["id"]), after=told(values))
    return UUID(str(values["id"]))


def edit_product(
    tenant: Tenant,
    product_id: UUID,
    draft: ProductDraft,
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> int:
    """Replace what an own product says; EditedMeanwhile unless `version` is the stored one."""
    tidy = rules.product_draft(draft)
    values = _product_values(tidy, _category_name(tenant, tidy.category_id))
    before = _own_row(tenant, Product, product_id, ProductNotFound)
    with _name_free(tidy.name):
        _save(tenant, Product, product_id, values, version, now)
    _record_edit(tenant, actor, "product.edited", product_id, before, values)
    return version + 1


def create_sku(
    tenant: Tenant, product_id: UUID, draft: SkuDraft, *, actor: Actor, now: datetime
) -> UUID:
    """A new SKU of an own product."""
    tidy = rules.sku_draft(draft)
    _own_row(tenant, Product, product_id, ProductNotFound)
    values = {
        **_sku_values(tidy),
        "id": ids.uuid7(),
        "tenant_id": tenant.id,
        "product_id": product_id,
        "created_at": now,
        "updated_at": now,
        "version": 1,
    }
    with _name_free(tidy.name):
        session.execute(insert(Sku).values(values))
    audit.record(tenant, actor, "sku.created", str(values["id"]), after=told(values))
    return UUID(str(values["id"]))


def edit_sku(
    tenant: Tenant,
    sku_id: UUID,
    draft: SkuDraft,
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> int:
    """Replace what an own SKU says; EditedMeanwhile unless `version` is the stored one."""
    tidy = rules.sku_draft(draft)
    values = _sku_values(tidy)
    before = _own_row(tenant, Sku, sku_id, SkuNotFound)
    with _name_free(tidy.name):
        _save(tenant, Sku, sku_id, values, version, now)
    _record_edit(tenant, actor, "sku.edited", sku_id, before, values)
    return version + 1


def set_sku_state(
    tenant: Tenant, sku_id: UUID, state: SaleState, *, actor: Actor, now: datetime
) -> None:
    """Put an own SKU on sale or take it off, whatever its version."""
    _set_state(tenant, Sku, sku_id, state, SkuNotFound, now)
    audit.record(tenant, actor, f"sku.{state}", str(sku_id))


def set_product_state(
    tenant: Tenant, product_id: UUID, state: SaleState, *, actor: Actor, now: datetime
) -> None:
    """Put an own product on sale or take it off, whatever its version."""
    _set_state(tenant, Product, product_id, state, ProductNotFound, now)
    audit.record(tenant, actor, f"product.{state}", str(product_id))


def set_listing(
    tenant: Tenant,
    sku_id: UUID,
    *,
    hidden: bool,
    pinned: bool = False,
    name: str | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """What this site does with a SKU it sees: hide it (below too), pin it, call it otherwise."""
    tidy = rules.one_line(name or "")[: rules.NAME_LIMIT] or None
    rules.refuse_grey(tidy or "")
    in_chain = select(Sku.id).where(Sku.id == sku_id, Sku.tenant_id.in_(tenant.chain))
    if session.execute(in_chain).scalar_one_or_none() is None:
        raise SkuNotFound()
    change = {"hidden": hidden, "pinned": pinned, "name": tidy, "updated_at": now}
    session.execute(
        upsert(Listing)
        .values(tenant_id=tenant.id, sku_id=sku_id, **change)
        .on_conflict_do_update(index_elements=["tenant_id", "sku_id"], set_=change)
    )
    audit.record(tenant, actor, "listing.set", str(sku_id), after=told(change))


def told(values: dict[str, Any]) -> dict[str, Any]:
    """Values as the audit log and import trails keep them: JSON, money as text."""
    return {
        name: value if isinstance(value, bool | int | None) else str(value)
        for name, value in values.items()
        if name not in ("description", "usage_note", "created_at", "updated_at")
    }


def _product_values(draft: ProductDraft, category: str) -> dict[str, Any]:
    values = asdict(draft)
    values["description"] = descriptions.clean(draft.description)
    values["art"] = art.chosen_or_guessed(draft.art, category, draft.name)
    return values


def _sku_values(draft: SkuDraft) -> dict[str, Any]:
    fields = ("name", "cost", "retail", "market_price", "floor", "state", "position")
    return {field: getattr(draft, field) for field in fields}


def _category_name(tenant: Tenant, category_id: UUID) -> str:
    query = select(Category.name).where(
        Category.id == category_id, Category.tenant_id.in_(tenant.chain)
    )
    name = session.execute(query).scalar_one_or_none()
    if name is None:
        raise CategoryNotFound()
    return name


def _depth(tenant: Tenant, category_id: UUID | None) -> int:
    depth = 0
    while category_id is not None:
        found = session.execute(
            select(Category.id, Category.parent_id).where(
                Category.id == category_id, Category.tenant_id.in_(tenant.chain)
            )
        ).one_or_none()
        if found is None:
            raise CategoryNotFound()
        category_id, depth = found.parent_id, depth + 1
    return depth


def _own_row(
    tenant: Tenant,
    table: type[Product] | type[Sku],
    row_id: UUID,
    missing: type[ProductNotFound] | type[SkuNotFound],
) -> dict[str, Any]:
    columns = table.__table__
    query = select(columns).where(table.id == row_id, table.tenant_id == tenant.id)
    found = session.execute(query).one_or_none()
    if found is None:
        raise missing()
    return dict(found._mapping)


def _save(
    tenant: Tenant,
    table: type[Product] | type[Sku],
    row_id: UUID,
    values: dict[str, Any],
    version: int,
    now: datetime,
) -> None:
    mine = (table.id == row_id, table.tenant_id == tenant.id, table.version == version)
    change = {**values, "version": version + 1, "updated_at": now}
    if not session.execute(update(table).where(*mine).values(change)).rowcount:  # type: ignore[attr-defined]
        raise EditedMeanwhile()


def _set_state(
    tenant: Tenant,
    table: type[Product] | type[Sku],
    row_id: UUID,
    state: SaleState,
    missing: type[ProductNotFound] | type[SkuNotFound],
    now: datetime,
) -> None:
    change = {"state": state, "version": table.version + 1, "updated_at": now}
    mine = (table.id == row_id, table.tenant_id == tenant.id)
    if not session.execute(update(table).where(*mine).values(change)).rowcount:  # type: ignore[attr-defined]
        raise missing()


def _record_edit(
    tenant: Tenant,
    actor: Actor,
    action: str,
    subject: UUID,
    before: dict[str, Any],
    values: dict[str, Any],
) -> None:
    changed = {name for name, value in values.items() if before[name] != value}
    old, new = ({k: v for k, v in told(each).items() if k in changed} for each in (before, values))
    audit.record(tenant, actor, action, str(subject), before=old, after=new)


@contextmanager
def _name_free(name: str) -> Iterator[None]:
    """Inside, a second row of the same name is refused by name; what came before stays."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        if "uq_" not in str(error.orig):
            raise
        raise NameTaken(name=name) from error
