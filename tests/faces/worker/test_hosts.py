"""The clock looks after own domains: asks for looks, and has owners told."""

from __future__ import annotations

import email
from collections.abc import Iterator
from datetime import timedelta
from email.policy import default

import pytest
import rq
from sqlalchemy import Engine

from kameng.config import Settings
from kameng.domains.agents.hostnames.rules import State
from kameng.domains.notifications.notices import mailing
from kameng.faces.worker import hosts as sweeps
from kameng.kit import cache, clock
from tests.support import accounts, hosts, leftovers
from tests.support.hosts import World
from tests.support.worlds import Alliance

pytestmark = pytest.mark.usefixtures("tools")
DAY = timedelta(days=1)


@pytest.fixture
def world() -> Iterator[World]:
    with hosts.world() as made:
        yield made


def run_queue() -> int:
    """Do what waits in the slow queue, as the worker would; returns how much."""
    queue = rq.Queue("slow", connection=cache.client())
    waiting = queue.jobs
    for job in waiting:
        job.func(*job.args, **job.kwargs)
    queue.empty()
    return len(waiting)


def test_a_claim_is_proven_without_anybody_pressing_a_button(
    world: World, alliance: Alliance, owner: Engine
) -> None:
    soon = clock.now() + timedelta(minutes=2)
    leftovers.put_away(owner)
    claim = hosts.claimed(alliance.hub, "auto.example.com")
    world.prove(claim)
    assert sweeps.ask(clock.now()) == 0
    assert sweeps.ask(soon) == 1
    assert sweeps.ask(soon) == 0
    assert run_queue() == 1
    (after,) = hosts.names_of(alliance.hub).claims
    assert after.state is State.PROVEN


def test_a_look_at_a_claim_given_up_meanwhile_is_nothing(world: World, alliance: Alliance) -> None:
    from kameng.domains.agents.hostnames import looking

    looking.check_domain(alliance.hub.id, "gone.example.com")


def test_the_owner_is_told_once_when_a_proof_is_missing_and_when_it_is_lost(
    world: World, alliance: Alliance, tools: Settings, owner: Engine
) -> None:
    leftovers.put_away(owner)
    folder = tools.home / "mail"
    person = accounts.staff(alliance.hub, role="operator")
    claim = hosts.proven(world, alliance.hub, "told.example.com")
    world.forget(claim)
    sweeps.tell()
    run_queue()
    for old in folder.glob("*.eml"):
        old.unlink()
    start = clock.now()
    for day in (1, 2, 3):
        hosts.looked_at(alliance.hub, claim.host, now=start + DAY * day)
        sweeps.tell()
        mailing.mail_notices(alliance.hub.id, str(person.id))
    sweeps.tell()
    mailing.mail_notices(alliance.hub.id, str(person.id))
    letters = [
        email.message_from_bytes(one.read_bytes(), policy=default) for one in folder.glob("*")
    ]
    assert {letter["To"] for letter in letters} == {person.email}
    subjects = sorted(letter["Subject"] for letter in letters)
    assert len(subjects) == 2
    assert "缺失" in subjects[1] + subjects[0]
    assert "停止指向" in subjects[1] + subjects[0]
    page = f"/s/{alliance.hub.slug}/domains/{claim.host}"
    assert all(page in letter.get_content() for letter in letters)
