"""One change of every site's schema, by our runner and by psql, in turns on the same sites.

Three statements for each: a column with a default, an index, a table that points at another. psql
gets one file with one transaction for each site and nothing of our book-keeping. Afterwards every
trace is taken away, also of a run that was cut off.
"""

from __future__ import annotations

import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from kameng.config import Settings
from kameng.kit import clock
from kameng.kit.embedded import binaries
from migrations import runner, scripts
from migrations.scripts import Change, Leg
from tenants.database import connect_engine

ROUNDS = 3
TURNS = ("a", "b", "c", "d", "e", "f", "g", "h", "i")
DDL = (
    "ALTER TABLE member ADD COLUMN bench_{turn} varchar(20) NOT NULL DEFAULT ''",
    "CREATE INDEX ix_bench_{turn} ON member (bench_{turn})",
    "CREATE TABLE bench_{turn} (id uuid PRIMARY KEY, member_id uuid NOT NULL"
    " CONSTRAINT fk_bench_{turn} REFERENCES member (id), note varchar(200) NOT NULL)",
)
UNDO = (
    "DROP TABLE IF EXISTS bench_{turn}",
    "ALTER TABLE member DROP COLUMN IF EXISTS bench_{turn}",
)
_LEFT = (
    "SELECT DISTINCT right(relname, 1) FROM pg_class"
    " WHERE relname ~ '^bench_[a-i]$' AND relkind = 'r' ORDER BY 1"
)
_FORGET = (
    "UPDATE shared.tenant_schema_state SET revision = :head, target = :head, state = 'ok'"
    " WHERE revision > :head OR target > :head",
    "UPDATE shared.schema_pool SET revision = :head WHERE revision > :head",
    "DELETE FROM shared.migration_run WHERE target > :head",
)


@dataclass(frozen=True, slots=True)
class Compared:
    """Medians in milliseconds for one schema."""

    runner: float
    one_worker: float
    psql: float
    schemas: int


def compare(chosen: Settings) -> Compared:
    """Change all schemas in turns; nothing of it is left."""
    clean(chosen)
    names, url = _schemas(chosen), chosen.role_url("owner")
    times: dict[str, list[float]] = {"runner": [], "one": [], "psql": []}
    turns = iter(TURNS)
    try:
        for _ in range(ROUNDS):
            times["psql"].append(_by_psql(url, _each(names, DDL, next(turns))))
            times["runner"].append(_by_runner(url, next(turns), len(names), None))
            times["one"].append(_by_runner(url, next(turns), len(names), 1))
    finally:
        clean(chosen)
    middle = {name: statistics.median(spent) * 1000 / len(names) for name, spent in times.items()}
    return Compared(middle["runner"], middle["one"], middle["psql"], len(names))


def clean(chosen: Settings) -> None:
    """Every schema as it was, and the runner's books too."""
    url, names = chosen.role_url("owner"), _schemas(chosen)
    engine = connect_engine(url, pool_size=1)
    with engine.connect() as connection:
        left = connection.execute(text(_LEFT)).scalars().all()
        undo = tuple(line.format(turn=turn) for turn in left for line in UNDO)
        _by_psql(url, _each(names if undo else (), undo, ""))
        for statement in _FORGET:
            connection.execute(text(statement), {"head": scripts.head("tenant")})
    engine.dispose()


def _schemas(chosen: Settings) -> list[str]:
    engine = connect_engine(chosen.role_url("owner"), pool_size=1)
    with engine.connect() as connection:
        query = text("SELECT schema_name FROM shared.tenant_schema_state ORDER BY schema_name")
        names = list(connection.execute(query).scalars())
    engine.dispose()
    return names


def _by_runner(url: str, turn: str, schemas: int, workers: int | None) -> float:
    target = f"t99{turn}"
    leg = Leg(target, tuple(line.format(turn=turn) for line in DDL))
    begun = time.perf_counter()
    done = runner.run(url, Change(target, lambda _from: leg), now=clock.now(), workers=workers)
    spent = time.perf_counter() - begun
    if done.moved != schemas or done.failed:
        raise AssertionError(f"{done.moved} of {schemas} moved, {done.failed} failed")
    return spent


def _each(names: Sequence[str], statements: Sequence[str], turn: str) -> str:
    """One transaction for each schema."""
    body = "".join(f"{line.format(turn=turn)};\n" for line in statements)
    return "".join(
        f'BEGIN;\nSET LOCAL search_path = "{name}", shared, pg_temp;\n{body}COMMIT;\n'
        for name in names
    )


def _by_psql(url: str, script: str) -> float:
    """Seconds of a real psql, the one that comes with our server."""
    program = str(binaries.postgres(None) / "psql")
    with tempfile.TemporaryDirectory(prefix="kameng-psql-") as folder:
        file = Path(folder) / "change.sql"
        file.write_text(script)
        quiet = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--file={file}"]
        begun = time.perf_counter()
        done = subprocess.run(
            [program, *quiet, url],
            capture_output=True,
            text=True,
            check=False,
            env={"PGOPTIONS": "-c client_min_messages=warning"},
        )
        spent = time.perf_counter() - begun
    if done.returncode:
        raise AssertionError(f"psql: {done.stderr[:400]}")
    return spent
