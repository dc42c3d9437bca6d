"""The clock: what is due happens once, what fails happens later, what is moved happens then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import Engine

from kameng.config import Settings
from kameng.faces.worker import queues, timetable
from kameng.kit import clock, due
from kameng.kit.events import Event
from kameng.kit.outbox import announce
from kameng.reactions.due import KINDS
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import leftovers
from tests.support.worlds import Alliance


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    """(site, key) of everything of kind `test.ring` that happened."""
    seen: list[tuple[int, str]] = []

    def ring(tenant: Tenant, key: str, now: datetime) -> None:
        seen.append((tenant.id, key))
        if key == "again":
            due.at(tenant, "test.ring", key, now + timedelta(hours=1))
        if key == "broken":
            raise RuntimeError("not now")

    monkeypatch.setitem(KINDS, "test.ring", ring)
    return seen


def set_(tenant: Tenant, key: str, when: datetime) -> None:
    with use(tenant):
        due.at(tenant, "test.ring", key, when)
        session.commit()


def left(tenant: Tenant) -> list[str]:
    with use(tenant):
        rows = session.connection().exec_driver_sql("SELECT key FROM shared.due ORDER BY key")
        return [row[0] for row in rows]


def fired(alliance: Alliance) -> None:
    sites = {alliance.hub.id, alliance.ada.id, alliance.bo.id}
    for one in queues.due(clock.now(), limit=100):
        if one.tenant_id in sites:
            timetable.fire(one)


def test_what_is_due_happens_in_its_site_once(
    alliance: Alliance, rung: list[tuple[int, str]]
) -> None:
    past = clock.now() - timedelta(seconds=1)
    set_(alliance.ada, "now", past)
    set_(alliance.ada, "later", past + timedelta(hours=1))
    fired(alliance)
    fired(alliance)
    assert rung == [(alliance.ada.id, "now")]
    assert left(alliance.ada) == ["later"]


def test_what_sets_itself_again_stays(alliance: Alliance, rung: list[tuple[int, str]]) -> None:
    set_(alliance.ada, "again", clock.now())
    fired(alliance)
    assert rung == [(alliance.ada.id, "again")]
    assert left(alliance.ada) == ["again"]


def test_what_fails_is_due_again_and_nothing_of_it_stands(
    alliance: Alliance, rung: list[tuple[int, str]]
) -> None:
    set_(alliance.ada, "broken", clock.now())
    fired(alliance)
    assert left(alliance.ada) == ["broken"]
    assert queues.due(clock.now(), limit=100) == []


def test_what_was_cancelled_does_not_happen(
    alliance: Alliance, rung: list[tuple[int, str]]
) -> None:
    set_(alliance.ada, "no", clock.now())
    with use(alliance.ada):
        due.cancel(alliance.ada, "test.ring", "no")
        session.commit()
    fired(alliance)
    assert rung == []


def test_a_sweep_that_fails_does_not_stop_the_clock(
    alliance: Alliance, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept: list[str] = []

    def fail(now: datetime) -> None:
        swept.append("failed")
        raise RuntimeError("not now")

    every = timedelta(hours=1)
    sweeps = {"bad": (every, fail), "good": (every, lambda now: swept.append("good"))}
    monkeypatch.setattr(timetable, "SWEEPS", sweeps)
    ticking = timetable.Timetable()
    ticking.tick(clock.now())
    ticking.tick(clock.now())
    assert swept == ["failed", "good"]


DAY = timedelta(days=1)


@pytest.mark.parametrize("jump", [DAY, -DAY], ids=["forward", "back"])
def test_a_wall_clock_that_jumps_a_day_neither_repeats_a_sweep_nor_stops_it(
    tools: Settings, owner: Engine, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    leftovers.put_away(owner)
    swept: list[datetime] = []
    steady = clock.steady()
    monkeypatch.setattr(timetable, "SWEEPS", {"counted": (timedelta(hours=1), swept.append)})
    monkeypatch.setattr(clock, "steady", lambda: steady)
    table = timetable.Timetable()
    table.tick(clock.now())
    with time_machine.travel(clock.now() + jump):
        table.tick(clock.now())
        assert len(swept) == 1
        steady += 3601
        table.tick(clock.now())
        assert len(swept) == 2


def test_what_was_announced_before_the_clock_jumped_back_is_delivered_all_the_same(
    alliance: Alliance,
) -> None:
    with use(alliance.ada):
        announced = announce(alliance.ada, Ticked())
        session.commit()
    with time_machine.travel(clock.now() - DAY):
        assert announced not in waiting()
        queues.bring_back(clock.now())
        assert announced in waiting()


@dataclass(frozen=True, slots=True)
class Ticked(Event):
    """Something that only these tests announce."""


Event.registry.pop("Ticked")


def waiting() -> set[UUID]:
    """What a relay would be given now; it is its own for the length of a lease."""
    return {one.id for one in queues.events(clock.now(), limit=1000)}
