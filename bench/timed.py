"""Our application with a watch: every answer says how long the process worked on it, and how much
of that was the hashing of a password (`granian bench.timed:app`)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from kameng.domains.accounts import passwords
from wsgi import app as whole

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_spent = threading.local()


class _Watched:
    """The hasher, with the time it takes counted for the request that waits for it."""

    def __init__(self, hasher: Any) -> None:
        self.hasher = hasher

    def hash(self, text: str) -> str:
        """As the hasher does."""
        begun = time.perf_counter()
        try:
            return str(self.hasher.hash(text))
        finally:
            _spent.hashing += time.perf_counter() - begun

    def __getattr__(self, name: str) -> Any:
        return getattr(self.hasher, name)


def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer, and say how long it took."""
    begun, _spent.hashing = time.perf_counter(), 0.0

    def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
        total, hashing = (time.perf_counter() - begun) * 1000, _spent.hashing * 1000
        told = f"total;dur={total:.3f}, hash;dur={hashing:.3f}"
        return start_response(status, [*headers, ("Server-Timing", told)], *rest)

    return whole(environ, start)


passwords._HASHER = _Watched(passwords._HASHER)  # type: ignore[assignment]
