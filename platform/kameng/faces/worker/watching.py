"""Whether the embedded servers still stand beside a `kameng run`: one that fell is started again.

It comes back at its old address, so the other processes find it as after any short absence. One
that falls again and again, or cannot be started, ends the run with a sentence instead.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from kameng.faces.worker.refused import StartRefused
from kameng.kit.embedded.errors import EmbeddedError

LOOK = 0.2
"""Seconds between two looks: asking the kernel after a child costs nothing."""
FALLS, WITHIN = 3, 60.0
"""More falls than this within so many seconds are no accident."""


class Server(Protocol):
    """What is watched."""

    name: str

    def fell(self) -> bool:
        """Whether it has ended without having been stopped."""

    def rise(self) -> None:
        """Start it again."""


class Watch:
    """Looks after servers from a thread of its own, which must live as long as they do: the kernel
    ends a server with the thread that started it. `give_up` is to end everything."""

    def __init__(self, give_up: Callable[[], None], *, look: float = LOOK) -> None:
        self.give_up, self.look = give_up, look
        self.servers: list[Server] = []
        self.reason = self.why = ""
        self._falls: dict[str, list[float]] = defaultdict(list)
        self._over = threading.Event()

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Watch inside the block; StartRefused at its end when it was given up."""
        thread = threading.Thread(target=self._watch, name="watch", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()
        if self.reason:
            raise StartRefused(self.reason)

    def _watch(self) -> None:
        while not self._over.wait(self.look):
            for server in self.servers:
                if server.fell() and not self._risen(server):
                    self.give_up()
                    self._over.wait()
                    return

    def _risen(self, server: Server) -> bool:
        """Started again, or to be tried again at the next look; False when there is no sense."""
        began = time.monotonic()
        falls = [one for one in self._falls[server.name] if one > began - WITHIN]
        self._falls[server.name] = [*falls, began]
        if len(falls) >= FALLS:
            often = f"It ended {len(falls) + 1} times within a minute."
            self.reason = f"{server.name} ended and could not be kept up: {self.why or often}"
            return False
        try:
            server.rise()
        except EmbeddedError as error:
            self.why = str(error)
            return True
        self.why = ""
        took = time.monotonic() - began
        print(f"{server.name} had ended; it was started again in {took:.1f} s.", flush=True)
        return True
