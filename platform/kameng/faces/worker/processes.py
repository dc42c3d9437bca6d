"""The Procfile's processes under honcho: one terminal, one Ctrl-C, and no orphans."""

from __future__ import annotations

import ctypes
import functools
import shlex
import signal
import sys
from typing import TYPE_CHECKING, Any

from honcho.manager import Manager
from honcho.printer import Printer
from honcho.process import Popen, Process

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_PR_SET_PDEATHSIG = 1


def commands(procfile: Path) -> dict[str, str]:
    """Name -> command line, in the order of the file."""
    lines = (line.partition(":") for line in procfile.read_text().splitlines())
    return {
        name.strip(): command.strip()
        for name, colon, command in lines
        if colon and not name.lstrip().startswith("#")
    }


def first_then(wanted: Mapping[str, str], up: Path) -> dict[str, str]:
    """The same commands, all but the first waiting for the file `up`: the page comes first,
    and on a small machine six interpreters starting at once would keep it back."""
    hold = f"while [ ! -e {shlex.quote(str(up))} ]; do sleep 0.05; done; "
    first = next(iter(wanted))
    return {name: command if name == first else hold + command for name, command in wanted.items()}


def keep_running(wanted: Mapping[str, str], *, env: Mapping[str, str], root: Path) -> int:
    """Run all commands until one ends or we are told to stop; returns the exit status.

    Being told to stop (Ctrl-C, SIGTERM) is a success.
    """
    manager = Manager(Printer(sys.stdout))
    manager._process_ctor = _Mortal
    for name, command in wanted.items():
        manager.add_process(name, command, env=dict(env), cwd=str(root))
    manager.loop()
    told = {128 + signal.SIGINT, 128 + signal.SIGTERM}
    return 0 if manager.returncode in told else int(manager.returncode or 1)


class _Mortal(Process):
    """A process that ends with us even when we are killed without a word."""

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        _end_with_parent(signal.SIGKILL)
        wish = functools.partial(_end_with_parent, signal.SIGTERM)
        self._child_ctor = functools.partial(Popen, preexec_fn=wish)
        super().run(events, ignore_signals)


def _end_with_parent(last_wish: signal.Signals) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(last_wish), 0, 0, 0)
