"""The disk is full while a schema is built: it is said once, shops go on, and so does the builder
when there is space again. A real file system of half a megabyte is the disk."""

from __future__ import annotations

import logging
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from kameng.config import Settings, use_settings
from kameng.faces.worker.builder import PAUSE, Builder
from kameng.kit import clock
from migrations import run
from tenants import pool
from tenants.context import shared
from tenants.tree import MAIN
from tests.support import shop
from tests.support.worlds import Alliance

SMALL, LARGE = "100k", "16m"


@dataclass
class Disk:
    """A small file system that holds what the owner role creates from now on."""

    place: Path

    def resize(self, size: str) -> None:
        """More space, without touching what is there."""
        subprocess.run(["mount", "-o", f"remount,size={size}", str(self.place)], check=True)


@pytest.fixture
def disk(tools: Settings) -> Iterator[Disk]:
    """The disk, emptied and taken away again."""
    with ExitStack() as stack:
        place = Path(tempfile.mkdtemp(prefix="kameng-disk-"))
        stack.callback(place.rmdir)
        admin = stack.enter_context(psycopg.connect(tools.database_url, autocommit=True))
        server = Path(f"/proc/{admin.info.backend_pid}").stat()
        given = f"size={SMALL},uid={server.st_uid},mode=700"
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", given, "kameng", str(place)], capture_output=True
        )
        if mounted.returncode:
            pytest.skip("may not mount a file system here")
        stack.callback(subprocess.run, ["umount", str(place)], check=True)
        admin.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
        stack.callback(admin.execute, "DROP TABLESPACE small")
        admin.execute("GRANT CREATE ON TABLESPACE small TO kameng_owner")
        stack.callback(_emptied, admin)
        admin.execute("ALTER ROLE kameng_owner SET default_tablespace = small")
        stack.callback(admin.execute, "ALTER ROLE kameng_owner RESET default_tablespace")
        yield Disk(place)


def _emptied(admin: psycopg.Connection[object]) -> None:
    """Drop the schemas that were built there."""
    query = (
        "SELECT DISTINCT CAST(CAST(c.relnamespace AS regnamespace) AS text) FROM pg_class c"
        " JOIN pg_tablespace t ON t.oid = c.reltablespace"
        " WHERE t.spcname = 'small' AND c.relkind = 'r' AND c.relnamespace::regnamespace::text"
        " LIKE 't\\_%'"
    )
    for (name,) in admin.execute(query).fetchall():  # type: ignore[misc]
        for table in ("schema_pool", "tenant_schema_state"):
            admin.execute(f"DELETE FROM shared.{table} WHERE schema_name = %s", [name])
        admin.execute(f'DROP SCHEMA "{name}" CASCADE')


def seen() -> pool.Pool:
    with shared():
        return pool.look(run.head("tenant"))


def test_a_full_disk_stops_the_builder_and_nothing_else(
    app: Flask, alliance: Alliance, tools: Settings, disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    shop.decorate(alliance.ada)
    before = seen()
    use_settings(replace(tools, spares=before.ready + 1))
    builder = Builder(MAIN, threading.Event())
    try:
        with caplog.at_level(logging.WARNING):
            assert [builder.turn(clock.now()) for _ in range(3)] == [PAUSE] * 3
            assert seen() == before
            assert alliance.client(alliance.ada).get("/").status_code == 200
            disk.resize(LARGE)
            assert builder.turn(clock.now()) == builder.took
    finally:
        builder.let_go()
        use_settings(tools)
    assert seen().ready == before.ready + 1
    assert [one.message for one in caplog.records] == [
        "no spare sites are built in cell main: the disk of the database is full",
        "spare sites are built again in cell main",
    ]
