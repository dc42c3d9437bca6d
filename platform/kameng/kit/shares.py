"""Shares the places of one process among many who ask, so that none crowds out another.

Whoever asks stands in a lane. A lane may hold fewer places than are free at that moment: alone it
gets half of them, n greedy lanes get 1/(n+1) each, and one share is always left for the next comer
(the dynamic threshold of Choudhury and Hahne, IEEE/ACM ToN 1998, made for switches). Waiting places
are shared by the same rule. Those whose lane has used the least lately go first.
"""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass, field

PATIENCE = 5.0
"""Seconds somebody waits for a place before he is told to come back."""
YOUNG = 0.25
"""Seconds a place counts as work; held longer it waits for something, and only the place counts."""
MEMORY = 2.0
"""Seconds after which two thirds of what a lane has used are forgotten, or the lane, if idle."""
SHARE = 1.5
"""How many times the average of those who share a lane may use before it is held back."""
LOOK = 0.1
"""Seconds between two looks at the clock by those who wait: some doors open by time alone."""
BUSY = 1.0
"""Places at work on average, up to which a lane that has used more than its share may go on, one
thing at a time; below half of it nobody is held back."""


class Crowded(Exception):
    """No place for this lane now; `retry_after` is in whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"come back in {retry_after} s")
        self.retry_after = retry_after


@dataclass(slots=True)
class _Waiter:
    """Somebody in front of the door; `door` is locked until he may come in."""

    door: threading.Lock = field(default_factory=threading.Lock)
    since: float | None = None


@dataclass(slots=True)
class _Lane:
    """What one asker holds, who waits for him, and what he used lately."""

    paced: bool = True
    begun: list[float] = field(default_factory=list)
    waiting: deque[_Waiter] = field(default_factory=deque)
    used: float = 0.0
    seen: float = 0.0

    def fade(self, now: float) -> None:
        """Forget a part of what was used; in how many steps makes no difference."""
        self.used *= math.exp(min(0.0, self.seen - now) / MEMORY)
        self.seen = now

    def spend(self, seconds: float, now: float) -> None:
        """Add to what was used."""
        self.fade(now)
        self.used += seconds


@dataclass(slots=True)
class Seat:
    """A place somebody holds since `begun`; a block `with` it gives it back at its end."""

    shares: Shares
    lane: Hashable
    begun: float
    token: Token[Seat | None] | None = None

    def __enter__(self) -> None:
        self.token = _seat.set(self)

    def __exit__(self, *_: object) -> None:
        if self.token is not None:
            _seat.reset(self.token)
        self.shares.leave(self)


_seat: ContextVar[Seat | None] = ContextVar("kameng_seat", default=None)


@contextmanager
def aside() -> Iterator[None]:
    """Give the place back while an answer from outside is awaited; coming back is never refused."""
    held = _seat.get()
    if held is None:
        yield
        return
    held.shares.leave(held)
    try:
        yield
    finally:
        held.shares.come_back(held)


class Shares:
    """`slots` places and, in front of them, `waiting` more; safe for threads."""

    def __init__(
        self, slots: int, waiting: int, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.slots, self.room, self.clock = slots, waiting, clock
        self._lock = threading.Lock()
        self._lanes: dict[Hashable, _Lane] = {}
        self._queues: dict[Hashable, _Lane] = {}
        self._held = self._waiting = 0
        self._total, self._paced = _Lane(), _Lane()
        self._swept = 0.0

    def enter(self, name: Hashable, *, paced: bool = True) -> Seat:
        """Take a place, waiting for it if need be; raises Crowded when there is none in time.

        Only `paced` lanes are held to the average of each other: not those of many askers whom
        nobody can tell apart, nor a second lane of somebody who has one.
        """
        with self._lock:
            now = self.clock()
            lane = self._lane(name, now)
            lane.paced = paced
            if not lane.waiting and self._may_start(lane, now):
                return Seat(self, name, self._start(lane, now))
            if len(lane.waiting) >= self.room - self._waiting:
                raise Crowded(self._soon(lane))
            waiter = self._queue(name, lane)
        return Seat(self, name, self._wait(name, lane, waiter))

    def come_back(self, held: Seat) -> None:
        """Take a place for work that was begun already: at once, whatever the others do."""
        with self._lock:
            now = self.clock()
            held.begun = self._start(self._lane(held.lane, now), now)

    def leave(self, held: Seat) -> None:
        """Give a place back, and let the next in."""
        with self._lock:
            now = self.clock()
            lane = self._lane(held.lane, now)
            lane.begun.remove(held.begun)
            self._held -= 1
            spent = min(now - held.begun, YOUNG)
            for account in (lane, self._total, *([self._paced] if lane.paced else [])):
                account.spend(spent, now)
            self._let_in(now)

    def counts(self) -> tuple[int, int]:
        """How many hold a place, and how many wait for one."""
        with self._lock:
            return self._held, self._waiting

    def _lane(self, name: Hashable, now: float) -> _Lane:
        if now - self._swept > MEMORY / 2:
            self._sweep(now)
        lane = self._lanes.get(name)
        if lane is None:
            lane = self._lanes[name] = _Lane(seen=now)
        lane.fade(now)
        return lane

    def _sweep(self, now: float) -> None:
        """Forget the lanes of those who have gone: who is left are those who share."""
        self._swept = now
        self._lanes = {
            name: lane
            for name, lane in self._lanes.items()
            if lane.begun or lane.waiting or now - lane.seen < MEMORY
        }

    def _may_start(self, lane: _Lane, now: float) -> bool:
        free = self.slots - self._held
        if free <= 0 or len(lane.begun) >= max(free, 1):
            return False
        self._total.fade(now)
        load = self._total.used / MEMORY
        calm = load < BUSY / 2 or (load < BUSY and not self._at_work(lane, now))
        return calm or not lane.paced or not self._over_its_share(lane, now)

    def _over_its_share(self, lane: _Lane, now: float) -> bool:
        """Whether this lane used more than the average of those who share, and half as much."""
        self._paced.fade(now)
        lane.fade(now)
        here = sum(one.paced for one in self._lanes.values())
        return lane.used * here > SHARE * self._paced.used

    def _at_work(self, lane: _Lane, now: float) -> bool:
        return any(now - begun < YOUNG for begun in lane.begun)

    def _start(self, lane: _Lane, now: float) -> float:
        lane.begun.append(now)
        self._held += 1
        return now

    def _queue(self, name: Hashable, lane: _Lane) -> _Waiter:
        waiter = _Waiter()
        waiter.door.acquire()
        lane.waiting.append(waiter)
        self._queues[name] = lane
        self._waiting += 1
        return waiter

    def _wait(self, name: Hashable, lane: _Lane, waiter: _Waiter) -> float:
        """Until the door opens; looks by itself now and then, for what time alone changes."""
        deadline = self.clock() + PATIENCE
        while not waiter.door.acquire(timeout=LOOK):
            with self._lock:
                now = self.clock()
                self._let_in(now)
                if waiter.since is None and now >= deadline:
                    lane.waiting.remove(waiter)
                    self._waiting -= 1
                    self._tidy(name, lane)
                    raise Crowded(self._soon(lane))
        assert waiter.since is not None
        return waiter.since

    def _let_in(self, now: float) -> None:
        """Open the door to as many as may start, the most modest lane first."""
        while self._waiting and self._held < self.slots:
            ready = [item for item in self._queues.items() if self._may_start(item[1], now)]
            if not ready:
                return
            name, lane = min(ready, key=lambda item: item[1].used)
            waiter = lane.waiting.popleft()
            self._waiting -= 1
            self._tidy(name, lane)
            waiter.since = self._start(lane, now)
            waiter.door.release()

    def _tidy(self, name: Hashable, lane: _Lane) -> None:
        if not lane.waiting:
            self._queues.pop(name, None)

    def _soon(self, lane: _Lane) -> int:
        return 1 + len(lane.waiting) // max(1, self.slots)
