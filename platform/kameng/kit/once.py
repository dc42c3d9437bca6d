"""Twice is once: remembers, in the transaction of its effect, that a reaction to an event ran."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from kameng.kit import clock
from kameng.kit.tables import ReactionDone
from tenants.database import session
from tenants.tree import Tenant

Mark = tuple[UUID, str]
"""An event's id and the name of a reaction to it."""


def first_times(tenant: Tenant, marks: Iterable[Mark]) -> set[Mark]:
    """Which of these reactions run now for the first time; another run of one of them waits for
    the end of this transaction. Sorted, so that two such runs never wait for each other."""
    now = clock.now()
    rows = [
        {"event_id": event, "reaction": name, "tenant_id": tenant.id, "done_at": now}
        for event, name in sorted(set(marks))
    ]
    if not rows:
        return set()
    wanted = insert(ReactionDone.__table__).values(rows).on_conflict_do_nothing()
    told = session.execute(wanted.returning(ReactionDone.event_id, ReactionDone.reaction))
    return {(row[0], row[1]) for row in told}


def first_time(tenant: Tenant, event_id: UUID, reaction: str) -> bool:
    """Whether this reaction to this event runs now for the first time."""
    return bool(first_times(tenant, [(event_id, reaction)]))
