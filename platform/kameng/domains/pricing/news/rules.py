"""What a digest is made of: its window, its moves, and which of them it tells. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from kameng.kit.money import Money

WINDOW = timedelta(hours=1)
GRACE = timedelta(minutes=2)
"""How long after its window a digest is worked out: what was decided in its last second is in."""
KEPT = timedelta(days=90)
MOST_TOLD = 500
"""Moves a digest names; the others are counted."""
_KEY = "%Y%m%dT%H"


@dataclass(frozen=True, slots=True)
class Move:
    """One SKU of a site: what it cost and costs, and what its shoppers paid and pay."""

    sku_id: UUID
    before: Money
    after: Money
    price_before: Money
    price: Money


def window_of(at: datetime) -> tuple[datetime, datetime]:
    """The hour a moment lies in: its beginning and its end."""
    since = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return since, since + WINDOW


def key_of(since: datetime) -> str:
    """The name of the window that begins then."""
    return since.astimezone(UTC).strftime(_KEY)


def window_named(key: str) -> tuple[datetime, datetime]:
    """The window of a name."""
    return window_of(datetime.strptime(key, _KEY).replace(tzinfo=UTC))


def widest(moves: Iterable[Move]) -> list[Move]:
    """The moves a digest names, the widest first."""
    return sorted(moves, key=lambda one: (-abs((one.after - one.before).micro), one.sku_id))[
        :MOST_TOLD
    ]


def counted(moves: Sequence[Move]) -> tuple[int, int]:
    """How many became dearer, and how many cheaper."""
    dearer = sum(one.after > one.before for one in moves)
    return dearer, len(moves) - dearer


def told(move: Move) -> dict[str, Any]:
    """A move as JSON can keep it; whole micro-units as text."""
    figures = (move.before, move.after, move.price_before, move.price)
    said = [str(one.micro) for one in figures]
    return {"sku": str(move.sku_id), "figures": said, "currency": move.after.currency}


def read(stored: Mapping[str, Any]) -> Move:
    """The move that `told` kept."""
    figures = (Money(int(one), stored["currency"]) for one in stored["figures"])
    return Move(UUID(stored["sku"]), *figures)
