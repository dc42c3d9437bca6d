"""`kameng run` as a person uses it: up, killed, up again, a page, its servers killed alone, Ctrl-C,
and everything kept."""

from __future__ import annotations

import http.client
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
import redis

from kameng.faces.worker import running
from kameng.kit.embedded import errors, postgres, process

if TYPE_CHECKING:
    from collections.abc import Iterator

_UP, _DOWN, _BACK = 90, 30, 30


class Run:
    """One `kameng run` in a session of its own, its output in a file."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port, self.log = home, port, home.with_suffix(".log")
        env = {
            "KAMENG_HOME": str(home),
            "PORT": str(port),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{running.ROOT}:{running.ROOT / 'platform'}",
            "WEB_CONCURRENCY": "1",
        }
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "kameng.faces.worker.cli", "run"],
                env=env,
                stdout=out,
                stderr=out,
                cwd=running.ROOT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.log.read_text()

    def wait_until_up(self) -> None:
        deadline = time.monotonic() + _UP
        while "Press Ctrl-C" not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)

    def status_of(self, host: str) -> int:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        line.request("GET", "/", headers={"Host": f"{host}.localhost:{self.port}"})
        status = line.getresponse().status
        line.close()
        return status

    def database(self) -> str:
        note = (self.home / "running.env").read_text().splitlines()
        return dict(line.split("=", 1) for line in note)["DATABASE_URL"]

    def process_of(self, server: str) -> int:
        """The number of an embedded server's process."""
        if server == "PostgreSQL":
            return int((self.home / "postgres/data/postmaster.pid").read_text().split()[0])
        note = (self.home / "running.env").read_text().splitlines()
        url = dict(line.split("=", 1) for line in note)["REDIS_URL"]
        with redis.Redis.from_url(url) as line:
            return int(line.info("server")["process_id"])

    def comes_back(self, server: str) -> None:
        """Whether pages and what works behind them are there again after a SIGKILL."""
        pid = self.process_of(server)
        os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + _BACK
        while f"{server} had ended; it was started again" not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)
        assert [self.status_of(host) for host in ("hub", "ada", "console")] == [200, 200, 303]
        assert self.process_of(server) != pid

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(_DOWN)


def _port() -> int:
    """A free port below those that the system itself gives to connections under way."""
    for port in random.sample(range(20_000, 32_000), 20):
        with suppress(errors.PortBusy):
            return process.free_port(port)
    raise AssertionError("no port is free")


@contextmanager
def started(home: Path) -> Iterator[Run]:
    run = Run(home, _port())
    try:
        run.wait_until_up()
        yield run
    finally:
        run.process.kill()
        run.process.wait()


def _mine(home: Path) -> list[str]:
    """Processes whose environment names this home."""
    mark = f"KAMENG_HOME={home}".encode()
    found = []
    for facts in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (facts / "environ").read_bytes().split(b"\0"):
                found.append((facts / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def _sites(url: str) -> int:
    with psycopg.connect(url) as line:
        row = line.execute("SELECT count(*) FROM shared.tenant").fetchone()
    assert row is not None
    return int(row[0])


def _nothing_left(home: Path) -> bool:
    deadline = time.monotonic() + _DOWN
    while _mine(home) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not _mine(home)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_run_answers_stops_cleanly_and_keeps_everything(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with started(home) as first:
        keys, sites = (home / "keys.env").read_bytes(), _sites(first.database())
        first.process.kill()
        first.process.wait()
        assert _nothing_left(home)
    with started(home) as second:
        assert second.status_of("hub") == 200
        assert second.status_of("ada") == 200
        assert second.status_of("console") in {200, 302, 303}
        assert second.status_of("nobody-has-this-name") == 404
        assert (home / "keys.env").read_bytes() == keys
        assert _sites(second.database()) == sites
        second.comes_back("PostgreSQL")
        second.comes_back("Valkey")
        assert second.interrupt() == 0, second.said()
        assert _nothing_left(home)
        assert "Traceback" not in second.said()
    assert not (home / "running.env").exists()
    server = postgres.start(home / "postgres")
    try:
        assert _sites(server.url_admin) == sites
    finally:
        server.stop()
