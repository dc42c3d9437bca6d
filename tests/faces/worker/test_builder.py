"""Schemas for sites to come: built one at a time at half duty, and an empty pool fills itself."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from kameng.config import Settings, settings, use_settings
from kameng.faces.worker import builder, timetable
from kameng.faces.worker.builder import IDLE, POLL, Builder
from kameng.kit import clock, wake
from migrations import run
from tenants import pool
from tenants.context import shared
from tenants.tree import MAIN
from tests.support import agents, terms
from tests.support.signup import answers, post
from tests.support.worlds import Alliance, HostClient


def seen() -> pool.Pool:
    with shared():
        return pool.look(run.head("tenant"))


@pytest.fixture
def made(tools: Settings) -> Iterator[Builder]:
    """A builder of this cell, whose pool is one schema short."""
    use_settings(replace(tools, spares=seen().ready + 1))
    made = Builder(MAIN, threading.Event())
    yield made
    made.let_go()
    use_settings(tools)


def test_one_schema_is_built_at_a_time_and_rested_after(made: Builder) -> None:
    use_settings(replace(settings(), spares=settings().spares + 1))
    before = seen()
    began = time.monotonic()
    rest = made.turn(clock.now())
    assert seen().ready == before.ready + 1
    assert rest == made.took > 0
    assert rest <= time.monotonic() - began
    later = clock.now() + timedelta(seconds=rest)
    assert made.turn(later) == made.took
    assert seen().ready == before.ready + 2
    assert made.turn(clock.now()) == POLL
    assert seen().schemas == before.schemas + 2


def test_two_clocks_together_build_no_faster_than_one(made: Builder) -> None:
    use_settings(replace(settings(), spares=settings().spares + 5))
    other = Builder(MAIN, threading.Event())
    other.took = 30.0
    made.turn(clock.now())
    between = seen().ready
    assert other.turn(clock.now()) == 30.0
    assert seen().ready == between
    other.turn(clock.now() - timedelta(days=1))
    assert seen().ready == between + 1
    other.let_go()


def test_while_another_builder_is_at_it_nothing_is_built(made: Builder, owner: Engine) -> None:
    before = seen()
    with owner.connect() as line, run.Transaction(line):
        assert line.execute(builder._ONE_AT_A_TIME).scalar_one()
        made.turn(clock.now())
    assert seen() == before


def test_at_the_limit_of_the_cell_no_more_are_built_and_it_is_said_once(
    made: Builder, caplog: pytest.LogCaptureFixture
) -> None:
    before = seen()
    use_settings(replace(settings(), tenant_limit=before.schemas))
    with caplog.at_level(logging.WARNING):
        assert [made.turn(clock.now()) for _ in range(3)] == [IDLE] * 3
    assert [one.message for one in caplog.records] == [
        f"no spare sites are built in cell main: {before.schemas} schemas are as many as"
        " KAMENG_TENANT_LIMIT allows"
    ]
    assert seen() == before
    assert before.is_nearly_full(before.schemas + 1)
    assert not before.is_full(before.schemas + 1)


def test_who_waits_for_a_spare_calls_the_builder(
    made: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would look again in ten minutes only."""
    monkeypatch.setattr(builder, "POLL", 600.0)
    wanted = settings().spares + 1
    thread = threading.Thread(target=made.run)
    thread.start()
    try:
        called_until(lambda: seen().ready == wanted - 1)
        use_settings(replace(settings(), spares=wanted))
        called_until(lambda: seen().ready == wanted)
    finally:
        made.stopping.set()
        called_until(lambda: not thread.is_alive())


def called_until(true: Callable[[], bool]) -> None:
    """Call the builder until something has come about."""
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        wake.now(wake.SPARES)
        time.sleep(0.01)


def test_a_schema_that_older_code_built_is_brought_along(made: Builder, owner: Engine) -> None:
    with owner.connect() as line:
        line.execute(
            text(
                "INSERT INTO shared.migration_run (target, began_at, finished_at)"
                " VALUES (:head, :now, :now) ON CONFLICT (target) DO UPDATE SET finished_at = :now"
            ),
            {"head": run.head("tenant"), "now": clock.now()},
        )
        name = run.build_spare(line, now=clock.now())
        back = text(
            "UPDATE shared.tenant_schema_state SET revision = 't0003', target = 't0003'"
            " WHERE schema_name = :name"
        )
        line.execute(back, {"name": name})
        line.exec_driver_sql(
            f'DROP TABLE "{name}".fulfilment, "{name}".order_refund, "{name}".order_event,'
            f' "{name}".order_line, "{name}".shop_order, "{name}".media, "{name}".media_file,'
            f' "{name}".media_part,'
            f' "{name}".article, "{name}".cart_line, "{name}".design_draft'
        )
        assert seen().strays
        made.turn(clock.now())
        assert not seen().strays
        state = text(
            "SELECT revision, state FROM shared.tenant_schema_state WHERE schema_name = :name"
        )
        assert tuple(line.execute(state, {"name": name}).one()) == (run.head("tenant"), "ok")


def test_an_empty_pool_fills_and_the_shops_that_waited_open_by_themselves(
    app: Flask, alliance: Alliance, made: Builder, owner: Engine
) -> None:
    agents.settle(owner)
    with owner.connect() as line:
        line.exec_driver_sql("DELETE FROM shared.schema_pool")
    package = terms.package(alliance.hub)
    client = alliance.client(alliance.hub)
    asked = [answers(package) for _ in range(2)]
    for sent in asked:
        post(client, sent)

    def states() -> list[str]:
        paths = [f"/open/{sent['application']}/state" for sent in asked]
        return [str(client.get(path).get_json()["state"]) for path in paths]

    assert states() == ["applied", "applied"]
    made.turn(clock.now())
    assert states() == ["open", "applied"]
    made.turn(clock.now() + timedelta(seconds=60))
    assert states() == ["open", "open"]
    for sent in asked:
        shop = HostClient(app, app.response_class, host=alliance.settings.host(sent["slug"]))
        assert shop.get("/").status_code == 200


def test_no_sweep_of_the_clock_builds() -> None:
    assert "spares" not in timetable.SWEEPS


def test_a_migration_builds_no_spare_beyond_the_limit_either(made: Builder, owner: Engine) -> None:
    before = seen()
    wanted = before.ready + 3
    run.fill_pool(owner, spares=wanted, limit=before.schemas + 1, now=clock.now())
    assert (seen().ready, seen().schemas) == (before.ready + 1, before.schemas + 1)
    run.fill_pool(owner, spares=wanted, limit=before.schemas, now=clock.now())
    assert seen().schemas == before.schemas + 1
