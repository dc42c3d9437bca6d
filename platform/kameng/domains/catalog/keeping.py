"""How an owner's row is changed: by its version, under a free name, and on record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from kameng.domains.catalog.errors import (
    EditedMeanwhile,
    NameTaken,
    ProductNotFound,
    SkuNotFound,
)
from kameng.domains.catalog.models import Product, Sku
from kameng.domains.catalog.rules import SaleState
from kameng.kit import audit
from kameng.kit.audit import Actor
from tenants.database import session
from tenants.tree import Tenant


def told(values: dict[str, Any]) -> dict[str, Any]:
    """Values as the audit log and import trails keep them: JSON, money as text."""
    return {
        name: value if isinstance(value, bool | int | None) else str(value)
        for name, value in values.items()
        if name not in ("description", "usage_note", "created_at", "updated_at")
    }


def own_row(
    tenant: Tenant,
    table: type[Product] | type[Sku],
    row_id: UUID,
    missing: type[ProductNotFound] | type[SkuNotFound],
) -> dict[str, Any]:
    """An own row as a dict, or the refusal `missing`."""
    columns = table.__table__
    query = select(columns).where(table.id == row_id, table.tenant_id == tenant.id)
    found = session.execute(query).one_or_none()
    if found is None:
        raise missing()
    return dict(found._mapping)


def save(
    tenant: Tenant,
    table: type[Product] | type[Sku],
    row_id: UUID,
    values: dict[str, Any],
    version: int,
    now: datetime,
) -> None:
    """Write an own row that still has `version`; else EditedMeanwhile."""
    mine = (table.id == row_id, table.tenant_id == tenant.id, table.version == version)
    change = {**values, "version": version + 1, "updated_at": now}
    if not session.execute(update(table).where(*mine).values(change)).rowcount:  # type: ignore[attr-defined]
        raise EditedMeanwhile()


def set_state(
    tenant: Tenant,
    table: type[Product] | type[Sku],
    row_id: UUID,
    state: SaleState,
    missing: type[ProductNotFound] | type[SkuNotFound],
    now: datetime,
) -> None:
    """Put an own row on sale or off, whatever its version; or the refusal `missing`."""
    change = {"state": state, "version": table.version + 1, "updated_at": now}
    mine = (table.id == row_id, table.tenant_id == tenant.id)
    if not session.execute(update(table).where(*mine).values(change)).rowcount:  # type: ignore[attr-defined]
        raise missing()


def record_edit(
    tenant: Tenant,
    actor: Actor,
    action: str,
    subject: UUID,
    before: dict[str, Any],
    values: dict[str, Any],
) -> None:
    """Append what an edit changed, and only that, to the audit log."""
    changed = {name for name, value in values.items() if before[name] != value}
    old, new = ({k: v for k, v in told(each).items() if k in changed} for each in (before, values))
    audit.record(tenant, actor, action, str(subject), before=old, after=new)


@contextmanager
def name_free(name: str) -> Iterator[None]:
    """Inside, a second row of the same name is refused by name; what came before stays."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        if "uq_" not in str(error.orig):
            raise
        raise NameTaken(name=name) from error
