"""Disputes in words: where they stand, and why the payer's bank says it took the money."""

from typing import Any

from flask_babel import lazy_gettext as _l

from kameng.domains.payments.disputes.rules import DisputeFacts, DisputeState

STATES: dict[DisputeState, tuple[Any, str]] = {
    DisputeState.INQUIRY: (_l("The bank asks"), "orange"),
    DisputeState.NEEDS_RESPONSE: (_l("Evidence needed"), "red"),
    DisputeState.UNDER_REVIEW: (_l("The bank decides"), "blue"),
    DisputeState.WON: (_l("Won"), "green"),
    DisputeState.LOST: (_l("Lost"), "red"),
}
REASONS: dict[str, Any] = {
    "bank_cannot_process": _l("The bank could not process it"),
    "check_returned": _l("The bank could not process it"),
    "credit_not_processed": _l("A promised refund did not come"),
    "customer_initiated": _l("The payer asked his bank"),
    "debit_not_authorized": _l("The payer did not authorise it"),
    "duplicate": _l("Charged twice"),
    "fraudulent": _l("The card holder says he did not pay"),
    "general": _l("No particular reason"),
    "incorrect_account_details": _l("Wrong account details"),
    "insufficient_funds": _l("Not enough money on the account"),
    "noncompliant": _l("Against the rules of the card network"),
    "product_not_received": _l("The goods did not arrive"),
    "product_unacceptable": _l("The goods are not as described"),
    "subscription_canceled": _l("A subscription had been cancelled"),
    "unrecognized": _l("The payer does not recognise the payment"),
}


def state(dispute: DisputeFacts) -> tuple[str, str]:
    """Where it stands, and in which colour."""
    said, colour = STATES[dispute.state]
    return str(said), colour


def reason(code: str) -> str:
    """Why, in words; one the provider has thought of since, as its code."""
    return str(REASONS.get(code, code or "—"))
