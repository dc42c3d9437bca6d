"""What accounts at the provider, transfers and what the provider says are called on screen."""

from typing import Any

from babel import Locale
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from kameng.domains.withdrawals.connected.rules import ConnectionFacts, Verdict, judge
from kameng.domains.withdrawals.transfers.rules import TransferFacts, TransferState

TRANSFERS: dict[TransferState, tuple[Any, str]] = {
    TransferState.SUBMITTING: (_l("Sent to Stripe, no answer yet"), "orange"),
    TransferState.UNKNOWN: (_l("Stripe has not answered yet"), "orange"),
    TransferState.SENT: (_l("Sent by Stripe"), "green"),
    TransferState.FAILED: (_l("Stripe refused"), "red"),
    TransferState.REVERSED: (_l("Sent back by Stripe"), "red"),
}
PROBLEMS: dict[str, Any] = {
    "balance_insufficient": _l(
        "The Stripe balance does not cover it in this currency. Wait until payments are available"
        " there, or add money."
    ),
    "insufficient_capabilities_for_transfer": _l(
        "Stripe does not let this account receive money at present."
    ),
    "transfers_not_allowed": _l("Stripe does not allow transfers between these two regions."),
    "account_invalid": _l("The account is no longer connected to yours at Stripe."),
    "resource_missing": _l("Stripe does not know this account any more."),
    "not_found": _l("The request never reached Stripe: nothing was sent."),
}
"""By the provider's word for it, with which a problem begins."""


def country(code: str) -> str:
    """A country by its name."""
    found = get_locale() or Locale("zh")
    return str(found.territories.get(code, code))


def standing(connection: ConnectionFacts) -> tuple[str, str]:
    """What an account at the provider waits for, and its colour."""
    if connection.is_ready:
        if judge(connection, (connection.name,)) is Verdict.COMPARE:
            return str(_l("The master site compares the name")), "orange"
        return str(_l("Open at Stripe")), "green"
    if connection.wants_more:
        return str(_l("Not finished at Stripe")), "orange"
    return str(_l("Stripe is checking")), "azure"


def transfer(one: TransferFacts) -> tuple[str, str]:
    """Where a transfer stands, and its colour."""
    label, tone = TRANSFERS[one.state]
    return str(label), tone


def problem(one: TransferFacts) -> str:
    """Why it was not sent: in words where there are some, else as the provider says."""
    code, _sign, said = one.problem.partition(": ")
    return str(PROBLEMS.get(code, said or code))
