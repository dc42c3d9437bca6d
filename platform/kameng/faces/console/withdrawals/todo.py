"""What of payees and withdrawals waits for the person on the first page of the master's console."""

from dataclasses import dataclass

from flask import g, url_for
from flask_babel import gettext as _

from kameng.domains.payees import queries as payees
from kameng.domains.payees.accounts import queries as accounts
from kameng.domains.withdrawals import queries
from kameng.domains.withdrawals.rules import State
from kameng.faces.frame import permissions


@dataclass(frozen=True)
class Waiting:
    """One line: what waits, what it means, where to act."""

    title: str
    text: str
    href: str


def waiting() -> list[Waiting]:
    """What waits for this person; nothing on sub-sites."""
    found = []
    if permissions.may("payees.verify") and (count := _to_check()):
        title = _("%(n)s payees and accounts to check", n=count)
        found.append(Waiting(title, _("Nothing is paid to them until then."), url_for(".payees")))
    if permissions.may("withdrawals.review"):
        found += _withdrawals()
    return found


def _to_check() -> int:
    return payees.count_waiting(g.tenant) + accounts.count_waiting(g.tenant)


def _withdrawals() -> list[Waiting]:
    counts, found = queries.counts(g.tenant, (State.ASKED, State.APPROVED)), []
    if State.ASKED in counts:
        title = _("%(n)s withdrawals to review", n=counts[State.ASKED][0])
        found.append(Waiting(title, _("The money is set aside."), url_for(".payouts")))
    if State.APPROVED in counts and permissions.may("withdrawals.pay"):
        title = _("%(n)s withdrawals to pay out", n=counts[State.APPROVED][0])
        found.append(Waiting(title, _("They are approved."), url_for(".payouts", state="approved")))
    return found
