"""Valkey in a folder: queue and cache with nothing to install, kept across starts."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from kameng.kit.embedded import binaries, process
from kameng.kit.embedded import folder as folders
from kameng.kit.embedded.errors import StartFailed, explained

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import BinaryIO

_NAME = "Valkey"
_PATIENCE = 60.0


@dataclass
class Server:
    """A running server; `url` carries its password."""

    url: str
    _process: subprocess.Popen[bytes]
    _lock: BinaryIO = field(repr=False)
    _launched: Callable[[], subprocess.Popen[bytes]] = field(repr=False)
    name: str = _NAME

    def fell(self) -> bool:
        """Whether it has ended without having been stopped."""
        return self._process.poll() is not None

    def rise(self) -> None:
        """Start it again after it fell: same data, same address. Raises an `EmbeddedError`."""
        self._process = self._launched()

    def stop(self) -> None:
        """Stop it cleanly; a second call does nothing."""
        process.stop(self._process, signal.SIGTERM)
        self._lock.close()


def start(folder: Path, *, port: int | None = None, persistent: bool = True) -> Server:
    """Start the server in `folder`; its append-only file brings everything back next time.

    `port` None picks a free one; `persistent` False keeps nothing (tests).
    Raises an `EmbeddedError` whose text is one clear sentence.
    """
    folder = folder.absolute()
    with folders.named_errors(folder):
        folders.prepare(folder)
        held = folders.lock(folder)
        try:
            return _started(folder, held, port=port, persistent=persistent)
        except BaseException:
            held.close()
            raise


def _started(folder: Path, held: BinaryIO, *, port: int | None, persistent: bool) -> Server:
    chosen = process.free_port(port)
    password = _password(folder / "password")
    config = folder / "valkey.conf"
    config.touch(mode=0o600)
    config.write_text(_settings(folder, chosen, password, persistent=persistent))
    launched = partial(_launched, folder, config, chosen, password)
    return Server(f"redis://:{password}@127.0.0.1:{chosen}/0", launched(), held, launched)


def _launched(folder: Path, config: Path, port: int, password: str) -> subprocess.Popen[bytes]:
    log = folder / "valkey.log"
    with folders.named_errors(folder):
        log.write_bytes(b"")
        program = str(binaries.valkey())
        running = process.spawn([program, str(config)], log=log, last_wish=signal.SIGTERM)
    try:
        _wait(folder, running, port, password)
    except BaseException:
        process.stop(running, signal.SIGTERM)
        raise
    return running


def _password(file: Path) -> str:
    return folders.password(file) if file.exists() else folders.new_password(file)


def _settings(folder: Path, port: int, password: str, *, persistent: bool) -> str:
    """A file, not arguments: everybody on the machine can read a command line."""
    keep = "yes" if persistent else "no"
    return "\n".join(
        (
            f"port {port}",
            "bind 127.0.0.1",
            f'requirepass "{password}"',
            f'dir "{folder}"',
            f"appendonly {keep}",
            'save ""',
            "appendfsync everysec",
            "maxmemory-policy noeviction",
            "",
        )
    )


def _wait(folder: Path, running: subprocess.Popen[bytes], port: int, password: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not _answers(port, password):
        if running.poll() is not None:
            raise explained(_NAME, folders.tail(folder / "valkey.log"), folder, port)
        if time.monotonic() > deadline:
            raise StartFailed(_NAME, f"it was not ready after {_PATIENCE:.0f} s.")
        time.sleep(0.01)


def _answers(port: int, password: str) -> bool:
    """Whether it lets us in and has finished loading what it kept."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
            line.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            replies = line.makefile("rb")
            return replies.readline() == b"+OK\r\n" and replies.readline() == b"+PONG\r\n"
    except OSError:
        return False
