"""How many goods a site lists, and taking the latest ones off its list: a package may allow only so
many."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from kameng.domains.catalog.goods.priced import SOLD
from kameng.domains.catalog.models import Listing
from tenants.database import session
from tenants.tree import Tenant

_FROM = f"""FROM shared.sku k
    JOIN shared.product p ON p.id = k.product_id
    JOIN shared.category c ON c.id = p.category_id
    LEFT JOIN shared.category c1 ON c1.id = c.parent_id
    LEFT JOIN shared.category c2 ON c2.id = c1.parent_id
    WHERE k.tenant_id = ANY(CAST(:chain AS bigint[])) AND {SOLD}"""
_COUNT = text(f"SELECT count(*) {_FROM}")
# What was made last goes first; what is pinned or has a name here was chosen by somebody.
_HIDE = text(
    f"""INSERT INTO shared.listing (tenant_id, sku_id, hidden, pinned, updated_at)
    SELECT :me, id, true, false, :now FROM (
        SELECT k.id {_FROM}
        ORDER BY (SELECT l.pinned OR l.name IS NOT NULL FROM shared.listing l
            WHERE l.sku_id = k.id AND l.tenant_id = :me) DESC NULLS LAST, k.id
        OFFSET :keep) late
    ON CONFLICT (tenant_id, sku_id) DO UPDATE SET hidden = true, updated_at = :now"""  # noqa: S608
)


def count(tenant: Tenant) -> int:
    """The SKUs a shopper of the site may find."""
    return int(session.execute(_COUNT, _values(tenant)).scalar_one())


def hides(tenant: Tenant, sku_id: UUID) -> bool:
    """Whether the site itself keeps a SKU off its list."""
    row = session.get(Listing, (tenant.id, sku_id))
    return row is not None and row.hidden


def hide_beyond(tenant: Tenant, keep: int, *, now: datetime) -> int:
    """Take off the list what is more than so many, the latest ones; returns how many."""
    values = _values(tenant) | {"me": tenant.id, "keep": keep, "now": now}
    return int(session.execute(_HIDE, values).rowcount)  # type: ignore[attr-defined]


def _values(tenant: Tenant) -> dict[str, Any]:
    return {"chain": list(tenant.chain)}
