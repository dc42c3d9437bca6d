"""Announces facts in the transaction that makes them true; the relay reads them after."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import insert

from kameng.kit import clock, ids, wake
from kameng.kit.events import Event, pack
from kameng.kit.tables import OutboxRow
from tenants.database import session
from tenants.tree import Tenant

_ANNOUNCE = insert(OutboxRow.__table__)


def announce(tenant: Tenant, event: Event, *, soon: bool = True) -> UUID:
    """Write `event` to the outbox; it is gone if this transaction rolls back.

    Not `soon`: nobody is woken for it, the relay finds it at its next poll, with others.
    """
    event_id = ids.uuid7()
    now = clock.now()
    row = {
        "id": event_id,
        "tenant_id": tenant.id,
        "name": type(event).__name__,
        "payload": pack(event),
        "created_at": now,
        "not_before": now,
        "attempts": 0,
    }
    session.execute(_ANNOUNCE, row)
    if soon:
        wake.after_commit(session())
    return event_id
