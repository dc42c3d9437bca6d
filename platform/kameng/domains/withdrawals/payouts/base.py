"""What a way of paying out is asked, and what it must bring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from kameng.kit.money import Money


@dataclass(frozen=True, slots=True)
class Payout:
    """Money to be sent, less the fee. `withdrawal_id` is the key under which it is sent once.

    Where a provider sends it: to which account of the provider's, for which attempt of ours, and
    the key under which the same request is the same transfer.
    """

    withdrawal_id: UUID
    amount: Money
    holder: str
    to: str = ""
    attempt_id: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """That the money has left: a reference, a picture as JPEG, or both."""

    text: str = ""
    picture: bytes = b""


@dataclass(frozen=True, slots=True)
class Home:
    """The account money is sent from: where it is, and in which currencies money lies there."""

    account: str
    country: str
    currencies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """An account at the provider, as the provider reports it. `names`: how its owner may be
    written, the usual way first; `due`: how much the provider still wants to know."""

    account: str
    live: bool
    names: tuple[str, ...]
    transfers: str
    payouts: bool
    submitted: bool
    due: int
    why: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A transfer at the provider, as the provider reports it."""

    id: str
    amount_fen: int
    back_fen: int
    currency: str
    live: bool
    to: str
    attempt_id: str


class PayoutGateway(Protocol):
    """One way the money leaves."""

    code: str

    def paid(self, payout: Payout, told: Proof) -> Proof:
        """The proof that this payout has left; `told` is what a person brought. Raises a named
        refusal, CallRefused (nothing has left) or CallUnknown (ask later, never repeat blindly)."""
        ...


class Provider(PayoutGateway, Protocol):
    """A way out that a provider keeps: payees have accounts there, and it can be asked what became
    of a transfer. Ask with no transaction open; failures are CallRefused or CallUnknown."""

    live: bool

    def home(self) -> Home:
        """Whose account the money is sent from, where it is and what lies there."""

    def open_account(self, request: dict[str, Any], key: str) -> Standing:
        """Open a payee's account; the same key gives the same account."""

    def standing(self, account: str) -> Standing:
        """Ask for the state of a payee's account."""

    def lead(self, account: str, back: str, again: str) -> str:
        """The address of a page on which its owner goes on; good once and for minutes. He comes
        back to `back`, or to `again` where the page does not let him in any more."""

    def read(self, transfer: str) -> Sent:
        """Ask for the state of a transfer."""

    def find(self, payout: Payout) -> Sent | None:
        """Look for the transfer of an attempt whose sending was never answered."""

    def reversed_since(self, since: datetime) -> Iterator[Sent]:
        """All transfers something of which has come back since then."""
