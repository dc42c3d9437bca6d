"""Brings every site's schema to a revision: ring by ring, several at once, to be cut anywhere.

A schema is moved in one transaction with the row that says where it stands, so whatever is cut
off has either happened or not, and the next run goes on from there. Two runs at once share the
work: a schema is somebody's as long as its row is locked.
"""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg
from psycopg.errors import DiskFull

from migrations import rings, states
from migrations.moving import Gone, again_later, connect, move, reason
from migrations.scripts import Change, MigrationFailed
from migrations.states import Claimed, Counted, Line

_LOOK = 0.1
_IDLE = 0.05


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: `stopped` is the ring that failed too often, if one did."""

    moved: int
    failed: int
    stopped: int | None
    seconds: float


Told = Callable[[Counted], None]
"""Is told several times a second how far the ring under way is, and once when it is through."""


class Watch:
    """The time as it was told, plus what has passed since: a clock put back changes nothing."""

    def __init__(self, told: datetime) -> None:
        self._told, self._began = told, time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def now(self) -> datetime:
        """The time now."""
        return self._told + timedelta(seconds=self.seconds)


def run(
    url: str,
    change: Change,
    *,
    now: datetime,
    workers: int | None = None,
    told: Told = lambda ring: None,
) -> Outcome:
    """Bring every schema that is behind to `change.target`; `url` signs in as the owner role.

    A schema that fails is noted and left where it was. Raises MigrationFailed when the database
    is away or has no space left: then nothing is noted against anybody, and nothing is lost.
    """
    with connect(url) as line:
        return _Run(url, line, change, Watch(now), workers, told).through()


class _Run:
    def __init__(
        self,
        url: str,
        line: Line,
        change: Change,
        watch: Watch,
        workers: int | None,
        told: Told,
    ) -> None:
        self.url, self.line, self.change = url, line, change
        self.watch, self.told = watch, told
        self.workers = rings.workers(workers, os.cpu_count() or 1)
        self.stopping = threading.Event()
        self.moved = 0
        self.counting = threading.Lock()

    def through(self) -> Outcome:
        target = self.change.target
        states.began(self.line, target, self.watch.now())
        states.plan(self.line, target, now=self.watch.now())
        stopped = self._all_rings()
        failed = sum(ring.failed for ring in states.counted(self.line, target))
        states.ended(self.line, target, self.watch.now(), stopped)
        return Outcome(self.moved, failed, stopped, self.watch.seconds)

    def _all_rings(self) -> int | None:
        """Ring after ring, and again for what older code has built meanwhile."""
        while True:
            for ring in rings.RINGS:
                if self._ring(ring):
                    return ring
            if not states.plan(self.line, self.change.target, now=self.watch.now()):
                return None

    def _ring(self, ring: int) -> bool:
        """One ring to its end; whether it failed too often."""
        found = self._count(ring)
        if found.waiting and not self._too_many(found):
            self._work_on(ring, found.waiting)
            found = self._count(ring)
            self.told(found)
        return self._too_many(found)

    def _work_on(self, ring: int, waiting: int) -> None:
        self.stopping.clear()
        hands = min(self.workers, waiting)
        with ThreadPoolExecutor(hands, thread_name_prefix="migrate") as pool:
            under_way = {pool.submit(self._hand, ring) for _ in range(hands)}
            try:
                self._look_on(ring, under_way)
            finally:
                self.stopping.set()
        for hand in under_way:
            hand.result()

    def _look_on(self, ring: int, under_way: set[Future[None]]) -> None:
        while not all(hand.done() for hand in under_way):
            wait(under_way, timeout=_LOOK)
            if any(hand.done() and hand.exception() for hand in under_way):
                return
            self.told(self._count(ring))

    def _hand(self, ring: int) -> None:
        """Move one schema after the other until none waits, or all are told to stop."""
        with connect(self.url) as line:
            while not self.stopping.is_set():
                claimed = self._next(line, ring)
                if claimed is None:
                    if not states.ring_counted(line, self.change.target, ring).waiting:
                        return
                    self.stopping.wait(_IDLE)

    def _next(self, line: Line, ring: int) -> Claimed | None:
        """Take the next schema whose turn it is and move it; what fails is noted."""
        claimed = None
        try:
            claimed = states.claim(line, ring, self.change.target, self.watch.now())
            if claimed is not None:
                move(line, claimed, self.change.leg(claimed.revision), self.url, self.watch.now())
                with self.counting:
                    self.moved += 1
            else:
                line.execute("ROLLBACK")
        except (psycopg.Error, Gone) as error:
            self._missed(line, claimed, error, ring)
        return claimed

    def _missed(self, line: Line, claimed: Claimed | None, error: Exception, ring: int) -> None:
        if line.closed or line.broken or claimed is None or isinstance(error, DiskFull):
            self.stopping.set()
            full = isinstance(error, DiskFull)
            raise MigrationFailed("its disk is full" if full else reason(error)) from error
        line.execute("ROLLBACK")
        attempt = claimed.attempts + 1
        final = not again_later(error) or attempt >= rings.ATTEMPTS
        pause = rings.pause(attempt, secrets.randbelow(1000) / 1000)
        now = self.watch.now()
        states.missed(line, claimed, reason(error), final=final, wait=pause, now=now)
        if final and self._too_many(states.ring_counted(line, self.change.target, ring)):
            self.stopping.set()

    def _count(self, ring: int) -> Counted:
        return states.ring_counted(self.line, self.change.target, ring)

    def _too_many(self, ring: Counted) -> bool:
        return rings.stops(ring.ring, ring.size, ring.failed)
