"""Being paid as a promoter sees it: plain values for the theme."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from kameng.domains.notifications.members.kinds import CHOICES
from kameng.domains.notifications.members.queries import Wishes
from kameng.domains.payees.accounts.queries import AccountFacts
from kameng.domains.payees.queries import PayeeFacts
from kameng.domains.payees.rules import State as Check
from kameng.domains.promotion.queries import Purse
from kameng.domains.withdrawals.queries import WithdrawalFacts
from kameng.domains.withdrawals.rules import Policy, State
from kameng.faces.frame.i18n import LANGUAGES
from kameng.faces.frame.money import localtime, money
from kameng.faces.storefront import paths
from kameng.faces.storefront.payouts import words
from kameng.kit.money import Money


def sums(purse: Purse, aside: Money) -> dict[str, str]:
    """What there is, and what is under way."""
    return {
        "free": money(purse.free),
        "pending": money(purse.pending),
        "aside": money(aside),
        "debt": money(purse.debt) if purse.debt else "",
    }


def offer(policy: Policy, usable: Iterable[AccountFacts], chosen: str) -> dict[str, Any]:
    """What the rules are, and the accounts it can go to now."""
    found = [one for one in usable if one.method in policy.methods]
    picked = chosen or (str(found[0].id) if found else "")
    return {
        "is_open": policy.open,
        "minimum": money(policy.minimum),
        "daily": money(policy.daily) if policy.daily else "",
        "fee": _fee(policy),
        "days": policy.days,
        "accounts": [
            {
                "value": str(one.id),
                "label": words.account(one.method.value, one.hint),
                "holder": one.holder,
                "selected": str(one.id) == picked,
            }
            for one in found
        ],
    }


def rows(found: Iterable[WithdrawalFacts]) -> list[dict[str, Any]]:
    """Withdrawals, each leading to its page."""
    return [_shown(row) for row in found]


def one(row: WithdrawalFacts) -> dict[str, Any]:
    """A withdrawal with what happened to it."""
    return {
        **_shown(row),
        "paid": money(row.paid),
        "fee": money(row.fee),
        "holder": row.holder,
        "account": words.account(row.method.value, row.hint),
        "due": row.due_on.isoformat() if row.state in (State.ASKED, State.APPROVED) else "",
        "reason": row.reason,
        "proof": row.proof,
        "picture": paths.withdrawal_proof(row.id) if row.has_picture else "",
        "cancel": paths.withdrawal_cancel(row.id) if row.state is State.ASKED else "",
        "steps": [{"label": label, "at": localtime(at)} for label, at in _steps(row)],
    }


def pages(at: int, more: bool) -> dict[str, Any]:
    """Where the neighbours of a page are."""
    back = paths.with_query(paths.WITHDRAWALS, page=at - 1 if at > 2 else "")
    there = paths.with_query(paths.WITHDRAWALS, page=at + 1)
    return {"prev": back if at > 1 else None, "next": there if more else None, "page": at}


def payee(found: PayeeFacts | None) -> dict[str, Any] | None:
    """Who is paid, masked, and where the check stands."""
    if found is None:
        return None
    label, tone = words.CHECKS[found.state]
    return {
        "name": found.legal_name,
        "number": found.id_hint,
        "kind": str(words.KINDS[found.kind]),
        "state": found.state.value,
        "state_label": str(label),
        "tone": tone,
        "reason": found.reason,
        "at": localtime(found.sent_at),
    }


def accounts(found: Iterable[AccountFacts]) -> list[dict[str, Any]]:
    """The accounts that are bound, masked; verified ones whose payee changed are checked anew."""
    return [
        {
            "label": words.account(one.method.value, one.hint),
            "holder": one.holder,
            "reason": one.reason,
            "remove": paths.account_removal(one.id),
            **_check(one),
        }
        for one in found
    ]


def choices(named: dict[str, Any], picked: str) -> list[dict[str, Any]]:
    """What can be picked, the first one when nothing was."""
    first = picked if picked in named else next(iter(named))
    return [
        {"value": value, "label": str(label), "selected": value == first}
        for value, label in named.items()
    ]


def mails(wishes: Wishes) -> dict[str, Any]:
    """The switches, and the languages."""
    return {
        "switches": [
            {"name": one.value, "label": str(words.MAILS[one]), "on": wishes.wants(one)}
            for one in sorted(CHOICES, key=list(words.MAILS).index)
        ],
        "languages": choices(dict(LANGUAGES), wishes.locale),
    }


def _check(one: AccountFacts) -> dict[str, str]:
    again = one.state is Check.VERIFIED and not one.stands
    label, tone = words.CHECKS[Check.SENT if again else one.state]
    return {"state_label": str(label), "tone": tone}


def _fee(policy: Policy) -> str:
    parts = [f"¥{money(policy.fee_flat)}"] if policy.fee_flat else []
    parts += [f"{policy.fee_share}%"] if policy.fee_share.ppm else []
    return " + ".join(parts)


def _shown(row: WithdrawalFacts) -> dict[str, Any]:
    said = words.STATES[row.state]
    return {
        "amount": money(row.amount),
        "state": row.state.value,
        "state_label": str(said.label),
        "tone": said.tone,
        "hint": str(said.hint),
        "at": localtime(row.asked_at),
        "account": words.account(row.method.value, row.hint),
        "url": paths.withdrawal(row.id),
    }


def _steps(row: WithdrawalFacts) -> list[tuple[str, Any]]:
    """What happened, in order; who did it is nobody's business here."""
    told = [(_("Asked for"), row.asked_at)]
    ended = row.state in (State.REJECTED, State.CANCELLED)
    if row.decided_at:
        told.append(
            (str(words.STATES[row.state].label) if ended else _("Approved"), row.decided_at)
        )
    if row.paid_at:
        told.append((str(words.STATES[State.PAID].label), row.paid_at))
    if row.returned_at:
        told.append((str(words.STATES[State.RETURNED].label), row.returned_at))
    return told
