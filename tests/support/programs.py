"""Programs of the system some tests need: PgBouncer and Caddy, run as an ordinary account.

Without them those tests are left out and say so; with REQUIRE_PROXIES=1 (CI) that is a failure.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from kameng.kit.embedded import process

STARTED_WITHIN = 15.0


def path_of(name: str) -> str:
    """Where a program is; also looked for where Debian puts what only servers run."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin")
    if found is None and os.environ.get("REQUIRE_PROXIES") == "1":
        pytest.fail(f"REQUIRE_PROXIES=1, but there is no {name} (apt install {name})")
    if found is None:
        pytest.skip(f"no {name} here (apt install {name})")
    return found


@contextmanager
def folder(prefix: str) -> Iterator[Path]:
    """A folder the ordinary account can enter and write to, gone at the end."""
    made = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        made.chmod(0o755)
        process.give(made, process.account_for(made))
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def running(argv: Sequence[str], home: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A program that listens on `port`, from its start until the end of the block."""
    log = home / "said.log"
    started = process.spawn(
        argv,
        log=log,
        last_wish=signal.SIGKILL,
        cwd=home,
        env={"HOME": str(home), "PATH": os.environ.get("PATH", "")},
        **process.identity(process.account_for(home)),
    )
    try:
        _wait_for(port, started, log)
        yield started
    finally:
        process.stop(started, signal.SIGTERM, patience=5)


def _wait_for(port: int, started: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < deadline and started.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError(f"{started.args!r} does not listen: {log.read_text('utf-8', 'replace')}")
