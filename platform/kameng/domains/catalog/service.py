"""The verbs of the catalogue's owner, and a site's own decisions about what it lists."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from kameng.domains.catalog import art, descriptions, keeping, rules
from kameng.domains.catalog.costs import decided_by, decider, set_costs
from kameng.domains.catalog.errors import (
    CategoryNotFound,
    CategoryTooDeep,
    EditedMeanwhile,
    ProductNotFound,
    SkuNotFound,
)
from kameng.domains.catalog.models import Category, Listing, Product, Sku
from kameng.domains.catalog.rules import ProductDraft, SaleState, SkuDraft
from kameng.kit import audit, ids
from kameng.kit.audit import Actor
from tenants.database import session
from tenants.tree import Tenant

__all__ = [
    "create_category",
    "create_product",
    "create_sku",
    "decided_by",
    "edit_category",
    "edit_product",
    "edit_sku",
    "set_costs",
    "set_listing",
    "set_picture",
    "set_product_state",
    "set_sku_state",
]


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
    with keeping.name_free(tidy):
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
    with keeping.name_free(tidy):
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
    with keeping.name_free(tidy.name):
        session.execute(insert(Product).values(values))
    audit.record(tenant, actor, "product.created", str(values["id"]), after=keeping.told(values))
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
    before = keeping.own_row(tenant, Product, product_id, ProductNotFound)
    with keeping.name_free(tidy.name):
        keeping.save(tenant, Product, product_id, values, version, now)
    keeping.record_edit(tenant, actor, "product.edited", product_id, before, values)
    return version + 1


def set_picture(
    tenant: Tenant, product_id: UUID, picture: str | None, *, actor: Actor, now: datetime
) -> None:
    """Show an own product with this picture (how the faces write one), or with none. Whatever its
    version: what it says stays as it was. Refuses ProductNotFound."""
    before = keeping.own_row(tenant, Product, product_id, ProductNotFound)["picture"]
    if before == picture:
        return
    own = (Product.id == product_id, Product.tenant_id == tenant.id)
    session.execute(update(Product).where(*own).values(picture=picture, updated_at=now))
    told = {"picture": before}, {"picture": picture}
    audit.record(tenant, actor, "product.picture", str(product_id), before=told[0], after=told[1])


def create_sku(
    tenant: Tenant, product_id: UUID, draft: SkuDraft, *, actor: Actor, now: datetime
) -> UUID:
    """A new SKU of an own product."""
    tidy = rules.sku_draft(draft)
    keeping.own_row(tenant, Product, product_id, ProductNotFound)
    values = {
        **_sku_values(tidy),
        "id": ids.uuid7(),
        "tenant_id": tenant.id,
        "product_id": product_id,
        "created_at": now,
        "updated_at": now,
        "version": 1,
    }
    with keeping.name_free(tidy.name):
        session.execute(insert(Sku).values(values))
    audit.record(tenant, actor, "sku.created", str(values["id"]), after=keeping.told(values))
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
    """Replace what an own SKU says; EditedMeanwhile unless `version` is the stored one.

    Whether its cost moves now or waits, and what the log says of it, is the decider's.
    """
    tidy = rules.sku_draft(draft)
    decider().hold(tenant)
    values, before = _sku_values(tidy), keeping.own_row(tenant, Sku, sku_id, SkuNotFound)
    if before["version"] != version:
        raise EditedMeanwhile()
    cost = values.pop("cost")
    if cost != before["cost"]:
        moves = {sku_id: (before["cost"], cost)}
        version += len(decider().propose(tenant, moves, source=None, actor=actor, now=now))
    with keeping.name_free(tidy.name):
        keeping.save(tenant, Sku, sku_id, values, version, now)
    if cost == before["cost"] or any(before[name] != value for name, value in values.items()):
        keeping.record_edit(tenant, actor, "sku.edited", sku_id, before, values)
    return version + 1


def set_sku_state(
    tenant: Tenant, sku_id: UUID, state: SaleState, *, actor: Actor, now: datetime
) -> None:
    """Put an own SKU on sale or take it off, whatever its version."""
    keeping.set_state(tenant, Sku, sku_id, state, SkuNotFound, now)
    audit.record(tenant, actor, f"sku.{state}", str(sku_id))


def set_product_state(
    tenant: Tenant, product_id: UUID, state: SaleState, *, actor: Actor, now: datetime
) -> None:
    """Put an own product on sale or take it off, whatever its version."""
    keeping.set_state(tenant, Product, product_id, state, ProductNotFound, now)
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
    audit.record(tenant, actor, "listing.set", str(sku_id), after=keeping.told(change))


def _product_values(draft: ProductDraft, category: str) -> dict[str, Any]:
    values = asdict(draft)
    values["description"] = descriptions.clean(draft.description)
    values["art"] = art.chosen_or_guessed(draft.art, category, draft.name)
    return values


def _sku_values(draft: SkuDraft) -> dict[str, Any]:
    fields = ("name", "cost", "retail", "market_price", "floor", "ceiling", "state", "position")
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
