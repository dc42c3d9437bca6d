"""Announces facts in the transaction that makes them true; the relay reads them after."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as insert_once

from kameng.kit import clock, ids, wake
from kameng.kit.events import Event, pack
from kameng.kit.tables import OutboxRow, ReactionDone
from tenants.database import session
from tenants.tree import Tenant

_ANNOUNCE = insert(OutboxRow.__table__)


def announce(tenant: Tenant, event: Event) -> UUID:
    """Write `event` to the outbox; it is gone if this transaction rolls back."""
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
    wake.after_commit(session())
    return event_id


def reaction_done(tenant: Tenant, event_id: UUID, reaction: str) -> bool:
    """Mark in this transaction that `reaction` ran for the event; False when it already had."""
    row = {
        "event_id": event_id,
        "reaction": reaction,
        "tenant_id": tenant.id,
        "done_at": clock.now(),
    }
    marked = session.execute(
        insert_once(ReactionDone)
        .values(row)
        .on_conflict_do_nothing()
        .returning(ReactionDone.event_id)
    ).scalar()
    return marked is not None
