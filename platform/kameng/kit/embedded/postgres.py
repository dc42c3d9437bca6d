"""PostgreSQL in a folder: made on first use, started in a moment, stopped without loss.

The wheel's programs are run directly: its own Python side adds users and opens parent folders.
PostgreSQL refuses root, so as root an ordinary account runs it; the server is started *inside*
its data folder and told to use `/proc/self/cwd`, which works below a private home as well.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kameng.kit.embedded import binaries, orphans, process
from kameng.kit.embedded import folder as folders
from kameng.kit.embedded.errors import (
    HalfInitialised,
    OtherVersion,
    StartFailed,
    StillHeld,
    explained,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

VERSION = "18"
DATABASE = "kameng"
_NAME = "PostgreSQL"
_HERE = "/proc/self/cwd"
_SYNC = "syncfs" if sys.platform == "linux" else "fsync"  # one call, not a thousand
_PATIENCE = 120.0
_CHILDREN = 10.0
_LOG_LIMIT = 10_000_000
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "100",
    "max_locks_per_transaction": "512",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
}
_FLEETING = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",  # nothing lives long enough to be tidied: fifteen seconds of each worker
    "wal_level": "replica",  # minimal: twice the time for a schema
    "max_wal_senders": "0",
}


@dataclass(frozen=True)
class _Place:
    """Where one server lives, and the account it runs under (None = our own)."""

    folder: Path
    account: process.Account | None
    programs: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def draft(self) -> Path:
        return self.folder / "data.new"

    @property
    def password(self) -> Path:
        return self.folder / "password"

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    @property
    def here(self) -> str:
        return "." if self.account is None else _HERE


@dataclass
class Server:
    """A running server; `url_admin` signs in as its superuser."""

    url_admin: str
    _process: subprocess.Popen[bytes]
    _sockets: Path
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
        process.stop(self._process, signal.SIGINT, signal.SIGQUIT)
        shutil.rmtree(self._sockets, ignore_errors=True)
        self._lock.close()


def start(folder: Path, *, port: int | None = None, durable: bool = True) -> Server:
    """Start the database in `folder`, creating it on first use.

    `port` None picks a free one; `durable` False gives up crash safety for speed (tests).
    Raises an `EmbeddedError` whose text is one clear sentence.
    """
    folder = folder.absolute()
    with folders.named_errors(folder):
        folders.prepare(folder)
        held = folders.lock(folder)
        try:
            return _started(_place(folder), held, port=port, durable=durable)
        except BaseException:
            held.close()
            raise


def _place(folder: Path) -> _Place:
    account = process.account_for(folder / "data")
    return _Place(folder, account, binaries.postgres(account))


def _started(place: _Place, held: BinaryIO, *, port: int | None, durable: bool) -> Server:
    chosen = process.free_port(port)
    sockets = Path(tempfile.mkdtemp(prefix="kameng-"))
    try:
        process.give(sockets, place.account)
        if not _exists(place):
            _create(place, sockets, durable=durable)
        password = folders.password(place.password)
        launched = partial(_launched, place, sockets, chosen, durable=durable)
        running = launched()
    except BaseException:
        shutil.rmtree(sockets, ignore_errors=True)
        raise
    url = f"postgresql://postgres:{password}@127.0.0.1:{chosen}/{DATABASE}"
    return Server(url, running, sockets, held, launched)


def _launched(place: _Place, sockets: Path, port: int, *, durable: bool) -> subprocess.Popen[bytes]:
    """The server, once what a killed one left has made way."""
    deadline = time.monotonic() + _CHILDREN
    while True:
        with folders.named_errors(place.folder):
            orphans.clear(place.data, place.folder)
            try:
                return _launch(place, sockets, port, durable=durable)
            except StillHeld:
                if time.monotonic() > deadline:
                    raise
        orphans.end_children(place.data)
        time.sleep(0.1)


def _exists(place: _Place) -> bool:
    """Whether a whole database is there; refuses half of one and other versions."""
    if not place.data.exists() or not any(place.data.iterdir()):
        return False
    version = place.data / "PG_VERSION"
    if not version.is_file() or not (place.data / "global/pg_control").is_file():
        raise HalfInitialised(place.data)
    found = version.read_text().strip()
    if found != VERSION:
        raise OtherVersion(place.data, found, VERSION)
    return True


def _create(place: _Place, sockets: Path, *, durable: bool) -> None:
    """Make the database beside its place and move it there whole: a kill leaves only a draft."""
    shutil.rmtree(place.draft, ignore_errors=True)
    place.draft.mkdir(mode=0o700)
    process.give(place.draft, place.account)
    secret = sockets / "password"
    secret.touch(mode=0o600)
    secret.write_text(folders.new_password(place.password))
    process.give(secret, place.account)
    flags = ["-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256"]
    _run(place, "initdb", "-D", place.here, *flags, f"--pwfile={secret}", "--no-sync")
    single = ["--single", "-c", "fsync=off", "-D", place.here, "postgres"]
    _run(place, "postgres", *single, say=f"CREATE DATABASE {DATABASE}\n")
    if durable:
        _run(place, "initdb", "-D", place.here, "--sync-only", f"--sync-method={_SYNC}")
    secret.unlink()
    shutil.rmtree(place.data, ignore_errors=True)
    place.draft.rename(place.data)


def _run(place: _Place, program: str, *arguments: str, say: str = "") -> None:
    """Run one of the programs to its end inside the draft."""
    done = subprocess.run(
        [place.programs / program, *arguments],
        cwd=place.draft,
        input=say,
        capture_output=True,
        text=True,
        errors="replace",
        **process.identity(place.account),
    )
    if done.returncode:
        raise explained(_NAME, done.stdout + done.stderr, place.folder, 0)


def _launch(place: _Place, sockets: Path, port: int, *, durable: bool) -> subprocess.Popen[bytes]:
    settings = _SETTINGS | ({} if durable else _FLEETING)
    settings |= {"port": str(port), "unix_socket_directories": str(sockets)}
    if place.log.exists() and place.log.stat().st_size > _LOG_LIMIT:
        place.log.replace(place.log.with_suffix(".log.1"))
    said = place.log.stat().st_size if place.log.exists() else 0
    words = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
    running = process.spawn(
        [str(place.programs / "postgres"), "-D", place.here, *words],
        log=place.log,
        last_wish=signal.SIGINT,
        cwd=place.data,
        **process.identity(place.account),
    )
    try:
        _wait(place, running, port, said)
    except BaseException:
        process.stop(running, signal.SIGINT, signal.SIGQUIT)
        raise
    return running


def _wait(place: _Place, running: subprocess.Popen[bytes], port: int, said: int) -> None:
    """Until the server says `ready` in its pid file, as its own pg_ctl waits."""
    deadline = time.monotonic() + _PATIENCE
    while not _ready(place):
        if running.poll() is not None:
            raise explained(_NAME, folders.tail(place.log, since=said), place.folder, port)
        if time.monotonic() > deadline:
            raise StartFailed(_NAME, f"it was not ready after {_PATIENCE:.0f} s; see {place.log}.")
        time.sleep(0.01)


def _ready(place: _Place) -> bool:
    try:
        lines = (place.data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > 7 and lines[7].strip() == "ready"
