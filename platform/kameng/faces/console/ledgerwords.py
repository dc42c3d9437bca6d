"""What kinds of transactions and references in the books are called."""

from typing import Any

from flask_babel import lazy_gettext as _

KINDS: dict[str, Any] = {
    "order_paid": _("Order paid"),
    "channel_fee_real": _("Provider kept another fee than agreed"),
    "order_bought": _("Bought from the balance"),
    "order_delivered": _("Order delivered"),
    "order_cost": _("Cost of an order the site collected"),
    "refund_due": _("Order refunded"),
    "order_returned": _("Delivered goods given back"),
    "order_return_undone": _("Failed refund given up"),
    "refund_paid": _("Refund paid out"),
    "refund_beyond": _("Refunded at the provider beyond what was left"),
    "dispute_withdrawn": _("Taken by the provider for a dispute"),
    "dispute_reinstated": _("Given back by the provider after a dispute"),
    "order_lost": _("Lost dispute: parts given up"),
    "wallet_credit": _("Balance credited"),
    "deposit": _("Deposit recorded"),
    "withdrawal": _("Withdrawal"),
    "withdrawal_returned": _("Withdrawal came back"),
    "turned": _("Earnings turned into balance"),
    "commission_due": _("Commission due to a promoter"),
    "settlement": _("Earnings settled"),
    "settlement_debt": _("Debt paid from what was available"),
    "package_fee": _("Package fee"),
    "package_fee_returned": _("Package fee given back"),
    "topup": _("Topped up online"),
    "topup_refund_due": _("Top-up given back"),
    "topup_disputed": _("Top-up taken back by a bank"),
    "topup_owed": _("Top-up taken back by a bank after it was spent"),
    "topup_dispute_won": _("Disputed top-up given back by the bank"),
    "topup_refunded": _("Top-up given back, paid out"),
    "topup_refund_failed": _("Top-up not given back after all"),
}


def kind(code: str) -> str:
    """The kind in words; an unknown one as its code."""
    return str(KINDS.get(code, code))


STATUSES: dict[str, Any] = {
    "posted": _("Booked"),
    "pending": _("Set aside"),
    "voided": _("Released"),
}


def status(code: str) -> str:
    """Whether a transaction counts."""
    return str(STATUSES.get(code, code))
