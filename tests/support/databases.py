"""One throw-away PostgreSQL and Valkey per test run, migrated once, reached as the real roles."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Engine

from kameng.config import ROLES, Settings
from kameng.kit import clock
from kameng.kit.embedded import postgres, valkey
from migrations import roles, run
from tenants.database import connect_engine

MEMORY, ROOM = Path("/dev/shm"), 6 << 30
"""A run makes some hundred thousand small files, which nobody reads again: where there is room in
memory the kernel spends half the time on them, and no disk is written."""


def new_home(prefix: str) -> Path:
    """An empty folder for a deployment: in memory if that is roomy, else among temporary files."""
    try:
        roomy = shutil.disk_usage(MEMORY).free > ROOM < _available()
    except OSError:
        roomy = False
    within = str(MEMORY) if roomy and os.access(MEMORY, os.W_OK) else None
    return Path(tempfile.mkdtemp(prefix=prefix, dir=within))


def _available() -> int:
    """Bytes of memory that are free, or would be if caches gave way."""
    facts = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
    return int(facts["MemAvailable"].split()[0]) * 1024


def settings_for(home: Path, database_url: str, redis_url: str, port: int = 8000) -> Settings:
    """Settings of a test deployment; the keys are derived, so reruns are alike."""
    seed = hashlib.sha256(b"only for tests").digest()
    return Settings.load(
        {
            "KAMENG_ENV": "test",
            "KAMENG_HOME": str(home),
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "KAMENG_SECRET_KEY": hashlib.sha256(b"key" + seed).hexdigest(),
            "KAMENG_MASTER_KEY": base64.b64encode(seed).decode(),
            "PORT": str(port),
            "STRIPE_API_BASE": os.environ.get("STRIPE_API_BASE", "http://127.0.0.1:12111"),
        }
    )


@contextmanager
def running(home: Path) -> Iterator[Settings]:
    """Both servers up and the database migrated, with no spare schemas yet."""
    with ExitStack() as stack:
        database = postgres.start(home / "postgres", durable=False)
        stack.callback(database.stop)
        store = valkey.start(home / "valkey", persistent=False)
        stack.callback(store.stop)
        made = settings_for(home, database.url_admin, store.url)
        migrate(made)
        yield made


def forget(home: Path) -> None:
    """Remove a deployment's folder: a hundred thousand files, so nobody waits for the last."""
    os.posix_spawnp("rm", ["rm", "-rf", str(home)], os.environ, setsid=True)


def passwords(made: Settings) -> dict[str, str]:
    """Each database role's password under these settings."""
    return {name: made.role_password(role) for role, name in ROLES.items()}


def migrate(made: Settings, *, spares: int = 0) -> None:
    """Bring the settings' database to the head."""
    run.to_head(made.database_url, passwords(made), spares=spares, now=clock.now())


def owner_engine(made: Settings) -> Engine:
    """An engine as the owner role, for building schemas and looking behind the policies."""
    return connect_engine(
        roles.as_role(made.database_url, roles.OWNER, passwords(made)), pool_size=1
    )
