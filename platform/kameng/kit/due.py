"""Everything that must happen at a time: one table, fired by the clock."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from kameng.kit.tables import DueRow
from tenants.database import session
from tenants.tree import Tenant

_NEW = insert(DueRow.__table__)
_AT = _NEW.on_conflict_do_update(
    index_elements=["tenant_id", "kind", "key"],
    set_={"at": _NEW.excluded.at, "attempts": 0},
)
_UNLESS = _NEW.on_conflict_do_nothing(index_elements=["tenant_id", "kind", "key"])


def at(tenant: Tenant, kind: str, key: str, when: datetime) -> None:
    """Let `kind` happen to `key` at `when`; a second call moves the time."""
    row = {"tenant_id": tenant.id, "kind": kind, "key": key, "at": when, "attempts": 0}
    session.execute(_AT, row)


def unless_set(tenant: Tenant, kind: str, key: str, when: datetime) -> None:
    """Let `kind` happen to `key` at `when`, unless a time stands already: it stays, and nobody who
    wants the same waits for whoever set it."""
    row = {"tenant_id": tenant.id, "kind": kind, "key": key, "at": when, "attempts": 0}
    session.execute(_UNLESS, row)


def cancel(tenant: Tenant, kind: str, key: str) -> None:
    """Let it not happen."""
    session.execute(
        delete(DueRow).where(DueRow.tenant_id == tenant.id, DueRow.kind == kind, DueRow.key == key)
    )
