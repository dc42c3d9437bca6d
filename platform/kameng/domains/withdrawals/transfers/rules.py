"""Where a transfer stands, when it is asked about again, and whether a report is about it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from kameng.kit.money import Money

CHECKS = (45, 60, 120, 300, 900, 3_600)
"""Seconds between two looks; the first is later than the slowest answer that may still come."""
REPEAT = timedelta(hours=20)
"""So long a request may be sent again under its key: providers keep keys for a day."""


class TransferState(StrEnum):
    """Where an attempt to send money stands."""

    SUBMITTING = "submitting"
    UNKNOWN = "unknown"
    SENT = "sent"
    FAILED = "failed"
    REVERSED = "reversed"


OPEN = frozenset({TransferState.SUBMITTING, TransferState.UNKNOWN})
"""Nobody knows yet: the money may have left."""


@dataclass(frozen=True, slots=True)
class TransferFacts:
    """One attempt to pay a withdrawal out by a provider. `to`: the provider's account it goes to;
    `back`: how much of it was sent back."""

    id: UUID
    tenant_id: int
    withdrawal_id: UUID
    number: int
    to: str
    amount: Money
    state: TransferState
    provider_transfer: str | None
    problem: str
    back: Money
    created_at: datetime
    created_by: str
    settled_at: datetime | None

    @property
    def key(self) -> str:
        """Under which the provider makes it once."""
        return f"withdrawal:{self.withdrawal_id}:{self.number}"


def next_check(checks: int, now: datetime) -> datetime:
    """When to ask about it again."""
    return now + timedelta(seconds=CHECKS[min(checks, len(CHECKS) - 1)])


def may_repeat(transfer: TransferFacts, now: datetime) -> bool:
    """Whether its request may be sent again under the same key."""
    return now - transfer.created_at < REPEAT


def difference(
    transfer: TransferFacts, *, amount_fen: int, currency: str, to: str, attempt_id: str
) -> str:
    """The first way in which what the provider has is not what we sent, or nothing."""
    pairs = {
        "attempt": (str(transfer.id), attempt_id),
        "amount": (transfer.amount.fen, amount_fen),
        "currency": (transfer.amount.currency.lower(), currency.lower()),
        "destination": (transfer.to, to),
    }
    for name, (ours, theirs) in pairs.items():
        if ours != theirs:
            return f"{name}: ours {ours}, theirs {theirs}"
    return ""
