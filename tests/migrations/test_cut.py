"""A migration and a building may be cut off anywhere: what was done is whole, and coming again
finishes the rest."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.support import falling
from tests.support.armada import GROW, NEW, Fleet, change
from tests.support.falling import ROOT, Faller

SITES, MOST = 40, 200


@pytest.fixture
def ships(armada: Fleet) -> Iterator[Fleet]:
    """A database of sites, empty again after each test."""
    yield armada
    armada.empty()


@pytest.fixture(scope="module")
def faller(armada: Fleet) -> Iterator[Faller]:
    """A program that dies when told."""
    with falling.ready(armada.url) as made:
        yield made


def test_a_migration_killed_at_every_step_leaves_whole_sites_and_is_finished_by_the_next(
    ships: Fleet, faller: Faller
) -> None:
    names = set(ships.sites(SITES))
    step = 1
    while faller.dies("migrate", step, statements=GROW):
        falling.wait_until_noticed(ships.line)
        assert ships.half_grown() == set()
        assert ships.grown() == ships.at(NEW)
        step += 1 if step < 25 else 7
        assert step < MOST
    assert step > 25
    assert ships.grown() == ships.at(NEW) == names
    again = ships.migrate(change(*GROW))
    assert (again.moved, again.failed, again.stopped) == (0, 0, None)


AFTER_TWENTY = f"""SELECT pg_sleep(1) WHERE 20 <= (
    SELECT count(*) FROM shared.tenant_schema_state WHERE revision = '{NEW}')"""
"""Whoever is to kill it in the middle need not hurry."""


@pytest.mark.slow
def test_a_whole_migration_killed_in_the_middle_is_finished_by_the_next(ships: Fleet) -> None:
    names = set(ships.sites(100))
    slow = (AFTER_TWENTY, *GROW)
    program = (
        "from kameng.kit import clock; from migrations import runner;"
        "from tests.support import armada;"
        f"runner.run({ships.url + '?application_name=' + falling.NAME!r},"
        f" armada.change(*{slow!r}), now=clock.now(), workers=4)"
    )
    env = {"PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}"}
    process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env=env)
    while len(ships.at(NEW)) < 20:
        assert process.poll() is None
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    falling.wait_until_noticed(ships.line)
    before = ships.at(NEW)
    assert 20 <= len(before) < 100
    assert ships.half_grown() == set()
    assert ships.grown() == before
    outcome = ships.migrate(change(*GROW))
    assert (outcome.moved, outcome.failed) == (100 - len(before), 0)
    assert ships.grown() == names


def test_a_builder_killed_at_every_step_leaves_no_half_schema(ships: Fleet, faller: Faller) -> None:
    existing = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 't\\_%'"
    pooled = "SELECT schema_name FROM shared.schema_pool"
    noted = "SELECT schema_name FROM shared.tenant_schema_state"
    step = 1
    while faller.dies("build", step):
        falling.wait_until_noticed(ships.line)
        found = [{row[0] for row in ships.line.execute(q)} for q in (existing, pooled, noted)]
        assert found == [set(), set(), set()]
        step += 1
        assert step < MOST
    assert step > 15
    found = [{row[0] for row in ships.line.execute(q)} for q in (existing, pooled, noted)]
    assert len(found[0]) == 1
    assert found[0] == found[1] == found[2]
