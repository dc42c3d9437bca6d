"""A server that fell comes back; one that keeps falling ends the run with one sentence."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from kameng.faces.worker.refused import StartRefused
from kameng.faces.worker.watching import FALLS, Watch
from kameng.kit.embedded.errors import DiskFull, EmbeddedError


class Fake:
    """Falls so often as told; cannot rise when `broken` says why."""

    name = "PostgreSQL"

    def __init__(self, falls: int, broken: EmbeddedError | None = None) -> None:
        self.falls, self.broken, self.risen = falls, broken, 0

    def fell(self) -> bool:
        return self.falls > 0

    def rise(self) -> None:
        if self.broken:
            raise self.broken
        self.falls -= 1
        self.risen += 1


def _watched(server: Fake) -> tuple[Watch, threading.Event]:
    told = threading.Event()
    watch = Watch(told.set, look=0.001)
    watch.servers.append(server)
    return watch, told


def _until(server: Fake, risen: int) -> None:
    deadline = time.monotonic() + 10
    while server.risen < risen and time.monotonic() < deadline:
        time.sleep(0.002)


def test_a_server_that_fell_is_started_again(capfd: pytest.CaptureFixture[str]) -> None:
    server = Fake(falls=2)
    watch, told = _watched(server)
    with watch.kept():
        _until(server, 2)
    assert server.risen == 2
    assert not told.is_set()
    assert capfd.readouterr().out.count("PostgreSQL had ended; it was started again in") == 2


def test_a_server_that_keeps_falling_ends_the_run_with_a_sentence() -> None:
    server = Fake(falls=100)
    watch, told = _watched(server)
    with (
        pytest.raises(StartRefused, match=r"PostgreSQL ended .* 4 times within a minute"),
        watch.kept(),
    ):
        assert told.wait(10)
    assert server.risen == FALLS


def test_a_server_that_cannot_be_started_says_why(tmp_path: Path) -> None:
    watch, told = _watched(Fake(falls=1, broken=DiskFull(tmp_path)))
    with (
        pytest.raises(StartRefused, match=r"kept up: The disk that holds .* is full"),
        watch.kept(),
    ):
        assert told.wait(10)
