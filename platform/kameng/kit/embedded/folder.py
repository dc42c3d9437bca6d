"""A server's folder: made once, private, used by one launcher at a time, with its own password."""

from __future__ import annotations

import fcntl
import os
import secrets
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from kameng.kit.embedded.errors import AlreadyRunning, EmbeddedError, PasswordLost, named

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def named_errors(folder: Path) -> Iterator[None]:
    """Turn what the operating system refuses inside the block into a named error."""
    try:
        yield
    except EmbeddedError:
        raise
    except OSError as error:
        raise named(error, folder) from error


def prepare(folder: Path) -> None:
    """Make `folder` if it is not there and prove that this user can write in it."""
    folder.mkdir(parents=True, exist_ok=True)
    os.listdir(folder)
    probe = folder / f".probe-{os.getpid()}"
    probe.write_bytes(b"x" * 8192)
    probe.unlink()


def lock(folder: Path) -> BinaryIO:
    """Hold `folder` until the returned file is closed or this process dies, however it dies."""
    file = (folder / "lock").open("wb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise AlreadyRunning(folder) from None
    return file


def new_password(file: Path) -> str:
    """Generate a password and store it in `file`, mode 0600, whole or not at all."""
    password = secrets.token_urlsafe(24)
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(password)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
    return password


def password(file: Path) -> str:
    """The password stored in `file`."""
    text = file.read_text().strip() if file.exists() else ""
    if not text:
        raise PasswordLost(file)
    return text


def tail(file: Path, *, since: int = 0, size: int = 4096) -> str:
    """The last `size` bytes a log gained after its first `since` bytes, as text."""
    with file.open("rb") as log:
        end = log.seek(0, os.SEEK_END)
        log.seek(max(since, end - size))
        return log.read().decode(errors="replace")
