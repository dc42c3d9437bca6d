"""What staff are told of: each kind with whom it is for, and whether it is mailed unless they say
otherwise. Its words in both languages stand in phrases. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

OWNER = "owner"
"""Whoever owns the site told, instead of whoever holds a permission there."""


class Kind(StrEnum):
    """One kind of notice."""

    SETTLED = "settled"
    WITHDRAWAL_ASKED = "withdrawal_asked"
    WITHDRAWAL_APPROVED = "withdrawal_approved"
    WITHDRAWAL_REJECTED = "withdrawal_rejected"
    WITHDRAWAL_PAID = "withdrawal_paid"
    WITHDRAWAL_FAILED = "withdrawal_failed"
    TRANSFER_STRANGE = "transfer_strange"
    PAYEE_SENT = "payee_sent"
    PAYEE_VERIFIED = "payee_verified"
    PAYEE_REFUSED = "payee_refused"
    PAYOUT_ACCOUNT_SENT = "payout_account_sent"
    PAYOUT_ACCOUNT_VERIFIED = "payout_account_verified"
    PAYOUT_ACCOUNT_REFUSED = "payout_account_refused"
    BALANCE_LOW = "balance_low"
    TOPUP_DONE = "topup_done"
    TOPUP_STRANGE = "topup_strange"
    SHOP_OUT_OF_FUNDS = "shop_out_of_funds"
    COLLECTING_ALLOWED = "collecting_allowed"
    COLLECTING_STOPPED = "collecting_stopped"
    COLLECTING_OWES = "collecting_owes"
    COLLECTING_AGAIN = "collecting_again"
    OWN_KEYS = "own_keys"
    OWN_KEYS_BELOW = "own_keys_below"
    AFTER_SALE_DEBT = "after_sale_debt"
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"
    OUTSIDE_REFUND = "outside_refund"
    OWN_DISPUTE_OPENED = "own_dispute_opened"
    OWN_DISPUTE_LOST = "own_dispute_lost"
    PROOF_FAILED = "proof_failed"
    COSTS_MOVED = "costs_moved"
    PACKAGE_ENDS = "package_ends"
    PACKAGE_RENEWED = "package_renewed"
    PACKAGE_UNPAID = "package_unpaid"
    PACKAGE_SUSPENDED = "package_suspended"
    PACKAGE_CHANGED = "package_changed"
    PACKAGE_STUCK = "package_stuck"
    PACKAGE_MONEY_KEPT = "package_money_kept"
    PACKAGE_FEE_BACK = "package_fee_back"
    TRIAL_ENDS = "trial_ends"
    DOMAIN_FAILING = "domain_failing"
    DOMAIN_LOST = "domain_lost"
    DOMAIN_ELSEWHERE = "domain_elsewhere"
    SITE_ENTERED = "site_entered"
    PROMOTER_ASKED = "promoter_asked"
    SECTION_FAILED = "section_failed"
    SKIN_BEGUN = "skin_begun"
    SKIN_ENDED = "skin_ended"
    SKIN_KEPT = "skin_kept"
    SKIN_MISSED = "skin_missed"
    SKIN_LOCKED = "skin_locked"
    SKIN_GONE = "skin_gone"
    SKIN_UNFIT = "skin_unfit"
    LOOK_OFFERED = "look_offered"
    ROLLOUT_STOPPED = "rollout_stopped"
    ROLLOUT_DONE = "rollout_done"
    LINE_LEFT_OUT = "line_left_out"
    LINE_PUT_BACK = "line_put_back"
    LINE_KEPT = "line_kept"


class Mail(StrEnum):
    """When a notice is mailed as well."""

    NOW = "now"
    DAILY = "daily"
    OFF = "off"


class Group(StrEnum):
    """Under which heading a kind's switches stand."""

    MONEY = "money"
    SITE = "site"
    TRADE = "trade"


@dataclass(frozen=True, slots=True)
class About:
    """`to`: a permission, or OWNER. `always`: stands in the inbox whatever somebody chose, since
    who does not know of it loses money or the site."""

    group: Group
    to: str = OWNER
    mail: Mail = Mail.NOW
    always: bool = False


_M, _S, _T = Group.MONEY, Group.SITE, Group.TRADE
KINDS: dict[Kind, About] = {
    Kind.SETTLED: About(_M, "ledger.view", Mail.DAILY),
    Kind.WITHDRAWAL_ASKED: About(_M, "withdrawals.review"),
    Kind.WITHDRAWAL_APPROVED: About(_M, "ledger.view"),
    Kind.WITHDRAWAL_REJECTED: About(_M, "ledger.view"),
    Kind.WITHDRAWAL_PAID: About(_M, "ledger.view", always=True),
    Kind.WITHDRAWAL_FAILED: About(_M, "ledger.view", always=True),
    Kind.TRANSFER_STRANGE: About(_M, "withdrawals.pay", always=True),
    Kind.PAYEE_SENT: About(_M, "payees.verify"),
    Kind.PAYEE_VERIFIED: About(_M),
    Kind.PAYEE_REFUSED: About(_M),
    Kind.PAYOUT_ACCOUNT_SENT: About(_M, "payees.verify"),
    Kind.PAYOUT_ACCOUNT_VERIFIED: About(_M, always=True),
    Kind.PAYOUT_ACCOUNT_REFUSED: About(_M),
    Kind.BALANCE_LOW: About(_M, always=True),
    Kind.TOPUP_DONE: About(_M, "topups.view", Mail.OFF),
    Kind.TOPUP_STRANGE: About(_M, "topups.refund", always=True),
    Kind.SHOP_OUT_OF_FUNDS: About(_M, always=True),
    Kind.COLLECTING_ALLOWED: About(_M),
    Kind.COLLECTING_STOPPED: About(_M, always=True),
    Kind.COLLECTING_OWES: About(_M, always=True),
    Kind.COLLECTING_AGAIN: About(_M),
    Kind.OWN_KEYS: About(_M, "channels.edit", always=True),
    Kind.OWN_KEYS_BELOW: About(_M, "channels.allow", Mail.OFF, always=True),
    Kind.AFTER_SALE_DEBT: About(_M, "ledger.view"),
    Kind.DISPUTE_OPENED: About(_M, "orders.refund", always=True),
    Kind.DISPUTE_WON: About(_M, "orders.refund"),
    Kind.DISPUTE_LOST: About(_M, "orders.refund"),
    Kind.OUTSIDE_REFUND: About(_M, "orders.refund", always=True),
    Kind.OWN_DISPUTE_OPENED: About(_M, "orders.refund", always=True),
    Kind.OWN_DISPUTE_LOST: About(_M, "orders.refund"),
    Kind.PROOF_FAILED: About(_M, "ledger.prove", always=True),
    Kind.COSTS_MOVED: About(_T),
    Kind.PROMOTER_ASKED: About(_T, "promotion.view", Mail.DAILY),
    Kind.PACKAGE_ENDS: About(_S, always=True),
    Kind.PACKAGE_RENEWED: About(_S),
    Kind.PACKAGE_UNPAID: About(_S, always=True),
    Kind.PACKAGE_SUSPENDED: About(_S, always=True),
    Kind.PACKAGE_CHANGED: About(_S),
    Kind.PACKAGE_STUCK: About(_S, always=True),
    Kind.PACKAGE_MONEY_KEPT: About(_S, always=True),
    Kind.PACKAGE_FEE_BACK: About(_S, always=True),
    Kind.TRIAL_ENDS: About(_S, always=True),
    Kind.DOMAIN_FAILING: About(_S),
    Kind.DOMAIN_LOST: About(_S, always=True),
    Kind.DOMAIN_ELSEWHERE: About(_S, always=True),
    Kind.SITE_ENTERED: About(_S, always=True),
    Kind.SECTION_FAILED: About(_S, "design.edit", Mail.DAILY),
    Kind.SKIN_BEGUN: About(_S, "design.edit", Mail.DAILY),
    Kind.SKIN_ENDED: About(_S, "design.edit", Mail.DAILY),
    Kind.SKIN_KEPT: About(_S, "design.edit"),
    Kind.SKIN_MISSED: About(_S, "design.edit"),
    Kind.SKIN_LOCKED: About(_S, "design.edit"),
    Kind.SKIN_GONE: About(_S, "design.edit"),
    Kind.SKIN_UNFIT: About(_S, "design.edit"),
    Kind.LOOK_OFFERED: About(_S, "design.edit", Mail.DAILY),
    Kind.ROLLOUT_STOPPED: About(_S, "design.release", always=True),
    Kind.ROLLOUT_DONE: About(_S, "design.release", Mail.DAILY),
    Kind.LINE_LEFT_OUT: About(_S, "design.edit", Mail.DAILY),
    Kind.LINE_PUT_BACK: About(_S, "design.edit", Mail.DAILY),
    Kind.LINE_KEPT: About(_S, "design.edit", always=True),
}
"""Every kind there is, in the order of the page with the switches."""
BELOW_ONLY = frozenset(
    {
        *(Kind.SETTLED, Kind.WITHDRAWAL_APPROVED, Kind.WITHDRAWAL_REJECTED, Kind.WITHDRAWAL_PAID),
        *(Kind.WITHDRAWAL_FAILED, Kind.PAYEE_VERIFIED, Kind.PAYEE_REFUSED),
        *(Kind.PAYOUT_ACCOUNT_VERIFIED, Kind.PAYOUT_ACCOUNT_REFUSED, Kind.BALANCE_LOW),
        *(Kind.SHOP_OUT_OF_FUNDS, Kind.AFTER_SALE_DEBT, Kind.COSTS_MOVED, Kind.PACKAGE_ENDS),
        *(Kind.OWN_DISPUTE_OPENED, Kind.OWN_DISPUTE_LOST),
        *(Kind.PACKAGE_RENEWED, Kind.PACKAGE_UNPAID, Kind.PACKAGE_SUSPENDED, Kind.PACKAGE_CHANGED),
        *(Kind.PACKAGE_STUCK, Kind.PACKAGE_MONEY_KEPT, Kind.TRIAL_ENDS, Kind.SITE_ENTERED),
        *(Kind.COLLECTING_ALLOWED, Kind.COLLECTING_STOPPED, Kind.COLLECTING_OWES),
        *(Kind.COLLECTING_AGAIN, Kind.OWN_KEYS, Kind.LOOK_OFFERED),
    }
)
"""What only sites with another above them are ever told."""
