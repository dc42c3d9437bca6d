"""Vouches for what this process remembers of its sites, and tells others what changed.

Word of a change travels over Valkey right after its commit. A listener thread drops what it names;
while it is not connected, or has something unread, nothing is vouched for. Behind it stands the
database's own list of changes, which a second thread reads each second: it finds what was committed
by a process that died before it could tell, by hand, or while Valkey was away.
Both threads start on the first question in a process and never outlive a fork.
"""

from __future__ import annotations

import logging
import os
import select
import socket
import threading
import time
from collections.abc import Iterable
from typing import Any

import psycopg
from redis.exceptions import RedisError

from kameng.kit import cache
from tenants import hosts
from tenants.database import engines

CHANNEL = "kameng:registry"
POLL = 1.0
STALE = 3.0
"""How old the last look at the database's list may be while the memory is still believed."""
FORGOTTEN = 3600.0
"""After so long a silence the list may have lost its oldest rows: everything is looked up anew."""
PATIENCE = 5.0
_LIST = "SELECT version, tenant_id FROM shared.registry_change WHERE version > %s ORDER BY version"
_NEWEST = "SELECT coalesce(max(version), 0) FROM shared.registry_change"
_log = logging.getLogger(__name__)


def configure() -> None:
    """Begin anew for the settings just made; nothing is started before the first question."""
    _end()
    hosts.attach(hosts.Watch(_vouched, publish))


def publish(ids: Iterable[int]) -> None:
    """Tell every process to forget these sites; without Valkey the database's list does it.

    The server answers whoever publishes before it writes to the lines of those who listen. A second
    question is only answered in its next round, so that when this returns the word has left.
    """
    try:
        client = cache.client()
        client.publish(CHANNEL, " ".join(str(one) for one in ids))
        client.ping()
    except RedisError as error:
        _log.warning("a change was not told at once: %s", type(error).__name__)


class Listener(threading.Thread):
    """Hears what other processes tell. A line that breaks is a reason to forget everything."""

    def __init__(self) -> None:
        super().__init__(name="registry-listener", daemon=True)
        self.stopping = threading.Event()
        self.line: socket.socket | None = None
        self.applied = True

    def up_to_date(self) -> bool:
        """Whether all that has arrived is applied. The line is looked at first: what was read off
        it before that moment has `applied` false until it is dropped."""
        line = self.line
        return line is not None and not _readable(line, 0) and self.applied

    def run(self) -> None:
        while not self.stopping.is_set():
            try:
                self._listen()
            except (RedisError, OSError, ValueError) as error:
                _log.info("not listening for changes: %s", type(error).__name__)
            finally:
                self.line = None
            self.stopping.wait(POLL / 4)

    def _listen(self) -> None:
        line = cache.own_line()
        try:
            line.connect()
            line.send_command("SUBSCRIBE", CHANNEL)
            line.read_response()
            hosts.clear()
            self.applied = True
            self.line = line._get_socket()
            while not self.stopping.is_set():
                self._hear(line)
        finally:
            self.line = None
            line.disconnect()

    def _hear(self, line: Any) -> None:
        """Apply all that has arrived; after a long silence ask whether anybody is still there."""
        heard = line._get_socket()
        if not _readable(heard, PATIENCE):
            line.send_command("PING")
            if not _readable(heard, PATIENCE):
                raise OSError("no answer")
        self.applied = False
        while True:
            self._take(line.read_response())
            if not line.can_read(timeout=0):
                break
        self.applied = True

    def _take(self, message: Any) -> None:
        kind, *_, content = message
        if kind == b"message":
            hosts.drop(int(one) for one in content.split())


class Reader(threading.Thread):
    """Reads one cell's list of changes each second; `at` is when it last could."""

    def __init__(self, cell: str) -> None:
        super().__init__(name=f"registry-reader-{cell}", daemon=True)
        self.cell = cell
        self.stopping = threading.Event()
        self.at = -FORGOTTEN
        self.version: int | None = None
        self.database: psycopg.Connection[Any] | None = None

    def recent(self) -> bool:
        return time.monotonic() - self.at < STALE

    def run(self) -> None:
        while not self.stopping.is_set():
            try:
                self._read()
            except psycopg.Error as error:
                _log.info("changes of cell %s not read: %s", self.cell, type(error).__name__)
                self._close()
            self.stopping.wait(POLL)
        self._close()

    def _read(self) -> None:
        began = time.monotonic()
        if self.database is None:
            self.database = psycopg.connect(
                engines.address(self.cell, "app_shared"),
                autocommit=True,
                prepare_threshold=None,
                connect_timeout=int(PATIENCE),
            )
        if self.version is None or began - self.at > FORGOTTEN:
            self.version = int(self._rows(_NEWEST)[0][0])
            hosts.clear()
        found = self._rows(_LIST, (self.version,))
        if found:
            hosts.drop(row[1] for row in found)
            self.version = found[-1][0]
        self.at = began

    def _rows(self, query: Any, values: tuple[int, ...] = ()) -> list[Any]:
        assert self.database is not None
        return self.database.execute(query, values).fetchall()

    def _close(self) -> None:
        if self.database is not None:
            self.database.close()
        self.database = None


class _Threads:
    """The threads of this process, started together."""

    def __init__(self) -> None:
        self.listener = Listener()
        self.readers = [Reader(cell) for cell in engines.cells()]
        for thread in (self.listener, *self.readers):
            thread.start()

    def stop(self) -> None:
        self.listener.stopping.set()
        for reader in self.readers:
            reader.stopping.set()


_threads: _Threads | None = None
_starting = threading.Lock()


def _vouched() -> frozenset[str]:
    """The cells whose remembered sites may be believed at this moment."""
    threads = _threads or _started()
    if not threads.listener.up_to_date():
        return frozenset()
    return frozenset(reader.cell for reader in threads.readers if reader.recent())


def _started() -> _Threads:
    global _threads
    with _starting:
        _threads = _threads or _Threads()
        return _threads


def _end() -> None:
    global _threads
    if _threads is not None:
        _threads.stop()
    _threads = None


def _readable(line: socket.socket, seconds: float) -> bool:
    """Whether something has arrived on the line, or it has ended."""
    number = line.fileno()
    if number < 0:
        return True
    asked = select.poll()
    asked.register(number, select.POLLIN | select.POLLHUP | select.POLLERR)
    return bool(asked.poll(seconds * 1000))


def _in_child() -> None:
    global _threads, _starting
    _threads, _starting = None, threading.Lock()


os.register_at_fork(after_in_child=_in_child)
