"""The two servers a deployment stands on: the ones it was given, or its own embedded pair."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kameng.faces.worker.refused import StartRefused
from kameng.kit.embedded import postgres, valkey
from kameng.kit.embedded.errors import AlreadyRunning
from kameng.kit.embedded.folder import named_errors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kameng.faces.worker.watching import Server

DATABASE, QUEUE = "DATABASE_URL", "REDIS_URL"
_NOTE = "running.env"
_FORMS = {
    DATABASE: ("postgresql://user:password@host:5432/database", ("postgresql", "postgres")),
    QUEUE: ("redis://host:6379/0", ("redis", "rediss")),
}


@contextmanager
def standing(
    env: Mapping[str, str], home: Path, *, watched: list[Server] | None = None
) -> Iterator[dict[str, str]]:
    """`env` with addresses that answer; what was started here is stopped at the end, and entered
    in `watched` for as long as it is to stand."""
    for name in (DATABASE, QUEUE):
        _checked(name, env.get(name))
    ours = [] if watched is None else watched
    with ExitStack() as stack:
        addresses = {
            DATABASE: env.get(DATABASE) or _database(stack, home, ours),
            QUEUE: env.get(QUEUE) or _queue(stack, home, ours),
        }
        stack.enter_context(_noted(addresses, home))
        yield {**env, **addresses}


@contextmanager
def borrowed(env: Mapping[str, str], home: Path) -> Iterator[dict[str, str]]:
    """The same for a short command, which may use the servers of a running `kameng run`."""
    with ExitStack() as stack:
        try:
            found = stack.enter_context(standing(env, home))
        except AlreadyRunning:
            note = _read(home / _NOTE)
            if not note:
                raise
            found = {**env, **note}
        yield found


def _checked(name: str, url: str | None) -> None:
    """Refuse an address no server can have; and ask a given Valkey whether it is there."""
    form, schemes = _FORMS[name]
    if not url:
        return
    parts = urlsplit(url)
    if parts.scheme not in schemes or not parts.hostname:
        raise StartRefused(f"{name} must be an address like {form}")
    if name == QUEUE:
        _ping(url)


def _ping(url: str) -> None:
    import redis

    with redis.Redis.from_url(url, socket_connect_timeout=5) as line:
        line.ping()


def _database(stack: ExitStack, home: Path, ours: list[Server]) -> str:
    server = postgres.start(home / "postgres")
    stack.callback(server.stop)
    ours.append(server)
    return server.url_admin


def _queue(stack: ExitStack, home: Path, ours: list[Server]) -> str:
    server = valkey.start(home / "valkey")
    stack.callback(server.stop)
    ours.append(server)
    return server.url


@contextmanager
def _noted(addresses: Mapping[str, str], home: Path) -> Iterator[None]:
    """Leave word where the servers are, for as long as they are there, for our own user only."""
    file = home / _NOTE
    with named_errors(home):
        file.unlink(missing_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.writelines(f"{name}={value}\n" for name, value in addresses.items())
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def _read(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    lines = (line.partition("=") for line in file.read_text().splitlines())
    return {name: value for name, equals, value in lines if equals}
