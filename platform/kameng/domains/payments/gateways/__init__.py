"""Providers of payments, one file each behind one Protocol, listed by name: nothing is found."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Protocol

from kameng.domains.payments.errors import ChannelOff
from kameng.domains.payments.gateways import stripe
from kameng.domains.payments.rules import (
    AttemptFacts,
    Notice,
    ProviderDispute,
    ProviderRefund,
    Purchase,
    Session,
)
from kameng.kit.money import Money


class Gateway(Protocol):
    """What every provider must be able to do. Failures are CallRefused or CallUnknown."""

    live: bool

    def account(self) -> str:
        """Whose account it is; a refusal says that the keys are none of the provider's."""

    def request(self, attempt: AttemptFacts, purchase: Purchase) -> dict[str, Any]:
        """The parameters of the payment page, as JSON, stored before they are sent."""

    def open(self, request: dict[str, Any], key: str) -> Session:
        """Open a payment page; the same key gives the same page."""

    def read(self, session: str) -> Session | None:
        """Ask for the state of a payment page; None when the provider has no such page."""

    def close(self, session: str) -> Session | None:
        """Close a page so that it cannot be paid any more; its state if it no longer can be."""

    def find(self, attempt_id: str, since: datetime) -> Session | None:
        """Look for the page of an attempt whose opening was never answered."""

    def paid_since(self, since: datetime) -> Iterator[Session]:
        """All pages opened since then that were paid."""

    def refund(self, payment: str, amount: Money, refund_id: str, key: str) -> ProviderRefund:
        """Give money back; the same key gives the same refund."""

    def read_refund(self, refund: str) -> ProviderRefund:
        """Ask for the state of a refund."""

    def find_refund(self, refund_id: str, since: datetime) -> ProviderRefund | None:
        """Look for a refund whose making was never answered."""

    def refunds_since(self, since: datetime) -> Iterator[ProviderRefund]:
        """All refunds made since then, whoever asked for them."""

    def refunds_of(self, payment: str) -> Iterator[ProviderRefund]:
        """All refunds of one payment, whoever asked for them."""

    def read_dispute(self, dispute: str) -> ProviderDispute | None:
        """Ask for the state of a dispute; None when the provider has no such dispute."""

    def disputes_since(self, since: datetime) -> Iterator[ProviderDispute]:
        """All disputes opened since then."""

    def verify(self, raw: bytes, signature: str) -> Notice:
        """Check a notification; raises NoticeForged."""


GATEWAYS: dict[str, Callable[[], Gateway]] = {"stripe": stripe.gateway}
READERS: dict[str, Callable[[bytes], Notice]] = {"stripe": stripe.reread}


def reread(channel: str, raw: bytes) -> Notice:
    """Read a notification that was verified when it came in; raises NoticeForged."""
    return READERS[channel](raw)


def of(channel: str) -> Gateway:
    """The gateway of a channel; refuses one that is not offered."""
    if channel not in GATEWAYS:
        raise ChannelOff(channel=channel)
    return GATEWAYS[channel]()
