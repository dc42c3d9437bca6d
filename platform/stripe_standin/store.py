"""Everything the stand-in remembers, in one SQLite file, so that a restart forgets nothing."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Body = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS object (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, kind TEXT NOT NULL,
    parent TEXT, created INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS object_kind ON object (kind, seq);
CREATE INDEX IF NOT EXISTS object_parent ON object (parent);
CREATE TABLE IF NOT EXISTS replay (
    key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, status INTEGER, body TEXT);
CREATE TABLE IF NOT EXISTS knob (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS delivery (
    id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, body TEXT NOT NULL,
    due REAL NOT NULL, attempts INTEGER NOT NULL, state TEXT NOT NULL, answer TEXT);
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (due) WHERE state = 'waiting';
"""

EMPTY = ("DELETE FROM object", "DELETE FROM replay", "DELETE FROM knob", "DELETE FROM delivery")


class Store:
    """One connection behind one lock: a test gateway needs order more than it needs speed."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.lock = threading.RLock()
        self.connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=OFF")
        self.connection.executescript(SCHEMA)
        self.depth = 0

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """One transaction at a time; an error undoes it; entering again joins the outer one."""
        with self.lock:
            if self.depth == 0:
                self.connection.execute("BEGIN IMMEDIATE")
            self.depth += 1
            try:
                yield self.connection
            except BaseException:
                self.depth -= 1
                if self.depth == 0:
                    self.connection.execute("ROLLBACK")
                raise
            self.depth -= 1
            if self.depth == 0:
                self.connection.execute("COMMIT")

    def put(self, body: Body, parent: str | None = None) -> Body:
        """Write an object, new or changed."""
        row = (body["id"], body["object"], parent, body["created"], json.dumps(body))
        with self.change() as db:
            db.execute(
                "INSERT INTO object (id, kind, parent, created, body) VALUES (?,?,?,?,?)"
                " ON CONFLICT (id) DO UPDATE SET body = excluded.body",
                row,
            )
        return body

    def get(self, kind: str, key: str) -> Body | None:
        """Read one object."""
        found = self._rows("SELECT body FROM object WHERE id = ? AND kind = ?", (key, kind))
        return found[0] if found else None

    def holds(self, key: str) -> bool:
        """Whether there is anything of that id."""
        return bool(self._rows("SELECT body FROM object WHERE id = ?", (key,)))

    def children(self, kind: str, parent: str) -> list[Body]:
        """All objects that belong to another one, oldest first."""
        return self._rows(
            "SELECT body FROM object WHERE parent = ? AND kind = ? ORDER BY seq", (parent, kind)
        )

    def all(self, kind: str) -> list[Body]:
        """All objects of a kind, oldest first."""
        return self._rows("SELECT body FROM object WHERE kind = ? ORDER BY seq", (kind,))

    def newest(self, kind: str, *, before: str | None, since: int, limit: int) -> list[Body]:
        """A page of objects, newest first, as Stripe lists them."""
        return self._rows(
            "SELECT body FROM object WHERE kind = ? AND created >= ?"
            " AND seq < COALESCE((SELECT seq FROM object WHERE id = ?), 9e18)"
            " ORDER BY seq DESC LIMIT ?",
            (kind, since, before, limit),
        )

    def knob(self, name: str, default: Any = None) -> Any:
        """A setting of the control panel."""
        with self.lock:
            query = self.connection.execute("SELECT value FROM knob WHERE name = ?", (name,))
            row = query.fetchone()
        return json.loads(row[0]) if row else default

    def turn(self, name: str, value: Any) -> None:
        """Change a setting of the control panel."""
        with self.change() as db:
            db.execute(
                "INSERT INTO knob VALUES (?, ?) ON CONFLICT (name)"
                " DO UPDATE SET value = excluded.value",
                (name, json.dumps(value)),
            )

    def forget(self) -> None:
        """Start over with empty books."""
        with self.change() as db:
            for statement in EMPTY:
                db.execute(statement)

    def _rows(self, sql: str, values: tuple[Any, ...]) -> list[Body]:
        with self.lock:
            return [json.loads(row[0]) for row in self.connection.execute(sql, values)]
