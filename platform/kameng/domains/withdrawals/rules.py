"""What may be withdrawn, what it costs, where a withdrawal may go from where it stands. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from kameng.domains.ledger.rules import AccountKey, AccountKind, Line, credit, debit, house
from kameng.domains.payees.accounts.rules import BY_HAND, Method
from kameng.domains.payees.rules import HOUSE, Owner
from kameng.domains.withdrawals.errors import (
    BadDecision,
    BadPolicy,
    BadProof,
    BadWithdrawal,
    BelowMinimum,
    DailyLimitReached,
    DebtFirst,
    FeeEatsAll,
    MethodOff,
    MoreThanFree,
    WithdrawalMoved,
    WithdrawalsOff,
)
from kameng.kit.money import FEN, MICRO, Money, Percent

LARGEST = Money(10_000_000 * MICRO)
"""The most one withdrawal may be; a slip of the hand is likelier than more."""
LEAST_TEXT, LONGEST_TEXT = 2, 200
MOST_DAYS = 60
SHOP_TIME = ZoneInfo("Asia/Shanghai")
"""Days of limits and promises are the shop's."""


class State(StrEnum):
    """Where a withdrawal stands."""

    ASKED = "asked"
    APPROVED = "approved"
    PAYING = "paying"
    PAID = "paid"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    RETURNED = "returned"


MOVES: dict[State, frozenset[State]] = {
    State.ASKED: frozenset({State.APPROVED, State.REJECTED, State.CANCELLED}),
    State.APPROVED: frozenset({State.PAYING, State.REJECTED}),
    State.PAYING: frozenset({State.PAID, State.APPROVED, State.REJECTED}),
    State.PAID: frozenset({State.RETURNED}),
    State.REJECTED: frozenset(),
    State.CANCELLED: frozenset(),
    State.RETURNED: frozenset(),
}
"""PAYING is held by one person: two who pay by hand would else send the money twice."""
OPEN = frozenset({State.ASKED, State.APPROVED, State.PAYING})
"""The money is set aside."""
COUNTED = OPEN | {State.PAID}
"""What counts towards the day's limit."""


LEAST_USUAL, NOTHING, NO_SHARE = Money(100 * MICRO), Money(0), Percent(0)


@dataclass(frozen=True, slots=True)
class Policy:
    """The master's rules for withdrawals; `daily` is the most one owner asks for in one day, None:
    no limit. `days`: within how many days the money is promised to arrive. `methods` has the
    provider's while the master's switch for it is on (connected), never by these rules."""

    open: bool = True
    minimum: Money = LEAST_USUAL
    fee_flat: Money = NOTHING
    fee_share: Percent = NO_SHARE
    daily: Money | None = None
    days: int = 3
    four_eyes: bool = False
    methods: tuple[Method, ...] = BY_HAND

    def fee(self, amount: Money) -> Money:
        """What a withdrawal costs, in whole fen."""
        return self.fee_flat + amount.share(self.fee_share).payable()


@dataclass(frozen=True, slots=True)
class Purse:
    """What an owner has: due and not set aside, and what is owed back."""

    available: Money
    debt: Money

    @property
    def free(self) -> Money:
        """What may be withdrawn or turned into balance."""
        return Money(max(0, self.available.micro - self.debt.micro), self.available.currency)


def check_amount(money: Money) -> Money:
    """Whole fen, above nothing, not absurd. Refuses BadWithdrawal."""
    if money.micro <= 0 or money.micro % FEN or money > Money(LARGEST.micro, money.currency):
        raise BadWithdrawal(amount=money, largest=Money(LARGEST.micro, money.currency))
    return money


def check_free(money: Money, purse: Purse) -> None:
    """Refuse more than is free after debts (MoreThanFree)."""
    if money > purse.free:
        raise MoreThanFree(needed=money, available=purse.available, debt=purse.debt)


def fee_for(money: Money, policy: Policy, method: Method, *, asked_today: Money) -> Money:
    """What this withdrawal costs; refuses what the policy does not allow."""
    check_amount(money)
    if not policy.open:
        raise WithdrawalsOff()
    if method not in policy.methods:
        raise MethodOff()
    if money < policy.minimum:
        raise BelowMinimum(amount=money, least=policy.minimum)
    fee = policy.fee(money)
    if fee >= money:
        raise FeeEatsAll(amount=money, fee=fee)
    if policy.daily is not None and asked_today + money > policy.daily:
        raise DailyLimitReached(limit=policy.daily, asked=asked_today)
    return fee


def check_covered(purse: Purse) -> None:
    """Refuse to let money go while what stays does not cover the debt (DebtFirst)."""
    if purse.debt > purse.available:
        raise DebtFirst(debt=purse.debt, available=purse.available)


def check_move(here: State, there: State) -> None:
    """Refuse a step that does not lead from here (WithdrawalMoved)."""
    if there not in MOVES[here]:
        raise WithdrawalMoved(state=here.value)


def check_reason(text: str) -> str:
    """Why not, on one line. Refuses BadDecision."""
    plain = " ".join(text.split())
    if not LEAST_TEXT <= len(plain) <= LONGEST_TEXT:
        raise BadDecision(least=LEAST_TEXT, most=LONGEST_TEXT)
    return plain


def check_proof(text: str, *, has_picture: bool) -> str:
    """The reference of a transfer, on one line; needed unless there is a picture. BadProof."""
    plain = " ".join(text.split())
    enough = len(plain) >= LEAST_TEXT or (has_picture and not plain)
    if not enough or len(plain) > LONGEST_TEXT:
        raise BadProof(least=LEAST_TEXT, most=LONGEST_TEXT)
    return plain


def check_policy(policy: Policy) -> Policy:
    """A policy that can be kept. Refuses BadPolicy with the field."""
    within = {
        "minimum": _is_amount(policy.minimum) and policy.minimum.micro > 0,
        "fee_flat": _is_amount(policy.fee_flat),
        "fee_share": 0 <= policy.fee_share.ppm <= 500_000,
        "daily": policy.daily is None
        or (_is_amount(policy.daily) and policy.daily >= policy.minimum),
        "days": 0 <= policy.days <= MOST_DAYS,
        "methods": bool(policy.methods),
    }
    for field, holds in within.items():
        if not holds:
            raise BadPolicy(field=field)
    if policy.fee(policy.minimum) >= policy.minimum:
        raise BadPolicy(field="minimum")
    return policy


def day_of(now: datetime) -> date:
    """The shop's day of a moment."""
    return now.astimezone(SHOP_TIME).date()


def span_of(now: datetime) -> tuple[datetime, datetime]:
    """The first moment of the shop's day, and the first after it."""
    start = datetime.combine(day_of(now), time.min, SHOP_TIME).astimezone(UTC)
    return start, start + timedelta(days=1)


def available_of(tenant_id: int, owner: Owner, currency: str = "CNY") -> AccountKey:
    """What an owner has earned and is due."""
    return AccountKey(tenant_id, owner.kind, owner.id, AccountKind.AVAILABLE.value, currency)


def owing_of(tenant_id: int, owner: Owner, currency: str = "CNY") -> AccountKey:
    """Where a debt shows: earnings not yet due that have gone below zero."""
    kind = AccountKind.MARGIN if owner == HOUSE else AccountKind.COMMISSION
    return AccountKey(tenant_id, owner.kind, owner.id, kind.value, currency)


def spending_of(tenant_id: int, owner: Owner, currency: str = "CNY") -> AccountKey:
    """The other pocket: what an owner may spend."""
    kind = AccountKind.PREPAID if owner == HOUSE else AccountKind.WALLET
    return AccountKey(tenant_id, owner.kind, owner.id, kind.value, currency)


def by_provider(method: Method | str) -> bool:
    """Whether a provider sends the money, instead of a person."""
    return Method(method) not in BY_HAND


def source_of(method: Method | str) -> AccountKind:
    """What the money leaves: the master's cash, or what lies at the provider."""
    return AccountKind.CLEARING_STRIPE if by_provider(method) else AccountKind.CASH_BY_HAND


def pay_lines(
    tenant_id: int, root_id: int, owner: Owner, money: Money, fee: Money, method: Method | str
) -> list[Line]:
    """The owner's money leaves the master, less the fee, which the master keeps."""
    currency = money.currency
    return [
        debit(available_of(tenant_id, owner, currency), money),
        credit(house(root_id, source_of(method), currency), money - fee),
        credit(house(root_id, AccountKind.PAYOUT_FEE, currency), fee),
    ]


def turn_lines(tenant_id: int, owner: Owner, money: Money) -> list[Line]:
    """From the one pocket into the other, of the same owner, one way only."""
    return [
        debit(available_of(tenant_id, owner, money.currency), money),
        credit(spending_of(tenant_id, owner, money.currency), money),
    ]


def _is_amount(money: Money) -> bool:
    return 0 <= money.micro <= LARGEST.micro and not money.micro % FEN
