"""Goes through all goods of a site a piece at a time, for those who come back for the next."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT

from kameng.domains.catalog.models import Sku
from tenants.database import session
from tenants.tree import Tenant


def sku_ids_after(tenant: Tenant, after: UUID | None, *, size: int) -> list[UUID]:
    """The next SKUs this site owns or inherits, on sale or not, in the order of their ids: what is
    added or removed meanwhile moves nothing that was not reached yet."""
    chain = literal(list(tenant.chain), ARRAY(BIGINT))
    found = select(Sku.id).where(Sku.tenant_id == any_(chain)).order_by(Sku.id).limit(size)
    return list(session.scalars(found if after is None else found.where(Sku.id > after)))
