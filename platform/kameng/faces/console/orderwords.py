"""What happens to an order, in words: the steps of its life, and what a person must decide."""

from typing import Any

from flask_babel import lazy_gettext as _

EVENTS: dict[str, Any] = {
    "placed": _("Order placed"),
    "payment_started": _("Payment started"),
    "paid": _("Paid"),
    "paid_late": _("Paid after it had expired"),
    "paid_twice": _("Paid twice: the second payment goes back"),
    "fulfilling": _("Delivery started"),
    "delivered": _("Delivered"),
    "revealed": _("Secret opened by the buyer"),
    "fulfil_failed": _("Delivery failed"),
    "payment_mismatch": _("The payment does not match the order"),
    "mismatch_settled": _("The payment was settled by hand"),
    "expired": _("Expired unpaid"),
    "cancelled": _("Cancelled"),
    "refunding": _("Refund started"),
    "refunded": _("Refunded"),
    "refund_failed": _("Refund failed"),
    "returning": _("Delivered goods go back"),
    "goods_refunded": _("Money for delivered goods given back"),
    "refund_given_up": _("Failed refund given up"),
    "unseen_settled": _("Secrets given back unseen settled"),
    "refund_retried": _("Refund tried again"),
    "second_payment_refunded": _("The second payment was given back"),
    "second_refund_failed": _("Giving back the second payment failed"),
    "rest_refunded": _("What the dispute left was given back"),
    "rest_refund_failed": _("Giving back what the dispute left failed"),
    "outside_refund": _("Refunded on the provider's own pages"),
    "outside_refund_failed": _("A refund made on the provider's own pages failed"),
    "outside_refund_beyond": _("Refunded on the provider's own pages though nothing was left"),
    "outside_refund_odd": _("The provider reports a refund that cannot be: nothing was booked"),
    "outside_settled": _("The refund made at the provider is dealt with"),
    "held": _("Held back: the payment is disputed"),
    "released": _("Let go by a person although disputed"),
    "disputed": _("The buyer's bank disputes the payment"),
    "dispute_won": _("Dispute won"),
    "dispute_lost": _("Dispute lost: everybody gave up their part"),
    "dispute_aside": _("A dispute was decided after the order had ended"),
}
OWN: dict[str, Any] = {
    "dispute_lost": _("Dispute lost: the site bears it alone, nobody else gave anything up"),
}
"""What a step is called where the site collected by itself, as far as that differs."""
TASKS: dict[str, Any] = {
    "refund_failed": _("The refund failed: try again or pay it out by hand"),
    "payment_mismatch": _("The payment does not match: look at it before delivering"),
    "unseen_secrets": _("Secrets were given back unseen: decide what becomes of them"),
    "outside_refund": _("Money went back at the provider itself: decide about the goods"),
    "dispute": _("The payment is disputed: send the evidence to the provider in time"),
    "own_cost_missing": _("Paid late to the site itself: its balance does not pay for the goods"),
    "fulfil_failed": _("Paid but not delivered: add stock and deliver, or refund"),
}


def event(name: str, paid_by: str = "") -> str:
    """A step in words; an unknown one as its name."""
    return str((OWN if paid_by == "own" else EVENTS).get(name, EVENTS.get(name, name)))


def task(kind: str) -> str:
    """What a person must decide."""
    return str(TASKS.get(kind, kind))
