"""A process that goes round the cells ends as a whole: whoever watches it starts it anew."""

from __future__ import annotations

import threading
from datetime import datetime

import psycopg
import pytest

from kameng.config import Settings
from kameng.faces.worker import builder, cells
from kameng.faces.worker.builder import PAUSE, Builder
from kameng.kit import clock
from tenants.database import engines
from tenants.tree import MAIN


@pytest.mark.parametrize("broken", [MAIN, "east"])
def test_a_loop_that_breaks_ends_the_loops_of_all_cells(
    broken: str, tools: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "cells", lambda: (MAIN, "east", "west"))
    stopping, ended = threading.Event(), set[str]()

    def work(cell: str) -> None:
        if cell == broken:
            raise KeyError(cell)
        assert stopping.wait(10)
        ended.add(cell)

    with pytest.raises(KeyError):
        cells.go_round(work, stop=stopping.set)
    assert ended == {MAIN, "east", "west"} - {broken}


def test_a_clock_does_not_outlive_its_builder(
    tools: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Builder, "run", lambda _: None)
    stopping = threading.Event()
    builder.beside(MAIN, stopping).join(10)
    assert stopping.is_set()


def test_a_database_that_goes_while_older_schemas_are_brought_along_is_asked_again(
    tools: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The migrations' runner speaks to the driver itself, and so do its errors."""

    def gone(_self: Builder, _seen: object, _now: datetime) -> float:
        raise psycopg.OperationalError("the connection is lost")

    monkeypatch.setattr(Builder, "_done", gone)
    made = Builder(MAIN, threading.Event())
    assert made.turn(clock.now()) == PAUSE
    assert made.trouble == "the connection is lost"
