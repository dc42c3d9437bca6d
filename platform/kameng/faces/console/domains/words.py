"""What the domain page says of a claim: its state, what was missing, what comes next."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kameng.domains.agents.hostnames.rules import Claim, Fault, State
from kameng.domains.agents.hostnames.spelling import Why
from kameng.faces.frame.money import localtime

STATES: dict[State, tuple[Any, str]] = {
    State.PENDING: (_l("Waiting for proof"), "orange"),
    State.PROVEN: (_l("Proven"), "green"),
    State.LOST: (_l("Proof lost"), "red"),
}
FAULTS: dict[Fault, Any] = {
    Fault.NO_ENTRY: _l("Neither the DNS entry nor the file was found."),
    Fault.OTHER_ENTRY: _l("There is a DNS entry, but with another value."),
    Fault.SILENCE: _l("Nobody answered for this domain. It will be asked again."),
    Fault.TAKEN: _l("Another site proved this domain first."),
}
SHAPES: dict[str, Any] = {
    "icp": _l("Write it like 粤ICP备2026000001号-1."),
    "police": _l("Write it like 粤公网安备44010002000001号."),
}
REASONS: dict[str, Any] = {
    Why.EMPTY.value: _l("Please type a domain, e.g. shop.example.com."),
    Why.FORM.value: _l("This is not a domain. Write it like shop.example.com."),
    Why.LONG.value: _l("This name is too long for a domain."),
    Why.ADDRESS.value: _l("This is a number address. A domain has a name, e.g. shop.example.com."),
    Why.SUFFIX.value: _l("Everybody registers names below this one. Write the whole domain."),
    Why.OURS.value: _l("This name belongs to the platform. Use a domain of your own."),
    Why.RESERVED.value: _l("Names like this do not exist on the internet."),
}


def fault(claim: Claim) -> str:
    """What the last look did not find; nothing while there was none, or all is well."""
    if claim.checked_at is None or claim.fault is None:
        return ""
    return str(FAULTS[claim.fault])


def seen(claim: Claim) -> str:
    """When it was looked at, and when it will be again."""
    if claim.checked_at is None:
        return _("Not checked yet.")
    told = _("Checked %(at)s.", at=localtime(claim.checked_at))
    if claim.next_check_at is None:
        return f"{told} " + _("It is no longer checked by itself.")
    return f"{told} " + _("Next check about %(at)s.", at=localtime(claim.next_check_at))
