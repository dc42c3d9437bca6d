"""Facts are announced with the transaction that makes them true, and each reaction runs once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from kameng.kit import cache, clock, due, ids, inbox, once, outbox, wake
from kameng.kit.events import Event, pack, unpack
from kameng.kit.money import Money
from kameng.kit.tables import DueRow, InboxRow, OutboxRow
from tenants.context import shared, use
from tenants.database import session
from tests.support.worlds import Alliance


@dataclass(frozen=True, slots=True)
class LampLit(Event):
    """A fact of this test."""

    lamp_id: UUID
    price: Money
    lit_at: datetime
    note: str | None
    tags: tuple[str, ...]


def lamp() -> LampLit:
    return LampLit(ids.uuid7(), Money.of("9.90"), datetime.now(UTC), None, ("a", "b"))


def test_a_fact_survives_the_trip() -> None:
    event = lamp()
    assert unpack("LampLit", pack(event)) == event


def waiting(alliance: Alliance) -> list[str]:
    with shared("relay"):
        query = select(OutboxRow.name).where(OutboxRow.tenant_id == alliance.ada.id)
        return list(session.scalars(query))


def test_a_fact_is_gone_when_its_transaction_rolls_back(alliance: Alliance) -> None:
    with use(alliance.ada):
        outbox.announce(alliance.ada, lamp())
        session.rollback()
        outbox.announce(alliance.ada, lamp())
        session.commit()
    assert waiting(alliance) == ["LampLit"]


def test_the_relay_is_woken_after_the_commit_and_not_before(alliance: Alliance) -> None:
    listener = cache.client().pubsub(ignore_subscribe_messages=True)
    listener.subscribe(wake.CHANNEL)
    listener.get_message(timeout=1)
    with use(alliance.ada):
        outbox.announce(alliance.ada, lamp())
        assert listener.get_message(timeout=0.1) is None
        session.commit()
    assert listener.get_message(timeout=2) is not None
    listener.close()


def test_a_reaction_runs_once_for_an_event(alliance: Alliance) -> None:
    event_id = ids.uuid7()
    with use(alliance.ada):
        assert once.first_time(alliance.ada, event_id, "lamp.shine")
        session.commit()
        assert not once.first_time(alliance.ada, event_id, "lamp.shine")
        assert once.first_time(alliance.ada, event_id, "lamp.hum")
        session.rollback()


def test_a_notification_is_stored_once(alliance: Alliance) -> None:
    number = str(ids.uuid7())
    with shared():
        assert inbox.receive("lamps", number, {"A": "b"}, b"{}")
        assert not inbox.receive("lamps", number, {"A": "b"}, b"{}")
        session.commit()
    with shared("relay"):
        rows = session.execute(
            select(InboxRow.state, InboxRow.raw).where(InboxRow.event_id == number)
        ).all()
    assert [(row[0], bytes(row[1])) for row in rows] == [("new", b"{}")]


def test_a_due_time_can_be_moved_and_cancelled(alliance: Alliance) -> None:
    soon, later = clock.now(), clock.now() + timedelta(hours=1)
    with use(alliance.ada):
        due.at(alliance.ada, "lamp.out", "1", soon)
        due.at(alliance.ada, "lamp.out", "1", later)
        session.commit()
        assert session.scalars(select(DueRow.at)).all() == [later]
        due.cancel(alliance.ada, "lamp.out", "1")
        session.commit()
        assert session.scalars(select(DueRow.at)).all() == []


def test_another_site_neither_sees_nor_writes_my_facts(alliance: Alliance) -> None:
    with use(alliance.ada):
        outbox.announce(alliance.ada, lamp())
        session.commit()
    with use(alliance.bo):
        seen = session.scalars(select(OutboxRow.id).where(OutboxRow.tenant_id == alliance.ada.id))
        assert seen.all() == []
