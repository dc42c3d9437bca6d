"""A second process that looks up hosts and changes sites, as a web process beside the test's own.

Reads one JSON list per line and answers with one: ["look", host] -> [state, statements it took],
["suspend", site], ["suspend and die", site]: killed after its commit, before it could tell anybody.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
WARM_WITHIN = 10.0


@dataclass
class Beside:
    """The other process, as the test sees it."""

    process: subprocess.Popen[str]

    def ask(self, *what: Any) -> Any:
        """Send one order and wait for its answer; None when the process died of it."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        return json.loads(line) if line else None

    def state_of(self, host: str) -> str:
        """What the other process says of a host at this moment."""
        return str(self.ask("look", host)[0])

    def warm(self, host: str) -> None:
        """Wait until it answers from memory."""
        deadline = time.monotonic() + WARM_WITHIN
        while self.ask("look", host)[1]:
            assert time.monotonic() < deadline, "nothing is ever remembered"
            time.sleep(0.05)


@contextmanager
def beside(settings: object) -> Iterator[Beside]:
    """A second process for these settings; gone at the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.looking", pickle.dumps(settings).hex()],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    try:
        yield Beside(process)
    finally:
        with suppress(BrokenPipeError):
            process.stdin.close()
        process.wait(10)
        process.stdout.close()


def _serve(settings: Any) -> None:
    from sqlalchemy import Engine, event

    from kameng import wiring

    wiring.connect(settings)
    sent: list[object] = []
    event.listen(Engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    for line in sys.stdin:
        verb, subject = json.loads(line)
        sent.clear()
        answer = _look(subject) if verb == "look" else _suspend(subject, dies="die" in verb)
        sys.stdout.write(json.dumps([answer, len(sent)]) + "\n")
        sys.stdout.flush()


def _look(host: str) -> str:
    from tenants import registry

    found = registry.by_host(host)
    return found.state if found else ""


def _suspend(site_id: int, *, dies: bool) -> str:
    from tenants import hosts, registry
    from tenants.context import shared
    from tenants.database import session

    if dies:
        hosts.drop = lambda ids: os.kill(os.getpid(), signal.SIGKILL)
    with shared():
        site = registry.by_id(site_id)
        assert site
        registry.suspend(site)
        session.commit()
    return "suspended"


if __name__ == "__main__":
    _serve(pickle.loads(bytes.fromhex(sys.argv[1])))
