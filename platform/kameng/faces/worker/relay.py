"""The relay: carries announced facts to their reactions and notifications to their verbs.

Woken by a publish after each commit, and by itself once a second. Everything it does is claimed
first and done twice at most in effect once, so it may be killed at any moment and run twice.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta
from typing import Any

from kameng import wiring
from kameng.config import Settings
from kameng.faces.worker import cells, noticing, queues, reacting
from kameng.faces.worker.cells import Patience
from kameng.faces.worker.queues import LEASE, Announced
from kameng.kit import clock, wake
from tenants.context import at
from tenants.database import engines
from tenants.tree import MAIN

THREADS = 4
POLL = 1.0
BATCH = 32
_log = logging.getLogger(__name__)


class Relay:
    """The relay of one cell: a few threads, each with its own binding, fed by one claimer."""

    def __init__(
        self, *, threads: int = THREADS, lease: timedelta = LEASE, cell: str = MAIN
    ) -> None:
        self.cell = cell
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="relay")
        self.threads = threads
        self.lease = lease
        self.running: set[Future[None]] = set()
        self.stopping = threading.Event()

    def run(self) -> None:
        """Work until told to stop; what is under way is finished."""
        listener, patience = wake.Listener(), Patience(self.cell, self.stopping)
        while not self.stopping.is_set():
            found = 0
            with patience.held():
                found = self.turn()
            if not found:
                listener.wait(POLL)
        self.pool.shutdown(wait=True)

    def drain(self) -> None:
        """Work until nothing is waiting; for tests and for a last round."""
        while self.turn() or self.running:
            wait(self.running)

    def turn(self) -> int:
        """Claim what there is room for and hand it to the threads; returns how much."""
        self.running = {one for one in self.running if not one.done()}
        if len(self.running) >= self.threads:
            wait(self.running, timeout=POLL, return_when=FIRST_COMPLETED)
            return 1
        now = clock.now()
        with at(self.cell):
            notices = queues.notices(now, limit=self.threads, lease=self.lease)
            events = queues.events(now, limit=BATCH, lease=self.lease)
        for notice in notices:
            self._start(noticing.take_in, notice)
        for group in self._by_site(events):
            self._start(reacting.react, group)
        return len(notices) + len(events)

    def stop(self, *_: Any) -> None:
        """Finish what is under way and return from run()."""
        self.stopping.set()

    def _start(self, work: Callable[[Any], None], claimed: Any) -> None:
        self.running.add(self.pool.submit(self._inside, work, claimed))

    def _inside(self, work: Callable[[Any], None], claimed: Any) -> None:
        """A thread knows no cell until it enters one."""
        with at(self.cell):
            work(claimed)

    def _by_site(self, events: list[Announced]) -> list[list[Announced]]:
        groups: dict[int, list[Announced]] = defaultdict(list)
        for event in events:
            groups[event.tenant_id].append(event)
        return list(groups.values())


def run() -> None:
    """The process: `kameng relay`."""
    wiring.connect(Settings.load())
    relays = {cell: Relay(cell=cell) for cell in engines.cells()}

    def stop(*_: object) -> None:
        for relay in relays.values():
            relay.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    cells.go_round(lambda cell: relays[cell].run(), stop=stop)
