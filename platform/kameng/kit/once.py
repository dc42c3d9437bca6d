"""Twice is once: remembers, in the transaction of its effect, that a reaction to an event ran."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from kameng.kit import clock
from kameng.kit.tables import ReactionDone
from tenants.database import session
from tenants.tree import Tenant


def first_time(tenant: Tenant, event_id: UUID, reaction: str) -> bool:
    """Whether this reaction to this event runs now; another run of it waits for this one's end."""
    row = {
        "event_id": event_id,
        "reaction": reaction,
        "tenant_id": tenant.id,
        "done_at": clock.now(),
    }
    wanted = insert(ReactionDone.__table__).values(row).on_conflict_do_nothing()
    return session.execute(wanted.returning(ReactionDone.event_id)).scalar() is not None
