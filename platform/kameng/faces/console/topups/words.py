"""What the states of top-ups and the payers are called."""

from typing import Any

from flask_babel import lazy_gettext as _

from kameng.domains.payments.disputes.rules import DisputeFacts, DisputeState
from kameng.domains.payments.rules import RefundState
from kameng.domains.topups.rules import Payer, TopUpFacts, TopUpState

S, R = TopUpState, RefundState
STATES: dict[TopUpState, tuple[Any, str]] = {
    S.WAITING: (_("Waiting for payment"), "orange"),
    S.PAID: (_("Arrived"), "green"),
    S.EXPIRED: (_("Expired"), "secondary"),
    S.FAILED: (_("Did not work"), "secondary"),
    S.MISMATCH: (_("Amount does not match"), "red"),
    S.SETTLED: (_("Settled by hand"), "secondary"),
}
REFUNDS: dict[RefundState, tuple[Any, str]] = {
    R.SUBMITTING: (_("On its way"), "orange"),
    R.UNKNOWN: (_("On its way"), "orange"),
    R.PENDING: (_("On its way"), "orange"),
    R.SUCCEEDED: (_("Given back"), "purple"),
    R.FAILED: (_("Failed, on the balance again"), "red"),
}
PAYERS: dict[Payer, Any] = {
    Payer.MEMBER: _("Member's balance"),
    Payer.SITE: _("Site's balance"),
}


def state(topup: TopUpFacts) -> tuple[str, str]:
    """Where it stands, and its colour."""
    if topup.refunded and topup.state is S.PAID:
        return str(_("Given back") if not topup.kept else _("Partly given back")), "purple"
    label, colour = STATES[topup.state]
    return str(label), colour


def refund(found: RefundState) -> tuple[str, str]:
    """How far a refund is, and its colour."""
    label, colour = REFUNDS[found]
    return str(label), colour


def dispute(found: DisputeFacts) -> str:
    """What a bank's dispute of the payment means for the balance."""
    if found.state is DisputeState.WON:
        return str(_("A bank disputed this payment, and the dispute is won: nothing is missing."))
    if found.state is DisputeState.LOST:
        return str(_("A bank took this payment back for good. What was unspent went with it."))
    if found.state is DisputeState.INQUIRY:
        return str(_("A bank asks about this payment. Nothing was taken yet."))
    return str(_("A bank disputes this payment. What is unspent is off the balance until then."))


def payer(found: Payer) -> str:
    """Whose balance."""
    return str(PAYERS[found])
