"""One server process: which account it runs under, how it is started, and how it is stopped."""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kameng.kit.embedded.errors import NoAccount, PortBusy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_PR_SET_PDEATHSIG = 1
_HOST = "127.0.0.1"


@dataclass(frozen=True)
class Account:
    """An ordinary account a server runs under when we are root."""

    uid: int
    gid: int

    def may_enter(self, path: Path) -> bool:
        """Whether every folder above and including `path` lets this account pass."""
        return all(self._passes(folder) for folder in (path, *path.parents))

    def _passes(self, folder: Path) -> bool:
        facts = folder.stat()
        shift = 6 if facts.st_uid == self.uid else 3 if facts.st_gid == self.gid else 0
        return bool(facts.st_mode >> shift & 0o1)


def account_for(data: Path) -> Account | None:
    """None when we are an ordinary user; else the owner of `data`, or nobody if that is root."""
    if os.geteuid() != 0:
        return None
    if data.exists() and (facts := data.stat()).st_uid != 0:
        return Account(facts.st_uid, facts.st_gid)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise NoAccount from None
    return Account(nobody.pw_uid, nobody.pw_gid)


def give(path: Path, account: Account | None) -> None:
    """Hand `path` to the account the server runs under, if it is not our own."""
    if account is not None:
        os.chown(path, account.uid, account.gid)


def identity(account: Account | None) -> dict[str, Any]:
    """The keyword arguments of subprocess that change to `account` for good."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def spawn(
    argv: Sequence[str], *, log: Path, last_wish: signal.Signals, **options: Any
) -> subprocess.Popen[bytes]:
    """Start a server that outlives a Ctrl-C in our terminal but not our own death.

    Its own session keeps the terminal's signals away; `last_wish` is what the kernel sends it
    if we are killed before we could stop it.
    """
    with log.open("ab") as out:
        return subprocess.Popen(
            argv,
            stdout=out,
            stderr=out,
            start_new_session=True,
            preexec_fn=_die_with_parent(last_wish),
            **options,
        )


def _die_with_parent(last_wish: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def wish() -> None:
        prctl(_PR_SET_PDEATHSIG, int(last_wish), 0, 0, 0)

    return wish


def stop(process: subprocess.Popen[bytes], *signals: signal.Signals, patience: float = 30) -> None:
    """Send each signal in turn until the process is gone, waiting `patience` seconds each."""
    for wanted in signals:
        if process.poll() is not None:
            return
        process.send_signal(wanted)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
    process.kill()
    process.wait()


def alive(pid: int) -> bool:
    """Whether a process with this number exists, ours or not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def stop_orphan(pid: int, wanted: signal.Signals, *, patience: float = 30) -> bool:
    """Stop a process that is not our child; True once it is gone."""
    deadline = time.monotonic() + patience
    while alive(pid) and time.monotonic() < deadline:
        os.kill(pid, wanted)
        time.sleep(0.1)
    return not alive(pid)


def free_port(port: int | None = None) -> int:
    """`port` if it is free on the loopback address, or any free one when none is asked for."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port or 0))
        except OSError:
            raise PortBusy(port or 0) from None
        return int(probe.getsockname()[1])
