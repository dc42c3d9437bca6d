"""What the checks of a proof are called, what each of them means, and how a run ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from kameng.domains.proofs.service import MOST_KEPT
from kameng.faces.frame.money import money
from kameng.kit.money import Money

__all__ = ["CHECKS", "MOST_KEPT", "STATES", "check", "figure", "named", "state"]

STATES: dict[str, tuple[Any, str]] = {
    "holds": (_("Everything agrees"), "green"),
    "differs": (_("Differences found"), "red"),
    "failed": (_("Could not be finished"), "orange"),
}
CHECKS: dict[str, Any] = {
    "sums_to_zero": _("Every transaction sums to zero"),
    "has_entries": _("Every transaction has its entries"),
    "entries_fit": _("Every entry fits its transaction and its account"),
    "balances": _("Every balance is the sum of its entries"),
    "snapshots": _("Every closing of a day is the sum of its entries"),
    "floors": _("No account is below its floor"),
    "holds": _("Everything set aside is resolved once"),
    "order_postings": _("Every order is booked as it was sold"),
    "order_index": _("Every order stands in the common list as it is"),
    "payment_booked": _("Every payment received is booked"),
    "channel_fees": _("What providers kept of payments is booked"),
    "kept_fees": _("What providers really kept of payments is booked"),
    "order_known": _("Nothing is booked about an unknown order"),
    "own_holds": _("What is set aside for orders is what they cost"),
    "own_turnover": _("What sites collected by themselves is written down"),
    "dispute_booked": _("What the provider took for disputes is booked"),
    "dispute_followed": _("Every lost dispute was taken from those who had a part"),
    "settlements": _("Every settlement is the sum of its items"),
    "settlement_items": _("Every item of a settlement is what was earned"),
    "pending_is_due": _("What is pending is what is not settled yet"),
    "topups": _("Every top-up that was paid is on its balance"),
    "withdrawals": _("Every withdrawal is set aside or paid as it says"),
    "transfers": _("Every withdrawal paid by Stripe has one transfer of what arrives"),
    "payouts": _("Every pay-out has left the cash once, with its fee"),
    "package_fees": _("Every package fee was paid as its receipt says"),
    "commissions": _("Every promoter's commission is what waits and what was given"),
}
"""By the name of the check; one that has no words yet shows its name."""
FAULTS: dict[str, str] = {
    "posted_debit": "balances",
    "posted_credit": "balances",
    "pending_debit": "balances",
    "pending_credit": "balances",
    "snapshot": "snapshots",
    "floor": "floors",
    "hold": "holds",
    "entry_has_posting": "entries_fit",
    "entry_has_account": "entries_fit",
    "entry_day": "entries_fit",
    "entry_pending": "entries_fit",
    "entry_currency": "entries_fit",
    "entry_site": "entries_fit",
    "settlement_item": "settlement_items",
    "settlement_sum": "settlements",
    "settlement_posting": "settlements",
    "topup_booked": "topups",
    "topup_refunded": "topups",
    "topup_channel_fee": "topups",
    "withdrawal_hold": "withdrawals",
    "withdrawal_state": "withdrawals",
    "payout_taken": "payouts",
    "payout_sent": "payouts",
    "payout_transferred": "payouts",
    "transfer": "transfers",
    "payout_fee": "payouts",
    "package_fee": "package_fees",
    "package_payment": "package_fees",
    "channel_fee": "channel_fees",
    "kept_fee": "kept_fees",
    "own_hold": "own_holds",
    "commission_waits": "commissions",
    "commission_given": "commissions",
}
"""What a difference is called → the check that found it, where the two differ."""
COUNTED = frozenset(
    {
        *("has_entries", "hold", "order_known", "withdrawal_state", "entry_has_posting"),
        "transfer",
        *("entry_has_account", "entry_day", "entry_pending", "entry_currency", "entry_site"),
    }
)
"""Differences in figures that are no money."""


def state(code: str) -> tuple[str, str]:
    """How a run ended, and its colour."""
    label, tone = STATES[code]
    return str(label), tone


def check(name: str) -> str:
    """A check, or a difference by its check, in words."""
    found = CHECKS.get(FAULTS.get(name, name))
    return str(found) if found else name


def figure(name: str, micro: int) -> str:
    """What was found or should be: money, or a plain figure."""
    return str(micro) if name in COUNTED else money(Money(micro))


def named(row: Mapping[str, Any]) -> str:
    """A row to look at: its table's words and ids."""
    told = {key: value for key, value in row.items() if value is not None}
    if "amount" in told:
        told["amount"] = money(Money(int(told["amount"])))
    return "，".join(f"{key} {value}" for key, value in told.items())
