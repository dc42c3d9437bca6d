"""Figures of the start: from an empty clone to a page, from a stopped deployment to a page, and
what our own code adds to the import of its libraries."""

from __future__ import annotations

import http.client
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import figure
from kameng.kit.embedded.process import free_port

WARM, SOAK_WARM = 3, 10
IMPORTS, SOAK_IMPORTS = 5, 20
PATIENCE = 300.0
LIBRARIES = (
    "flask",
    "flask_sqlalchemy",
    "sqlalchemy.orm",
    "sqlalchemy_utils",
    "flask_login",
    "flask_wtf",
    "flask_babel",
    "flask_limiter",
    "pydantic",
    "nh3",
    "rq",
    "redis",
    "stripe",
    "argon2",
    "cryptography.hazmat.primitives.ciphers.aead",
    "pyotp",
    "jinja2",
)


def main() -> None:
    """Print the figures of the group."""
    with tempfile.TemporaryDirectory(prefix="kameng-start-") as place:
        clone = Path(place) / "clone"
        _clone(clone)
        figure.show("fresh_to_page_s", _seconds_to_page(clone), "s", against="empty clone")
        starts = SOAK_WARM if figure.soaking() else WARM
        warm = []
        for done in range(starts):
            warm.append(_seconds_to_page(clone))
            figure.progress(done + 1, starts, "warm starts")
        figure.show("warm_to_page_s", round(statistics.median(warm), 2), "s", against="same clone")
    _imports()


def _clone(place: Path) -> None:
    """What a newcomer gets: the committed files and nothing else."""
    subprocess.run(["git", "clone", "-q", str(figure.ROOT), str(place)], check=True)


def _seconds_to_page(clone: Path) -> float:
    """Seconds from `make run` to the first 200 of the master site; the run is stopped again."""
    port = free_port()
    env = {"PATH": _path(), "HOME": str(Path.home()), "PORT": str(port)}
    log = clone.parent / "run.log"
    began = time.monotonic()
    with log.open("wb") as out:
        run = subprocess.Popen(
            ["make", "run"], cwd=clone, env=env, stdout=out, stderr=out, start_new_session=True
        )
    try:
        _wait_for_page(port, run, log)
        return round(time.monotonic() - began, 2)
    finally:
        os.killpg(run.pid, signal.SIGINT)
        run.wait(60)


def _path() -> str:
    """The search path without our own virtualenv, so that the clone makes one."""
    own = str(Path(sys.executable).parent)
    return os.pathsep.join(word for word in os.get_exec_path() if word != own)


def _wait_for_page(port: int, run: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while _status(port) != 200:
        if run.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"make run gave no page:\n{log.read_text()[-3000:]}")
        time.sleep(0.05)


def _status(port: int) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        line.request("GET", "/", headers={"Host": f"hub.localhost:{port}"})
        return line.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        line.close()


def _imports() -> None:
    """The import of the app against the import of its web libraries alone, in fresh processes."""
    rounds = SOAK_IMPORTS if figure.soaking() else IMPORTS
    libraries = [name for name in LIBRARIES if _importable(name)]
    ours, theirs = [], []
    for done in range(rounds):
        ours.append(_import_seconds("import kameng.app"))
        theirs.append(_import_seconds("import " + ", ".join(libraries)))
        figure.progress(done + 1, rounds, "imports")
    ratio = statistics.median(ours) / statistics.median(theirs)
    base = f"libraries {statistics.median(theirs) * 1000:.0f} ms"
    figure.show("import_vs_libraries", round(ratio, 2), "ratio", against=base)


def _importable(name: str) -> bool:
    return not subprocess.run(
        [sys.executable, "-c", f"import {name}"], capture_output=True, check=False
    ).returncode


def _import_seconds(line: str) -> float:
    timed = f"import time; a = time.perf_counter()\n{line}\nprint(time.perf_counter() - a)"
    done = subprocess.run(
        [sys.executable, "-c", timed], capture_output=True, text=True, check=True, cwd=figure.ROOT
    )
    return float(re.findall(r"[0-9.e-]+", done.stdout)[-1])
