"""The relay: fair, woken at once, patient with what fails, and never alone with a row."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import Engine

from kameng.faces.worker import queues, reacting
from kameng.faces.worker import relay as relays
from kameng.faces.worker.relay import Relay
from kameng.kit import cache, clock, ids, inbox, wake
from kameng.kit.calls import Call
from kameng.kit.events import Event
from kameng.kit.outbox import announce
from kameng.reactions import book
from migrations import run
from tenants.context import shared, use
from tenants.database import in_transaction, session
from tenants.tree import Tenant
from tests.support.worlds import Alliance


@dataclass(frozen=True, slots=True)
class Rang(Event):
    """Something that only these tests announce."""

    number: int


Event.registry.pop("Rang")


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch, alliance: Alliance) -> list[tuple[int, int]]:
    """(site, number) of every reaction to Rang in this test's sites."""
    seen: list[tuple[int, int]] = []

    def listen(tenant: Tenant, event: Rang, now: object) -> None:
        if tenant.root_id == alliance.hub.id:
            seen.append((tenant.id, event.number))

    monkeypatch.setitem(Event.registry, "Rang", Rang)
    monkeypatch.setitem(book.BOOK, Rang, (listen,))
    return seen


def ring(tenant: Tenant, *numbers: int) -> list[UUID]:
    with use(tenant):
        made = [announce(tenant, Rang(number)) for number in numbers]
        session.commit()
    return made


def drained(**options: object) -> None:
    relay = Relay(**options)  # type: ignore[arg-type]
    relay.drain()
    relay.pool.shutdown()


def waiting(ids_: list[UUID]) -> list[tuple[int, str | None]]:
    """Attempts and error of the events that are not done."""
    with shared("relay"):
        rows = session.connection().exec_driver_sql(
            "SELECT attempts, last_error FROM shared.outbox WHERE id = ANY(%s) AND done_at IS NULL",
            (ids_,),
        )
        return [(row[0], row[1]) for row in rows]


def test_events_of_a_site_are_heard_in_order(
    alliance: Alliance, heard: list[tuple[int, int]]
) -> None:
    for number in range(30):
        ring(alliance.ada, number)
        time.sleep(0.001)
    drained()
    assert heard == [(alliance.ada.id, number) for number in range(30)]


def test_what_rolls_back_is_never_heard(alliance: Alliance, heard: list[tuple[int, int]]) -> None:
    with use(alliance.ada):
        announce(alliance.ada, Rang(1))
        session.rollback()
    drained()
    assert heard == []


def test_one_busy_site_does_not_keep_another_waiting(
    alliance: Alliance, heard: list[tuple[int, int]]
) -> None:
    ring(alliance.ada, *range(200))
    ring(alliance.bo, 1)
    first = queues.events(clock.now(), limit=16)
    assert alliance.bo.id in {event.tenant_id for event in first}
    reacting.react([event for event in first if event.tenant_id == alliance.bo.id])
    assert heard == [(alliance.bo.id, 1)]


def test_two_relays_share_the_work_without_meeting(
    alliance: Alliance, heard: list[tuple[int, int]]
) -> None:
    for site in (alliance.hub, alliance.ada, alliance.bo):
        ring(site, *range(40))
    relays = [threading.Thread(target=drained) for _ in range(3)]
    for relay in relays:
        relay.start()
    for relay in relays:
        relay.join()
    ours = {alliance.hub.id, alliance.ada.id, alliance.bo.id}
    rung = [one for one in heard if one[0] in ours]
    assert len(rung) == len(set(rung)) == 120


def test_a_reaction_that_fails_is_tried_again_and_does_not_stop_the_others(
    alliance: Alliance, heard: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(tenant: Tenant, event: Rang, now: object) -> None:
        if event.number == 1:
            raise RuntimeError("not now")

    monkeypatch.setitem(book.BOOK, Rang, (stumble, *book.BOOK[Rang]))
    made = ring(alliance.ada, 0, 1, 2)
    drained()
    assert [number for _, number in dict.fromkeys(heard)] == [0, 2]
    assert waiting(made) == [(1, "RuntimeError: not now")]


def test_what_was_claimed_by_a_dead_relay_is_taken_over(
    alliance: Alliance, heard: list[tuple[int, int]]
) -> None:
    ring(alliance.ada, 7)
    claimed = queues.events(clock.now(), limit=500)
    assert any(event.tenant_id == alliance.ada.id for event in claimed)
    drained()
    assert heard == []
    with time_machine.travel(clock.now() + queues.LEASE):
        drained()
    assert (alliance.ada.id, 7) in heard


def test_a_call_of_a_reaction_runs_after_its_commit(
    alliance: Alliance, heard: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []

    def ask(tenant: Tenant, event: Rang, now: object) -> Call[str, None] | None:
        if tenant.id != alliance.ada.id:
            return None

        def send() -> str:
            steps.append("in transaction" if in_transaction() else "free")
            return "answer"

        return Call(send, lambda answer: steps.append(str(answer)))

    monkeypatch.setitem(book.BOOK, Rang, (ask,))
    ring(alliance.ada, 1)
    drained()
    assert steps == ["free", "answer"]


def test_a_running_relay_is_woken_by_a_commit(
    alliance: Alliance, heard: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would not look by itself before this test has given up."""
    monkeypatch.setattr(relays, "POLL", 600.0)
    before, relay = listeners(), Relay()
    process = threading.Thread(target=relay.run)
    process.start()
    try:
        until(lambda: listeners() > before)
        for number in (1, 2):
            ring(alliance.ada, number)
            until(lambda: len(heard) == number)  # noqa: B023 - asked before the next
    finally:
        relay.stop()
        wake.now()
        process.join()


def listeners() -> int:
    """How many wait to be woken."""
    ((_, count),) = cache.client().pubsub_numsub(wake.CHANNEL)
    return int(count)


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not true() and time.monotonic() < end:
        time.sleep(0.005)
    assert true()


def test_the_pauses_between_tries_grow() -> None:
    now = clock.now()
    pauses = [(queues.later(tries, now) - now).total_seconds() for tries in range(1, 12)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == 3600


def test_an_event_of_a_site_that_is_gone_is_put_away(heard: list[tuple[int, int]]) -> None:
    event = queues.Announced(ids.uuid7(), 999_999_999, "Rang", {"number": 1}, 1)
    reacting.react([event])
    assert heard == []


def test_events_of_a_site_whose_schema_is_behind_wait_for_its_migration(
    alliance: Alliance, heard: list[tuple[int, int]], owner: Engine
) -> None:
    state = "UPDATE shared.tenant_schema_state SET revision = %s WHERE schema_name = %s"
    with owner.connect() as line:
        line.exec_driver_sql(state, ("t0001", alliance.bo.schema))
        rung = ring(alliance.bo, 1) + ring(alliance.ada, 2)
        drained()
        assert heard == [(alliance.ada.id, 2)]
        assert waiting(rung) == [(1, "the schema of the site is behind")]
        line.exec_driver_sql("UPDATE shared.outbox SET attempts = 50 WHERE id = ANY(%s)", (rung,))
        with time_machine.travel(clock.now() + timedelta(seconds=5)):
            drained()
        assert waiting(rung) == [(51, "the schema of the site is behind")]
        line.exec_driver_sql(state, (run.head("tenant"), alliance.bo.schema))
    with time_machine.travel(clock.now() + timedelta(seconds=5 + queues.SOON)):
        drained()
    assert heard == [(alliance.ada.id, 2), (alliance.bo.id, 1)]


def test_however_much_a_sites_own_account_tells_all_others_are_heard_at_once(
    alliance: Alliance,
) -> None:
    """Whoever owns an account signs what he likes, as often as he likes."""
    long_ago = datetime(2001, 1, 1, tzinfo=UTC)
    with shared():
        for number in range(40):
            inbox.receive("stripe:900001", f"evt_crowd_{number}", {}, b"{}")
        for provider in ("stripe:900002", "stripe"):
            inbox.receive(provider, "evt_after_the_crowd", {}, b"{}")
        told = "provider LIKE 'stripe:90000%%' OR event_id = 'evt_after_the_crowd'"
        session.connection().exec_driver_sql(
            f"UPDATE shared.inbox SET not_before = %s WHERE {told}", (long_ago,)
        )
        session.commit()
    first = [one.provider for one in queues.notices(long_ago, limit=3)]
    assert sorted(first) == ["stripe", "stripe:900001", "stripe:900002"]
    assert {one.provider for one in queues.notices(long_ago, limit=50)} == {"stripe:900001"}
    with shared():
        session.connection().exec_driver_sql(f"UPDATE shared.inbox SET state = 'done' WHERE {told}")
        session.commit()
