"""Records who changed what, from where; the log only grows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert

from kameng.kit import clock, ids
from kameng.kit.tables import AuditRow
from tenants.database import session
from tenants.tree import Tenant


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: kind 'staff', 'member', 'guest' or 'system'."""

    kind: str
    id: str
    name: str
    ip: str = ""


SYSTEM = Actor("system", "kameng", "Kameng")


def record(
    tenant: Tenant,
    actor: Actor,
    action: str,
    subject: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Append one line in the current transaction; values must be JSON and hold no secret."""
    row = {
        "id": ids.uuid7(),
        "tenant_id": tenant.id,
        "at": clock.now(),
        "actor_kind": actor.kind,
        "actor_id": actor.id[:60],
        "actor_name": actor.name[:80],
        "ip": actor.ip[:45],
        "action": action,
        "subject": subject[:120],
        "before": before,
        "after": after,
    }
    session.execute(insert(AuditRow).values(row))
