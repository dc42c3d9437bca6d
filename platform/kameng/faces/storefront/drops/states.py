"""What each state of an order says to the shopper: its name, its mood, and where the money is."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from kameng.domains.orders.rules import OrderState as S


@dataclass(frozen=True, slots=True)
class Words:
    """`tone` is wait, work, ok or bad; `hint` says what it means for the shopper's money."""

    label: Any
    tone: str
    hint: Any


CHECKED_BY_HAND = _l("A person is looking at it. Your money is safe, nothing is lost.")

WORDS: dict[S, Words] = {
    S.DRAFT: Words(_l("Not placed yet"), "wait", _l("Nothing has been charged.")),
    S.PENDING_PAYMENT: Words(
        _l("Waiting for payment"), "wait", _l("Nothing has been charged yet.")
    ),
    S.PAYING: Words(
        _l("Waiting for payment"),
        "wait",
        _l("As soon as your payment arrives, this page shows what you bought."),
    ),
    S.PAID: Words(
        _l("Paid"), "work", _l("Your payment has arrived. Delivery takes a few seconds.")
    ),
    S.FULFILLING: Words(
        _l("Being delivered"),
        "work",
        _l("Your payment has arrived. This page updates by itself."),
    ),
    S.COMPLETED: Words(_l("Delivered"), "ok", _l("Paid and delivered.")),
    S.PARTIALLY_FULFILLED: Words(
        _l("Partly delivered"),
        "work",
        _l("A part has been delivered; the rest is delivered or refunded."),
    ),
    S.FULFIL_FAILED: Words(
        _l("Delivery failed"),
        "bad",
        _l("Your money is safe: the shop delivers by hand or refunds in full."),
    ),
    S.EXPIRED: Words(
        _l("Expired"),
        "bad",
        _l("The time to pay has run out. If you paid all the same, it is delivered or refunded."),
    ),
    S.CANCELLED: Words(_l("Cancelled"), "bad", _l("Nothing was charged.")),
    S.PAID_LATE: Words(
        _l("Paid late"),
        "work",
        _l("Your payment arrived after the order had expired. It is delivered or refunded now."),
    ),
    S.REFUNDING: Words(
        _l("Being refunded"), "work", _l("The full amount goes back the way it came.")
    ),
    S.REFUNDED: Words(_l("Refunded"), "ok", _l("The full amount went back the way it came.")),
    S.PARTIALLY_REFUNDED: Words(
        _l("Partly refunded"), "ok", _l("A part of your money was given back.")
    ),
    S.REFUND_FAILED: Words(_l("Refund delayed"), "bad", CHECKED_BY_HAND),
    S.PAYMENT_MISMATCH: Words(_l("Payment being checked"), "bad", CHECKED_BY_HAND),
    S.RISK_HOLD: Words(_l("Payment being checked"), "work", CHECKED_BY_HAND),
    S.DISPUTED: Words(_l("Disputed"), "bad", CHECKED_BY_HAND),
    S.WON: Words(_l("Delivered"), "ok", _l("Paid and delivered.")),
    S.LOST: Words(_l("Charged back"), "bad", _l("The payment went back to you.")),
}
STILL_MOVING = frozenset(
    {
        S.PENDING_PAYMENT,
        S.PAYING,
        S.PAID,
        S.FULFILLING,
        S.PAID_LATE,
        S.REFUNDING,
        S.PARTIALLY_FULFILLED,
    }
)
PAYABLE = frozenset({S.PENDING_PAYMENT, S.PAYING})


def words(state: S) -> Words:
    """The words for `state`."""
    return WORDS[S(state)]


def is_final(state: S) -> bool:
    """Whether an open page may stop asking."""
    return S(state) not in STILL_MOVING
