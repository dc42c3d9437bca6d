"""A program that migrates or builds and dies by SIGKILL before its n-th statement.

Started once; each try runs in a fork of it, so that a death costs milliseconds.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).parents[2]
NAME = "falling"


@dataclass
class Faller:
    """The running program, as a test sees it."""

    process: subprocess.Popen[str]
    url: str

    def dies(self, job: str, step: int, **given: Any) -> bool:
        """Do the job and die before this statement; False if the job was done before."""
        asked = {"job": job, "step": step, "url": f"{self.url}?application_name={NAME}", **given}
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        status = json.loads(self.process.stdout.readline())
        assert status in (0, -signal.SIGKILL), status
        return status != 0


def wait_until_noticed(line: psycopg.Connection[Any]) -> None:
    """A dead client's statement may still run on the server: wait until it has ended too."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s"
    while line.execute(query, [NAME]).fetchone() != (0,):
        pass


@contextmanager
def ready(url: str) -> Iterator[Faller]:
    """The program, for the database whose owner signs in at `url`."""
    env = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}"}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.falling"],
        cwd=ROOT,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Faller(process, url)
    finally:
        assert process.stdin
        assert process.stdout
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


def migrate(asked: dict[str, Any]) -> None:
    """All sites, to the revision and by the statements asked for."""
    from kameng.kit import clock
    from migrations import runner
    from tests.support import armada

    change = armada.change(*asked["statements"])
    runner.run(asked["url"], change, now=clock.now(), workers=asked.get("workers", 1))


def build(asked: dict[str, Any]) -> None:
    """One spare schema, as the builder builds it."""
    from kameng.kit import clock
    from migrations import run
    from tenants.database import connect_engine

    with connect_engine(asked["url"], pool_size=1).connect() as connection:
        run.build_spare(connection, now=clock.now())


def _die_at(step: int) -> None:
    """Every statement is a step, whichever way it goes to the server."""
    left = step

    def counted(send: Any) -> Any:
        def sending(*args: Any, **kwargs: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return send(*args, **kwargs)

        return sending

    psycopg.Cursor.execute = counted(psycopg.Cursor.execute)  # type: ignore[method-assign]


def _serve() -> None:
    from migrations import run
    from tests.support import armada

    assert armada
    run.tenant_script()
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            _die_at(asked["step"])
            globals()[asked["job"]](asked)
            os._exit(0)
        _, raw = os.waitpid(child, 0)
        sys.stdout.write(json.dumps(os.waitstatus_to_exitcode(raw)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
