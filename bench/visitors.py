"""Visitors of many sites as a process of their own: requests at their moments, whether or not the
ones before are answered, each timed from the moment it was meant to be sent.

`python -m bench.visitors` reads a Plan as JSON from standard input and prints what happened.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import time
from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any

from bench import figure

PATIENCE = 30.0
HEAD_ENDS = b"\r\n\r\n"
LENGTH = b"content-length:"


@dataclass(frozen=True)
class Plan:
    """Who asks for what: `wants` are (host, path); `rate` 0 asks again as soon as answered."""

    port: int
    wants: list[tuple[str, str]]
    rate: float
    seconds: float
    connections: int
    seed: int = 1
    good: tuple[int, ...] = (200,)


@dataclass
class Seen:
    """What came back: milliseconds of the served, and how many were refused or failed."""

    served: list[float] = field(default_factory=list)
    refused: int = 0
    failed: int = 0
    offered: int = 0
    late: float = 0.0

    def add(self, status: int, waited: float, good: tuple[int, ...]) -> None:
        """One answer."""
        if status == 503:
            self.refused += 1
        elif status in good:
            self.served.append(waited * 1000)
        else:
            self.failed += 1

    def __add__(self, other: Seen) -> Seen:
        return Seen(
            self.served + other.served,
            self.refused + other.refused,
            self.failed + other.failed,
            self.offered + other.offered,
            max(self.late, other.late),
        )


class Line(asyncio.Protocol):
    """One kept connection with at most one request on its way."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd, self.read, self.wanted = crowd, b"", 0
        self.meant = 0.0
        self.out: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ready."""
        self.out = transport

    def ask(self, request: bytes, meant: float) -> None:
        """Send one request that was meant for `meant`."""
        self.read, self.wanted, self.meant = b"", 0, meant
        self.out.write(request)

    def data_received(self, data: bytes) -> None:
        """Collect the answer; its head says how long it is."""
        self.read += data
        if not self.wanted:
            end = self.read.find(HEAD_ENDS)
            if end < 0:
                return
            head = self.read[:end].lower()
            at = head.find(LENGTH)
            body = int(head[at + len(LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            self.wanted = end + len(HEAD_ENDS) + body
        if len(self.read) >= self.wanted:
            self.crowd.answered(self, int(self.read[9:12]))

    def connection_lost(self, exc: Exception | None) -> None:
        """The server hung up."""
        self.crowd.lost(self)


class Crowd:
    """All the visitors of one plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.seen = plan, Seen()
        self.drawn = random.Random(plan.seed)
        self.requests = [_request(plan.port, host, path) for host, path in plan.wants]
        self.free: list[Line] = []
        self.due: deque[tuple[bytes, float]] = deque()
        self.busy = 0

    async def live(self) -> Seen:
        """Come, ask, go."""
        loop = asyncio.get_running_loop()
        for _ in range(self.plan.connections):
            _out, line = await loop.create_connection(
                lambda: Line(self), "127.0.0.1", self.plan.port
            )
            self.free.append(line)
        self.end = time.perf_counter() + self.plan.seconds
        if self.plan.rate:
            await self._at_their_moments()
        else:
            for _ in range(self.plan.connections):
                self._want(time.perf_counter())
            while time.perf_counter() < self.end:
                await asyncio.sleep(0.05)
        await self._until_answered()
        return self.seen

    async def _at_their_moments(self) -> None:
        meant = time.perf_counter()
        while meant < self.end:
            pause = meant - time.perf_counter()
            if pause > 0:
                await asyncio.sleep(pause)
            self.seen.late = max(self.seen.late, time.perf_counter() - meant)
            self._want(meant)
            meant += self.drawn.expovariate(self.plan.rate)

    async def _until_answered(self) -> None:
        deadline = time.perf_counter() + PATIENCE
        while (self.busy or self.due) and time.perf_counter() < deadline:
            await asyncio.sleep(0.01)
        self.seen.failed += self.busy + len(self.due)

    def _want(self, meant: float) -> None:
        self.seen.offered += 1
        self.due.append((self.drawn.choice(self.requests), meant))
        self._send()

    def _send(self) -> None:
        while self.due and self.free:
            request, meant = self.due.popleft()
            self.busy += 1
            self.free.pop().ask(request, meant)

    def answered(self, line: Line, status: int) -> None:
        """One visitor has his page."""
        now = time.perf_counter()
        self.seen.add(status, now - line.meant, self.plan.good)
        self.busy -= 1
        self.free.append(line)
        if not self.plan.rate and now < self.end:
            self._want(now)
        self._send()

    def lost(self, line: Line) -> None:
        """A connection is gone; what was on its way counts as failed."""
        if line in self.free:
            self.free.remove(line)
        else:
            self.busy -= 1
            self.seen.failed += 1


def _request(port: int, host: str, path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: text/html\r\n\r\n".encode()


def send(plan: Plan) -> subprocess.Popen[str]:
    """Start a crowd; its answers are read by `back`."""
    started = subprocess.Popen(
        [sys.executable, "-m", "bench.visitors"],
        cwd=figure.ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert started.stdin is not None
    started.stdin.write(json.dumps(asdict(plan)))
    started.stdin.close()
    return started


def back(crowd: subprocess.Popen[str]) -> Seen:
    """Wait for a crowd."""
    assert crowd.stdout is not None
    told = crowd.stdout.read()
    if crowd.wait() != 0:
        raise AssertionError("the visitors did not come back")
    return Seen(**json.loads(told))


if __name__ == "__main__":
    json.dump(asdict(asyncio.run(Crowd(Plan(**json.load(sys.stdin))).live())), sys.stdout)
