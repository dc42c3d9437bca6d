"""What an operator sees of a migration, and what he may decide about it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import Engine, text

from kameng.faces.worker import cli, diagnosis, migrating, setting_up
from kameng.faces.worker.migrating import Bar, told
from migrations import run, states
from migrations.run import MigrationFailed, Outcome
from migrations.states import Counted
from tests.support import desk
from tests.support.armada import GROW, NEW, OLD, Fleet, change
from tests.support.worlds import Alliance


@pytest.fixture
def ships(armada: Fleet) -> Iterator[Fleet]:
    """A database of sites, empty again after each test."""
    yield armada
    armada.empty()


@pytest.fixture
def kameng(ships: Fleet, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`kameng migrate …` on that database: (exit status, what it printed)."""
    monkeypatch.setattr(cli, "_with_servers", lambda work: work(ships.settings, ""))

    def ran(*options: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli.main, ["migrate", *options])
        return done.exit_code, done.output

    return ran


def test_the_status_names_what_failed_and_why(
    ships: Fleet, kameng: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ships.sites(30, prefix="shop")
    ships.line.execute(f'CREATE TABLE "{names[6]}".extra (id integer)')
    assert kameng("--canary", "shop3") == (0, "shop3 goes first from the next migration on.\n")
    ships.migrate(change(*GROW))
    monkeypatch.setattr(migrating.scripts, "head", lambda _branch: NEW)
    status, said = kameng("--status")
    assert status == 1
    lines = [" ".join(line.split()) for line in said.splitlines()]
    assert f"{OLD} 1 schemas" in lines
    assert f"{NEW} 29 schemas" in lines
    assert "canary 1 0 0 0" in lines
    assert f"failed: shop6 ({names[6]}), 1 tries from {OLD}:" in lines
    assert 'relation "extra" already exists' in lines
    assert "first to go: shop3" in lines


def test_a_site_is_held_back_and_let_go_again(ships: Fleet, kameng: Callable[..., Any]) -> None:
    names = ships.sites(30, prefix="shop")
    assert kameng("--hold", "shop2") == (0, "shop2 is left out until kameng migrate --retry.\n")
    assert ships.migrate(change(*GROW)).moved == 29
    assert ships.at(OLD) == {names[2]}
    assert migrating.retry(ships.settings) == 1
    assert ships.migrate(change(*GROW)).moved == 1


def test_a_site_nobody_has_is_said_to_be_none(kameng: Callable[..., Any]) -> None:
    status, said = kameng("--canary", "nobody", "--no-canary", "no-one", "--hold", "none")
    assert status == 1
    assert "There is no site nobody." in said
    assert "There is no site none." in said


def test_a_failure_is_the_exit_status_of_migrate(
    ships: Fleet, kameng: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int | None] = []

    def failed(*_: object, workers: int | None, **__: object) -> Outcome:
        asked.append(workers)
        return Outcome(moved=4998, failed=2, stopped=None, seconds=12.34)

    monkeypatch.setattr(run, "to_head", failed)
    status, said = kameng("--workers", "3", "--retry")
    assert status == 1
    assert "4998 schemas migrated in 12.3 s, 2 failed (kameng migrate --status)." in said
    assert asked == [3]
    assert setting_up.migrate(ships.settings) is False


def test_a_database_that_was_never_migrated_says_what_to_do(
    ships: Fleet, kameng: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(states, "_STATE", "shared.nothing_of_the_kind")
    with pytest.raises(MigrationFailed, match="main is older than this: run kameng migrate"):
        migrating.retry(ships.settings)


def test_a_stopped_run_says_in_which_ring() -> None:
    outcome = Outcome(moved=0, failed=1, stopped=1, seconds=0.1)
    assert told(outcome).endswith("stopped in ring 1, canary: the rest waits.")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_a_bar_and_a_log_sees_lines() -> None:
    half, full = Counted(3, 40, 50, 10, 0), Counted(3, 90, 0, 10, 0)
    screen, log = Terminal(), io.StringIO()
    for out in (screen, log):
        bar = Bar(out)
        for ring in (half, full):
            bar(ring)
        bar.close()
    assert screen.getvalue().count("\r") == 2
    assert "[###############...............] 50/100, 10 failed" in screen.getvalue()
    assert screen.getvalue().endswith("\n")
    assert log.getvalue().splitlines() == [
        f"  rest              [{'#' * 30}] 100/100, 10 failed, 0 s"
    ]


def test_the_console_of_a_site_that_is_behind_says_that_it_is_worked_on(
    app: Flask, alliance: Alliance, owner: Engine
) -> None:
    agent, path = desk.at(alliance, alliance.ada, "agent"), "orders"
    assert agent.get(path).status_code == 200
    move = text("UPDATE shared.tenant_schema_state SET revision = :to WHERE schema_name = :name")
    with owner.connect() as line:
        line.execute(move, {"to": "t0001", "name": alliance.ada.schema})
        answer = agent.get(path)
        line.execute(move, {"to": run.head("tenant"), "name": alliance.ada.schema})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert agent.get(path).status_code == 200


def test_the_doctor_counts_the_sites_and_names_what_must_be_mended(
    ships: Fleet, kameng: Callable[..., Any]
) -> None:
    def found(**changed: Any) -> tuple[bool, str]:
        chosen = replace(ships.settings, **changed)
        seen = {one.what: one for one in diagnosis._cell(chosen, "main")}
        return seen["sites"].right, seen["sites"].says

    odd = ships.sites(30, spares=2)[6]
    assert found() == (True, "32 schemas of at most 5000, 2 of them spare")
    full, says = found(tenant_limit=40)
    assert not full
    assert "it is time for another cell" in says
    ships.line.execute(f'CREATE TABLE "{odd}".extra (id integer)')
    ships.migrate(change(*GROW))
    assert found()[0] is False
    assert "1 failed" in found()[1]
