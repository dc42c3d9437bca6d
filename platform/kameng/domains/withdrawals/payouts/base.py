"""What a way of paying out is asked, and what it must bring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from kameng.kit.money import Money


@dataclass(frozen=True, slots=True)
class Payout:
    """Money to be sent, less the fee. `withdrawal_id` is the key under which it is sent once."""

    withdrawal_id: UUID
    amount: Money
    holder: str


@dataclass(frozen=True, slots=True)
class Proof:
    """That the money has left: a reference, a picture as JPEG, or both."""

    text: str = ""
    picture: bytes = b""


class PayoutGateway(Protocol):
    """One way the money leaves."""

    code: str

    def paid(self, payout: Payout, told: Proof) -> Proof:
        """The proof that this payout has left; `told` is what a person brought. Raises a named
        refusal, CallRefused (nothing has left) or CallUnknown (ask later, never repeat blindly)."""
        ...
