"""What a killed PostgreSQL leaves behind: its pid file, and sometimes itself or its children."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

from kameng.kit.embedded import process
from kameng.kit.embedded.errors import AlreadyRunning


def clear(data: Path, folder: Path) -> None:
    """Make way for a new server on `data`. We hold the lock of `folder`, so the old launcher is
    dead: an orphan that still runs here is stopped; any other process merely got its number."""
    file = data / "postmaster.pid"
    if not file.exists():
        return
    first = file.read_text().split("\n", 1)[0]
    orphan = int(first) if first.isdigit() else 0
    if orphan and _serves(orphan, data) and not process.stop_orphan(orphan, signal.SIGINT):
        raise AlreadyRunning(folder)
    file.unlink(missing_ok=True)


def end_children(data: Path) -> None:
    """Kill what still works for a server on `data` that is dead: each child ends by itself when it
    next waits for something, which one amid a long statement does not do for long. Nothing of
    theirs is committed, and the next server recovers as after any crash."""
    for facts in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (facts / "comm").read_text() == "postgres\n" and (facts / "cwd").samefile(data):
                os.kill(int(facts.name), signal.SIGKILL)


def _serves(pid: int, data: Path) -> bool:
    """Whether process `pid` is a server on `data`."""
    if not process.alive(pid):
        return False
    facts = Path(f"/proc/{pid}")
    try:
        return (facts / "cwd").samefile(data)
    except OSError:  # not ours to look into, or no /proc: believe the file unless the name differs
        name = facts / "comm"
        return not name.exists() or name.read_text().strip() == "postgres"
