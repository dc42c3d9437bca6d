"""Where an order may be drawn into a dispute. Pure."""

from __future__ import annotations

from kameng.domains.orders.rules import OrderState

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
