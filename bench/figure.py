"""What the groups share: one JSON line per figure, progress, and a deployment to measure."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kameng.config import Settings
from kameng.faces.worker import keys, servers, setting_up

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
_SOAK = "--soak"
_WIDTH = 30
_told = -1


def show(key: str, value: float | None, unit: str, *, against: str | None = None) -> None:
    """Print one figure; None means it could not be measured here, and is said so."""
    line = {"figure": key, "value": value, "unit": unit, "against": against, "machine": machine()}
    print(json.dumps(line, ensure_ascii=False), flush=True)


@cache
def machine() -> str:
    """What the figures were measured on: processors, memory, system, Python."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    memory = f"{pages * size / 2**30:.0f} GB"
    system = f"{platform.system()} {platform.release()}"
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{os.cpu_count()} × {_processor()}, {memory}, {system}, {python}"


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text().splitlines() if facts.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def soaking() -> bool:
    """Whether the full counts are asked for."""
    return _SOAK in sys.argv


def progress(done: int, total: int, what: str = "") -> None:
    """Draw how far we are on standard error, where it does not disturb the figures; where nobody
    watches it but a file, a line for each tenth."""
    global _told
    watched, tenth = sys.stderr.isatty(), 10 * done // max(total, 1)
    if not watched and tenth == _told:
        return
    _told = tenth
    filled = _WIDTH * done // max(total, 1)
    end = "\r" if watched and done < total else "\n"
    bar = "#" * filled + "." * (_WIDTH - filled)
    print(f"  [{bar}] {done}/{total} {what}", end=end, file=sys.stderr, flush=True)


@contextmanager
def deployment() -> Iterator[Settings]:
    """Settings of a fresh, migrated deployment on durable servers that is gone afterwards."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kameng-bench-")))
        env = {"KAMENG_ENV": "test", "KAMENG_HOME": str(home), "PATH": os.defpath}
        found = stack.enter_context(servers.standing(keys.completed(env, home), home))
        chosen = Settings.load(found)
        setting_up.migrate(chosen)
        yield chosen


@contextmanager
def kept(group: str) -> Iterator[Settings]:
    """The same, but in var/bench/<group>, where it stays: a soak goes on with what is there."""
    home = ROOT / "var/bench" / group
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    env = {"KAMENG_ENV": "development", "KAMENG_HOME": str(home), "PATH": os.defpath}
    with servers.standing(keys.completed(env, home), home) as found:
        chosen = Settings.load(found)
        setting_up.migrate(chosen)
        yield chosen


def forget(group: str) -> None:
    """Remove what `kept` holds: for a run that must not find what a whole one has done."""
    shutil.rmtree(ROOT / "var/bench" / group, ignore_errors=True)


class Notebook:
    """What a long run has counted so far, so that it can be taken up again where it was cut."""

    def __init__(self, group: str) -> None:
        self.file = ROOT / "var/bench" / f"{group}.json"
        self.notes: dict[str, Any] = {}
        if soaking() and self.file.exists():
            self.notes = json.loads(self.file.read_text())

    def keep(self, **notes: object) -> None:
        """Remember `notes`; only a soak is written down."""
        self.notes |= notes
        if soaking():
            self.file.parent.mkdir(parents=True, exist_ok=True)
            draft = self.file.with_suffix(".new")
            draft.write_text(json.dumps(self.notes))
            draft.replace(self.file)

    def close(self) -> None:
        """The run is whole: the next one begins anew."""
        self.file.unlink(missing_ok=True)
