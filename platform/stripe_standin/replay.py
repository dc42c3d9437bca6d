"""Idempotency keys: the same key gives the first answer again, with other parameters an error."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from .errors import ApiError
from .store import Body, Store

Answer = tuple[int, Body]


def once(
    store: Store, key: str | None, path: str, form: dict[str, Any], act: Callable[[], Answer]
) -> tuple[Answer, bool]:
    """Run `act` for the first bearer of the key; others get its answer and True."""
    if not key:
        return act(), False
    print_of = hashlib.sha256(json.dumps([path, form], sort_keys=True).encode()).hexdigest()
    with store.change() as db:
        row = db.execute(
            "SELECT fingerprint, status, body FROM replay WHERE key = ?", (key,)
        ).fetchone()
        if row is not None:
            _same(row[0], print_of, key)
            return (int(row[1]), json.loads(row[2])), True
        answer = act()
        if answer[0] < 500:
            db.execute(
                "INSERT INTO replay VALUES (?, ?, ?, ?)",
                (key, print_of, answer[0], json.dumps(answer[1])),
            )
        return answer, False


def _same(stored: str, given: str, key: str) -> None:
    if stored != given:
        raise ApiError(
            "Keys for idempotent requests can only be used with the same parameters they were "
            f"first used with. Try using a key other than '{key}'.",
            kind="idempotency_error",
        )
