"""Whether a refund nobody here asked for is one of a payment of ours. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from kameng.domains.payments.rules import (
    AttemptFacts,
    ProviderRefund,
    RefundFacts,
    RefundState,
    refund_state,
    refundable,
)
from kameng.kit.money import Money


def amount_of(said: ProviderRefund, paid: AttemptFacts) -> Money:
    """What went back."""
    return Money.of_fen(said.amount_fen, paid.amount.currency)


def difference(paid: AttemptFacts, said: ProviderRefund, refunds: Iterable[RefundFacts]) -> str:
    """The first way in which a refund is none of this payment, or nothing. `refunds`: all others
    of the same payment."""
    if said.payment != paid.provider_payment:
        return f"payment: ours {paid.provider_payment}, theirs {said.payment}"
    if said.currency.upper() != paid.amount.currency:
        return f"currency: ours {paid.amount.currency}, theirs {said.currency}"
    left = refundable(paid.amount, refunds)
    if not 0 < said.amount_fen <= left.fen:
        return f"amount: at most {left.fen} left, theirs {said.amount_fen}"
    return ""


def has_ended(said: ProviderRefund) -> bool:
    """Whether the money has left, or never will."""
    return refund_state(said.status) in (RefundState.SUCCEEDED, RefundState.FAILED)
