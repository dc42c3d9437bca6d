"""What a fulfilment may become, and whether what came out of the stock is what was bought."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from kameng.domains.delivery.errors import CannotDeliver, DeliveryIncomplete

SCARCE = 20
"""At most so many free cards: they are held while a shopper pays, else taken when paid."""
DELIVERABLE = frozenset({"card"})


class FulfilmentState(StrEnum):
    """Where the delivery of one order line stands."""

    WAITING = "waiting"
    RESERVED = "reserved"
    DELIVERED = "delivered"
    REVEALED = "revealed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One order line as delivery sees it."""

    line_id: UUID
    sku_id: UUID
    quantity: int
    stock_type: str


@dataclass(frozen=True, slots=True)
class Secret:
    """One secret of an order line, in the open."""

    line_id: UUID
    seq: int
    text: str


def check_deliverable(stock_type: str) -> None:
    """Refuse goods that nobody can hand over yet."""
    if stock_type not in DELIVERABLE:
        raise CannotDeliver(stock_type=stock_type)


def check_complete(parcel: Parcel, secrets: Sequence[Secret]) -> None:
    """Refuse to hand over less, more, or something empty."""
    if len(secrets) != parcel.quantity or not all(one.text.strip() for one in secrets):
        raise DeliveryIncomplete(line=parcel.line_id)


def shown(secrets: Sequence[Secret], hidden: Mapping[UUID, int]) -> list[Secret]:
    """The secrets but the last so many of each line."""
    counts = Counter(one.line_id for one in secrets)
    kept = {line_id: count - hidden.get(line_id, 0) for line_id, count in counts.items()}
    found: list[Secret] = []
    for one in sorted(secrets, key=lambda each: each.seq):
        if kept[one.line_id] > 0:
            kept[one.line_id] -= 1
            found.append(one)
    return found


def scarce(parcels: Iterable[Parcel], stock: dict[UUID, int]) -> list[Parcel]:
    """The parcels whose goods are nearly gone."""
    return [one for one in parcels if stock.get(one.sku_id, 0) <= SCARCE]
