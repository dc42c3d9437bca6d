"""The tight loop of a large paste: digest, drop repeats, seal, insert in chunks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from kameng.domains.catalog.stock import rules
from kameng.kit.secrets import Sealer
from tenants.database import session

CHUNK = 5_000
Fresh = tuple[int, str]
"""A line number and its secret."""

_ADD = "SELECT shared.add_cards(%(sku)s, %(batch)s, %(ids)b, %(ciphers)b, %(digests)b)"
"""In the driver's own words: binary arrays cost a third of the text SQLAlchemy would send."""


def distinct(sealer: Sealer, paste: rules.Paste) -> tuple[dict[bytes, Fresh], list[int]]:
    """Each different secret once, sealed later under its id; the lines that repeat one."""
    first: dict[bytes, Fresh] = {}
    repeated: list[int] = []
    for line, secret in paste.secrets:
        digest = sealer.blind(rules.alike(secret), purpose="card")
        if digest in first:
            repeated.append(line)
        else:
            first[digest] = (line, secret)
    return first, repeated


def store(
    sealer: Sealer, sku_id: UUID, batch_id: UUID, first: dict[bytes, Fresh], now: datetime
) -> list[int]:
    """Insert what the stock does not hold yet; the lines it did hold."""
    names = rules.ordered_ids(len(first), now)
    cards = [
        (card, digest, line, sealer.seal(secret, str(card)))
        for card, (digest, (line, secret)) in zip(names, first.items(), strict=True)
    ]
    known: list[int] = []
    for chunk in _chunks(cards):
        columns = {
            "sku": sku_id,
            "batch": batch_id,
            "ids": [card for card, *_ in chunk],
            "digests": [digest for _, digest, *_ in chunk],
            "ciphers": [cipher for *_, cipher in chunk],
        }
        stored = set(session.connection().exec_driver_sql(_ADD, columns).scalars())
        known += [line for card, _, line, _ in chunk if card not in stored]
    return known


def _chunks(cards: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(cards), CHUNK):
        yield cards[start : start + CHUNK]
