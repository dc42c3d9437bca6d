"""A real PgBouncer in transaction mode before the test database, with fewer connections to the
server than there are clients; the roles' passwords it learns from the server itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg

from kameng.config import ROLES, Settings
from tests.support import programs
from tests.support.running import free_ports

CONFIGURATION = """\
[databases]
{name} = host=127.0.0.1 port={server} dbname={name}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = users.txt
auth_user = {asker}
auth_query = SELECT usename, passwd FROM pg_shadow WHERE usename = $1
stats_users = {watcher}
pool_mode = transaction
default_pool_size = {size}
max_client_conn = 200
server_check_delay = 0
"""
WATCHER = "watcher"


@dataclass(frozen=True)
class Pooler:
    """A running pooler; `settings` are the deployment's, seen through it."""

    settings: Settings
    size: int

    def asked(self, question: str) -> list[dict[str, object]]:
        """What its own console says."""
        address = self.settings.role_url("app").rsplit("/", 1)[0] + "/pgbouncer"
        line = psycopg.connect(address, user=WATCHER, password=WATCHER, autocommit=True)
        with line, line.cursor(row_factory=psycopg.rows.dict_row) as cursor:
            return cursor.execute(question.encode()).fetchall()

    def transactions(self) -> int:
        """How many it has carried."""
        return sum(int(str(row["total_xact_count"])) for row in self.asked("SHOW STATS"))

    def servers(self, role: str) -> int:
        """How many connections to the server it holds for one role."""
        return len([row for row in self.asked("SHOW SERVERS") if row["user"] == ROLES[role]])


@contextmanager
def before(made: Settings, *, size: int) -> Iterator[Pooler]:
    """PgBouncer before the database of `made`, `size` server connections for each role."""
    program = programs.path_of("pgbouncer")
    parts = urlsplit(made.database_url)
    (port,) = free_ports(1)
    with programs.folder("kameng-pooler-") as home:
        (home / "pooler.ini").write_text(
            CONFIGURATION.format(
                name=parts.path.lstrip("/"), server=parts.port, port=port, size=size,
                watcher=WATCHER, asker=parts.username,
            )
        )  # fmt: skip
        users = {parts.username: unquote(parts.password or ""), WATCHER: WATCHER}
        lines = "".join(f'"{name}" "{word}"\n' for name, word in users.items())
        (home / "users.txt").write_text(lines)
        with programs.running([program, "pooler.ini"], home, port):
            place = f"{parts.netloc.rsplit('@', 1)[0]}@127.0.0.1:{port}"
            address = urlunsplit((parts.scheme, place, parts.path, parts.query, ""))
            yield Pooler(replace(made, database_url=address), size)
