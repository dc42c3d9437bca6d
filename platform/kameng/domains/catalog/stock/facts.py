"""The frozen values the card stock returns; plaintext only in OpenedCard."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a paste. `duplicates` are line numbers, each not inserted."""

    batch_id: UUID | None
    inserted: int
    duplicates: list[int]
    blank: int


@dataclass(frozen=True, slots=True)
class OpenedCard:
    """A sold card with its plaintext; keep it out of logs (repr hides the secret)."""

    card_id: UUID
    line_id: UUID
    seq: int
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Counted:
    """Free and sold cards of a SKU, each counted up to a cap."""

    free: int = 0
    sold: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """All cards of an own SKU by state, exact."""

    free: int
    held: int
    sold: int
    void: int

    @property
    def all(self) -> int:
        return self.free + self.held + self.sold + self.void


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A paste or upload and what is left of it."""

    id: UUID
    sku_id: UUID
    product_name: str
    sku_name: str
    note: str
    inserted: int
    duplicates: int
    blank: int
    free: int
    sold: int
    created_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card in the console, without its secret."""

    id: UUID
    batch_id: UUID
    state: str
    buyer_tenant_id: int | None
    order_id: UUID | None
    held_until: datetime | None
    sold_at: datetime | None
    added_at: datetime
