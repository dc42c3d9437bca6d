"""Facts an order announces; who listens is written in reactions/book.py."""

from dataclasses import dataclass
from uuid import UUID

from kameng.kit.events import Event


@dataclass(frozen=True, slots=True)
class OrderPaid(Event):
    """The money for an order is booked; what was bought must follow at once."""

    order_id: UUID
    number: str
    late: bool


@dataclass(frozen=True, slots=True)
class OrderCompleted(Event):
    """Everything an order bought has been handed over. `by_mail`: the contact is an address."""

    order_id: UUID
    number: str
    by_mail: bool


@dataclass(frozen=True, slots=True)
class GoodsRefunded(Event):
    """Money for delivered goods has gone back to whoever paid. `by_mail`: the contact is an
    address."""

    order_id: UUID
    number: str
    refund_id: UUID
    by_mail: bool


@dataclass(frozen=True, slots=True)
class OrderRefunded(Event):
    """The money of an order has gone back to whoever paid."""

    order_id: UUID
    number: str
