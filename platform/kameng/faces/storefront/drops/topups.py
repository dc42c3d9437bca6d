"""A top-up as its member sees it: where it stands, and where the money is."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kameng.domains.topups.rules import Policy, TopUpFacts, TopUpState
from kameng.faces.frame.money import localtime, money, plain
from kameng.faces.storefront import paths
from kameng.faces.storefront.drops.states import Words
from kameng.kit.money import MICRO, Money

S = TopUpState
CHECKED_BY_HAND = _l("A person is looking at it. Your money is safe, nothing is lost.")
WORDS: dict[TopUpState, Words] = {
    S.WAITING: Words(_l("Waiting for payment"), "wait", _l("Nothing has been charged yet.")),
    S.PAID: Words(_l("Topped up"), "ok", _l("The amount is on your balance.")),
    S.EXPIRED: Words(
        _l("Expired"),
        "bad",
        _l("The time to pay has run out. If you paid all the same, it is put on your balance."),
    ),
    S.FAILED: Words(_l("Did not work"), "bad", _l("Nothing was charged. Please try again.")),
    S.MISMATCH: Words(_l("Being checked"), "bad", CHECKED_BY_HAND),
    S.SETTLED: Words(_l("Settled by hand"), "ok", _l("The shop has settled this payment.")),
}


def offer(policy: Policy, chosen: str) -> dict[str, Any]:
    """The amounts to choose from, and the limits."""
    picked = [plain(one) for one in policy.choices]
    first = chosen if chosen in picked else (picked[0] if picked else "")
    return {
        "is_open": policy.is_open,
        "minimum": money(policy.minimum),
        "maximum": money(policy.maximum),
        "choices": [
            {"value": plain(one), "label": _short(one), "selected": plain(one) == first}
            for one in policy.choices
        ],
    }


def one(found: TopUpFacts, *, just_paid: bool) -> dict[str, Any]:
    """One top-up; nobody who comes back from paying is asked to pay again."""
    shown = _shown(found)
    if just_paid and found.state is S.WAITING:
        shown |= {
            "state_label": _("Confirming your payment"),
            "tone": "work",
            "hint": _("This takes a moment; the page updates by itself."),
        }
    return {
        **shown,
        "final": found.state is not S.WAITING,
        "status_url": paths.topup_status(found.id),
        "can_pay": found.state is S.WAITING and not just_paid,
        "value": plain(found.amount),
    }


def rows(found: Iterable[TopUpFacts]) -> list[dict[str, Any]]:
    """The latest ones, each leading to its page."""
    return [_shown(topup) for topup in found]


def _shown(found: TopUpFacts) -> dict[str, Any]:
    said = WORDS[found.state]
    back = money(found.refunded) if found.refunded else ""
    return {
        "amount": money(found.amount),
        "state": found.state.value,
        "state_label": _("Given back %(amount)s", amount=back) if back else str(said.label),
        "tone": "wait" if back else said.tone,
        "hint": _("It goes back the way it was paid.") if back else str(said.hint),
        "at": localtime(found.paid_at or found.created_at),
        "url": paths.topup(found.id),
    }


def _short(amount: Money) -> str:
    """On a button: 50, not 50.00."""
    return money(amount).removesuffix(".00") if amount.micro % MICRO == 0 else money(amount)
