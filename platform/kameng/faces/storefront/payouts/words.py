"""What the steps of being paid are called where a member reads them."""

from typing import Any

from flask_babel import lazy_gettext as _l

from kameng.domains.notifications.members.kinds import Mail
from kameng.domains.payees.accounts.rules import Method
from kameng.domains.payees.rules import Kind
from kameng.domains.payees.rules import State as Check
from kameng.domains.withdrawals.rules import State
from kameng.faces.storefront.drops.states import Words

AGAIN = _l("The money is yours to withdraw again.")
STATES: dict[State, Words] = {
    State.ASKED: Words(
        _l("Waits for review"), "wait", _l("The money is set aside. You can still take it back.")
    ),
    State.APPROVED: Words(_l("Waits to be paid"), "work", _l("Approved; it is paid out soon.")),
    State.PAYING: Words(_l("Being paid"), "work", _l("The money is being sent.")),
    State.PAID: Words(_l("Paid out"), "ok", _l("The money was sent. Please look at your account.")),
    State.REJECTED: Words(_l("Rejected"), "bad", AGAIN),
    State.CANCELLED: Words(_l("Taken back by you"), "bad", AGAIN),
    State.RETURNED: Words(_l("Came back"), "bad", AGAIN),
}
CHECKS: dict[Check, tuple[Any, str]] = {
    Check.SENT: (_l("Check under way"), "wait"),
    Check.VERIFIED: (_l("Verified"), "ok"),
    Check.REFUSED: (_l("Not verified"), "bad"),
}
KINDS: dict[Kind, Any] = {Kind.PERSON: _l("An individual"), Kind.COMPANY: _l("A company")}
METHODS: dict[str, Any] = {
    Method.ALIPAY.value: _l("Alipay"),
    Method.WECHAT.value: _l("WeChat"),
    Method.BANK.value: _l("Bank account"),
    Method.QR.value: _l("Payment code picture"),
}
"""The ways a member can be paid by hand, the usual ones first."""
MAILS: dict[Mail, Any] = {
    Mail.WITHDRAWAL_ASKED: _l("Withdrawal asked for"),
    Mail.WITHDRAWAL_APPROVED: _l("Withdrawal approved"),
    Mail.WITHDRAWAL_REJECTED: _l("Withdrawal rejected"),
    Mail.WITHDRAWAL_CANCELLED: _l("Withdrawal taken back"),
    Mail.PAYEE_VERIFIED: _l("Payee verified"),
    Mail.PAYEE_REFUSED: _l("Payee refused"),
    Mail.ACCOUNT_REFUSED: _l("Account refused"),
}
"""The mails that can be switched off, in the order of the page."""
REFUSALS: dict[str, Any] = {
    "withdrawals_off": _l("Withdrawals are paused at present. What you earned stays yours."),
    "method_off": _l("Nothing is paid out that way at present. Choose another account."),
    "payee_missing": _l("Say first who is paid."),
    "no_such_payout_account": _l("Choose an account of yours that is verified."),
    "master_withdraws_nothing": _l("There is nothing to withdraw here."),
}
"""Sentences of the console that would name sites a shopper need not know of."""
FIELDS: dict[str, Any] = {
    "number": _l("Write the whole number; a bank's has 8 to 32 digits."),
    "bank": _l("Write the bank's name."),
    "branch": _l("Write the branch."),
    "picture": _l("Add the picture of the payment code."),
}


def account(method: str, hint: str) -> str:
    """An account by its way and its ends."""
    name = str(METHODS.get(method, method))
    return name if hint == "QR" else f"{name} {hint}"
