"""The frozen values that orders' reads return."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kameng.domains.orders.rules import LineFacts, OrderFacts, OrderState, Progress
from kameng.domains.payments.rules import RefundFacts
from kameng.kit.money import Money


@dataclass(frozen=True, slots=True)
class LineBack:
    """What a refund gave back of one line; `unseen` secrets of it were never shown."""

    line_id: UUID
    pieces: int
    money: Money
    amount: Money
    unseen: int


@dataclass(frozen=True, slots=True)
class GoodsRefund:
    """One refund of delivered goods."""

    id: UUID
    order_id: UUID
    attempt_id: UUID | None
    state: Progress
    amount: Money
    lines: tuple[LineBack, ...]
    reason: str
    late: bool
    by_name: str
    at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as its page shows it; the secrets come from delivery.service.reveal."""

    order: OrderFacts
    lines: tuple[LineFacts, ...]
    refunds: tuple[RefundFacts, ...]
    returns: tuple[GoodsRefund, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderSummary:
    """An order in a list of one's own."""

    id: UUID
    number: str
    title: str
    state: OrderState
    total: Money
    placed_at: datetime
    member_id: UUID | None


@dataclass(frozen=True, slots=True)
class EventFacts:
    """One step in the life of an order."""

    at: datetime
    name: str
    from_state: OrderState | None
    to_state: OrderState
    actor_kind: str
    actor_id: str
    actor_name: str
    ip: str
    note: dict[str, Any]


@dataclass(frozen=True, slots=True)
class IndexRow:
    """An order as the sites above it see it: the contact is masked."""

    tenant_id: int
    order_id: UUID
    number: str
    state: OrderState
    title: str
    quantity: int
    total: Money
    currency: str
    contact: str
    pay_method: str
    placed_at: datetime
    paid_at: datetime | None
    completed_at: datetime | None
    refunded: Money | None = None


@dataclass(frozen=True, slots=True)
class IndexPage:
    """One page of the index, and what all its pages come to."""

    rows: tuple[IndexRow, ...]
    total_count: int
    total_amount: Money
    page: int
    size: int

    @property
    def has_next(self) -> bool:
        return self.page * self.size < self.total_count


@dataclass(frozen=True, slots=True)
class Sales:
    """How many orders were paid in a span of time, and what they came to."""

    orders: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Start:
    """How a site began to sell: its first paid order, and whether any was paid in the thirty days
    before its thirtieth and before its ninetieth day."""

    first: datetime | None
    by_30: bool
    by_90: bool


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """Something about an order that a human must decide."""

    id: UUID
    tenant_id: int
    order_id: UUID
    order_number: str
    kind: str
    reason: str
    created_at: datetime
