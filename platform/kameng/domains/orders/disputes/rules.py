"""What of an order is given back when its dispute is lost. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from kameng.domains.orders import parts
from kameng.domains.orders.rules import Back, LineFacts, OrderState
from kameng.kit.money import FEN, Money

DISPUTABLE = frozenset(
    {OrderState.COMPLETED, OrderState.PARTIALLY_REFUNDED, OrderState.WON, OrderState.DISPUTED}
)
"""Where an order may be drawn into a dispute; elsewhere it comes to its own end first."""
WAITING = frozenset({OrderState.PAID, OrderState.PAID_LATE})
"""Paid, and about to be delivered: it is held back."""
ENDED = frozenset(
    {OrderState.REFUNDED, OrderState.LOST, OrderState.CANCELLED, OrderState.PAYMENT_MISMATCH}
)
"""Nothing of the order is left to dispute: what the bank takes is the house's loss."""
After = list[tuple[LineFacts, Back]]


def lost(lines: Sequence[LineFacts], taken: Money) -> After:
    """What of each line is back after the bank has kept `taken`: all of it, or each line its share
    of what is left, in whole fen. What is taken beyond what is left nobody can be asked for."""
    left = {line.id: line.total - parts.paid_back(line, line.back) for line in lines}
    rest = sum(left.values(), Money.zero(taken.currency))
    if taken >= rest:
        return [(line, _whole(line)) for line in lines if not _is_whole(line)]
    weights = [left[line.id].micro // FEN for line in lines]
    shares = Money(taken.micro // FEN, taken.currency).split(weights)
    return [
        (line, Back(line.back.pieces, line.back.money + share * FEN))
        for line, share in zip(lines, shares, strict=True)
        if share
    ]


def _whole(line: LineFacts) -> Back:
    return Back(line.quantity, line.back.money)


def _is_whole(line: LineFacts) -> bool:
    return parts.share_back(line, line.back) == parts.WHOLE
