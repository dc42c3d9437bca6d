"""What withdrawals, their steps and the ways to be paid are called on screen."""

from typing import Any

from flask_babel import lazy_gettext as _l

from kameng.domains.payees.accounts.rules import Method
from kameng.domains.payees.rules import Kind
from kameng.domains.payees.rules import State as Check
from kameng.domains.withdrawals.rules import State

STATES: dict[State, tuple[Any, str]] = {
    State.ASKED: (_l("Waits for review"), "orange"),
    State.APPROVED: (_l("Waits to be paid"), "azure"),
    State.PAYING: (_l("Being paid"), "azure"),
    State.PAID: (_l("Paid out"), "green"),
    State.REJECTED: (_l("Rejected"), "red"),
    State.CANCELLED: (_l("Taken back by the site"), "secondary"),
    State.RETURNED: (_l("Came back"), "red"),
}
METHODS: dict[Method, Any] = {
    Method.BANK: _l("Bank account"),
    Method.ALIPAY: _l("Alipay"),
    Method.WECHAT: _l("WeChat"),
    Method.QR: _l("Payment code picture"),
    Method.STRIPE: "Stripe",
}
KINDS: dict[Kind, Any] = {Kind.PERSON: _l("An individual"), Kind.COMPANY: _l("A company")}
CHECKS: dict[Check, tuple[Any, str]] = {
    Check.SENT: (_l("Check under way"), "orange"),
    Check.VERIFIED: (_l("Verified"), "green"),
    Check.REFUSED: (_l("Not verified"), "red"),
}


def method(one: Method | str) -> str:
    """A way to be paid."""
    return str(METHODS[Method(one)])


def account(one: Any) -> str:
    """An account by its way and its ends; anything with a method and a hint."""
    hint = "" if one.hint == "QR" else f" {one.hint}"
    return f"{method(one.method)}{hint}"


def check(account: Any) -> tuple[str, str]:
    """Where an account stands: verified ones whose payee changed are to be checked anew."""
    if account.state is Check.VERIFIED and not account.stands:
        return str(CHECKS[Check.SENT][0]), CHECKS[Check.SENT][1]
    label, colour = CHECKS[account.state]
    return str(label), colour


def steps(row: Any) -> list[tuple[Any, str, str]]:
    """What happened to a withdrawal, in order: moment, what, by whom."""
    told = [(row.asked_at, str(_l("Asked for")), row.asked_by)]
    ended = row.state in (State.REJECTED, State.CANCELLED)
    if row.decided_at:
        what = STATES[row.state][0] if ended else _l("Approved")
        told.append((row.decided_at, str(what), row.decided_by or ""))
    if row.paying_since and row.state is State.PAYING:
        told.append((row.paying_since, str(STATES[State.PAYING][0]), row.payer_name or ""))
    if row.paid_at:
        told.append((row.paid_at, str(STATES[State.PAID][0]), row.payer_name or ""))
    if row.returned_at:
        told.append((row.returned_at, str(STATES[State.RETURNED][0]), ""))
    return told
