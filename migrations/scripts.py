"""The tenant branch as plain statements: rendered once by Alembic, sent to every schema."""

from __future__ import annotations

import functools
import io
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import Script, ScriptDirectory

HERE = Path(__file__).parent
SCHEMA = "{schema}"
"""What a step outside a transaction writes where its schema's name must stand."""


class MigrationFailed(Exception):
    """A step of a migration was refused by the database; what was done before it stands."""


_rendering = threading.Lock()
"""Alembic renders through globals of its own: one thread at a time."""


@dataclass(frozen=True, slots=True)
class Leg:
    """A way to revision `to` that is gone in one transaction, or, `outside`, without any."""

    to: str
    statements: tuple[str, ...]
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """Where the sites are brought: `leg` says how to go on from a revision."""

    target: str
    leg: Callable[[str], Leg]


def to_newest() -> Change:
    """The change that brings sites to the newest revision of this code."""
    return Change(head("tenant"), leg)


def config(**attributes: object) -> Config:
    """Alembic's settings, made here so that no .ini file is needed."""
    made = Config()
    made.set_main_option("script_location", str(HERE))
    made.set_main_option("path_separator", "newline")
    made.set_main_option("version_locations", f"{HERE / 'shared'}\n{HERE / 'tenant'}")
    made.attributes.update(attributes)
    return made


@functools.cache
def _directory() -> ScriptDirectory:
    return ScriptDirectory.from_config(config())


@functools.cache
def head(branch: str) -> str:
    """The newest revision of 'shared' or 'tenant'."""
    found = _directory().get_revision(f"{branch}@head")
    if found is None:
        raise MigrationFailed(f"no revisions of branch {branch!r}")
    return found.revision


@functools.cache
def tenant_script(start: str = "base", end: str = "head") -> tuple[str, ...]:
    """The tenant branch from `start` to `end` as single statements, without Alembic's own table."""
    buffer = io.StringIO()
    target = end if end != "head" else head("tenant")
    with _rendering:
        command.upgrade(config(buffer=buffer), f"{start}:{target}", sql=True)
    statements = re.split(r";\s*\n", buffer.getvalue())
    cleaned = ("\n".join(_without_comments(part)).strip() for part in statements)
    return tuple(part for part in cleaned if part and not _alembics_own(part))


@functools.cache
def leg(start: str) -> Leg:
    """The next part of the way from `start`: up to a step that must go outside a transaction, or
    that step alone. A migration says so of itself by `outside = True`."""
    ahead = _after(start)
    if not ahead:
        raise MigrationFailed(f"nothing leads on from revision {start!r}")
    outside = _is_outside(ahead[0])
    end = ahead[0]
    for step in () if outside else ahead:
        if _is_outside(step):
            break
        end = step
    return Leg(end.revision, tenant_script(start, end.revision), outside)


def _after(start: str) -> list[Script]:
    steps = _directory().iterate_revisions("tenant@head", "base")
    return sorted((one for one in steps if one.revision > start), key=lambda one: one.revision)


def _is_outside(step: Script) -> bool:
    return bool(getattr(step.module, "outside", False))


def _without_comments(statement: str) -> list[str]:
    return [line for line in statement.splitlines() if not line.lstrip().startswith("-- ")]


def _alembics_own(statement: str) -> bool:
    return "alembic_version" in statement or statement.rstrip(";") in ("BEGIN", "COMMIT")
