"""Keeps verified notifications from outside, each once, before anything is made of them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.dialects.postgresql import insert

from kameng.kit import clock, ids, wake
from kameng.kit.tables import InboxRow
from tenants.database import session


def receive(provider: str, event_id: str, headers: Mapping[str, str], raw: bytes) -> bool:
    """Store the notification; False when this provider's event is already here.

    Runs inside `shared()`. The caller has verified the signature.
    """
    now = clock.now()
    row = {
        "id": ids.uuid7(),
        "provider": provider,
        "event_id": event_id,
        "headers": dict(headers),
        "raw": raw,
        "state": "new",
        "received_at": now,
        "not_before": now,
        "attempts": 0,
    }
    stored = session.execute(
        insert(InboxRow.__table__).values(row).on_conflict_do_nothing().returning(InboxRow.id)
    ).scalar()
    wake.after_commit(session())
    return stored is not None
