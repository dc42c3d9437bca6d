"""`kameng doctor`: one line per thing that must be right, and what to do about what is not."""

from __future__ import annotations

import stat
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from kameng.config import ROLES, Settings
from kameng.faces.worker import refused, servers
from kameng.kit import cache
from kameng.kit.embedded import folder
from migrations import moving, states
from migrations import run as migrations
from tenants import needs
from tenants.database import connect_engine
from tenants.pool import WARN_PART
from tenants.tree import MAIN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


@dataclass(frozen=True)
class Finding:
    """What was looked at, whether it is right, and the sentence that goes with it."""

    what: str
    right: bool
    says: str


def report(env: Mapping[str, str]) -> int:
    """Print all findings; 0 if everything is right."""
    findings = [*machine(env), *deployment(env)]
    for found in findings:
        print(f"{'ok  ' if found.right else 'MEND'}  {found.what:<16} {found.says}")
    return 0 if all(found.right for found in findings) else 1


def machine(env: Mapping[str, str]) -> Iterator[Finding]:
    """What can be known without any server."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    yield Finding("python", sys.version_info >= (3, 11), f"{version}, 3.11 or newer is needed")
    home = Path(env["KAMENG_HOME"])
    yield _tried("home", lambda: _home(home))
    mode = stat.S_IMODE((home / "keys.env").stat().st_mode)
    yield Finding("keys", not mode & 0o077, f"{home / 'keys.env'} has mode {mode:o}")


def deployment(env: Mapping[str, str]) -> Iterator[Finding]:
    """What the servers say; they are started for the moment if nothing else runs them."""
    try:
        with servers.borrowed(env, Path(env["KAMENG_HOME"])) as found:
            chosen = Settings.load(found)
            yield Finding("settings", True, f"{chosen.env}, {chosen.address(chosen.host())}")
            yield _tried("valkey", lambda: _valkey(chosen))
            for cell in chosen.databases:
                yield from _cell(chosen, cell)
            yield Finding("payments", True, _payments(chosen))
    except refused.expected() as error:
        yield Finding("servers", False, refused.sentence(error))


def _cell(chosen: Settings, cell: str) -> Iterator[Finding]:
    """One database: main under plain names, the others under their own."""
    prefix = "" if cell == MAIN else f"{cell}."
    url = chosen.databases[cell]
    yield _tried(prefix + "database", lambda: _revision(chosen, cell), url)
    if cell != MAIN:
        yield _tried(prefix + "cell", lambda: _place_among(chosen, cell), url)
    yield from (_tried(prefix + role, partial(_role, chosen, role, cell), url) for role in ROLES)
    yield _tried(prefix + "sites", lambda: _sites(chosen, cell), url)


def _place_among(chosen: Settings, cell: str) -> str:
    """A database taken for another cell's would give out that cell's ids."""
    engine = connect_engine(chosen.role_url("app_shared", cell), pool_size=1)
    try:
        with engine.connect() as line:
            known = line.execute(text("SELECT name, number FROM shared.cell")).one_or_none()
    finally:
        engine.dispose()
    if known is None or known.name != cell:
        told = f"is cell {known.name}'s" if known else "is no cell yet"
        raise refused.StartRefused(f"{told}: run kameng migrate")
    return f"number {known.number}"


def _sites(chosen: Settings, cell: str) -> str:
    """Whether every schema is where it should be, and whether there is room for sites to come."""
    with moving.connect(chosen.role_url("owner", cell)) as line:
        failed = len(states.failures(line))
        count = sum(number for _, number in states.revisions(line))
        behind = sum(n for revision, n in states.revisions(line) if revision < needs.REVISION)
        ready = states.spares(line)
    told = f"{count} schemas of at most {chosen.tenant_limit}, {ready} of them spare"
    if failed or behind:
        raise refused.StartRefused(f"{told}; {failed} failed, {behind} are behind: kameng migrate")
    if count >= chosen.tenant_limit * WARN_PART:
        raise refused.StartRefused(f"{told}: it is time for another cell (KAMENG_CELLS)")
    return told


def _tried(what: str, look: Callable[[], str], url: str = "") -> Finding:
    try:
        return Finding(what, True, look())
    except refused.expected() as error:
        return Finding(what, False, refused.sentence(error, database_url=url))


def _home(home: Path) -> str:
    with folder.named_errors(home):
        folder.prepare(home)
    return f"{home} can be written"


def _valkey(chosen: Settings) -> str:
    cache.configure(chosen.redis_url)
    cache.client().ping()
    return f"answers at {refused.place(chosen.redis_url)}"


def _revision(chosen: Settings, cell: str) -> str:
    admin = connect_engine(chosen.databases[cell], pool_size=1)
    wanted = migrations.head("shared")
    try:
        with admin.connect() as line:
            known = line.execute(text("SELECT to_regclass('shared.schema_version')")).scalar()
            query = text("SELECT version_num FROM shared.schema_version")
            found = line.execute(query).scalar() if known else None
    finally:
        admin.dispose()
    if found != wanted:
        raise refused.StartRefused(f"is at {found}, should be at {wanted}: run kameng migrate")
    return f"answers at {refused.place(chosen.databases[cell])}, revision {found}"


def _role(chosen: Settings, role: str, cell: str) -> str:
    """A superuser, or a role that may bypass row security, silently sees every tenant's rows."""
    engine = connect_engine(chosen.role_url(role, cell), pool_size=1)
    query = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
    try:
        with engine.connect() as line:
            too_strong = line.execute(query).scalar()
    finally:
        engine.dispose()
    if too_strong:
        raise refused.StartRefused(f"{ROLES[role]} may bypass row security: take that right away")
    return f"{ROLES[role]} signs in and stands under row security"


def _payments(chosen: Settings) -> str:
    if chosen.stripe_api_base:
        return f"test payments by the stand-in at {chosen.stripe_api_base}"
    return "Stripe, test mode" if chosen.test_payments else "Stripe"
