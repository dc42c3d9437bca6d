"""How much may be topped up, where a top-up stands, and what of it may go back. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kameng.domains.payments.rules import AttemptState
from kameng.domains.topups.errors import (
    BadTopUpPolicy,
    TopUpNotPaid,
    TopUpsClosed,
    TopUpSpent,
    TopUpTooFine,
    TopUpTooLarge,
    TopUpTooSmall,
)
from kameng.kit.money import FEN, MICRO, Money

PURPOSE = "topup"
LARGEST = Money(500_000 * MICRO)
"""The most any policy may allow at once."""
MOST_CHOICES = 8


class Payer(StrEnum):
    """Whose balance is topped up."""

    MEMBER = "member"
    SITE = "site"


class TopUpState(StrEnum):
    """Where a top-up stands."""

    WAITING = "waiting"
    PAID = "paid"
    EXPIRED = "expired"
    FAILED = "failed"
    MISMATCH = "mismatch"
    SETTLED = "settled"


S = TopUpState
MOVES: dict[TopUpState, frozenset[TopUpState]] = {
    S.WAITING: frozenset({S.PAID, S.EXPIRED, S.FAILED, S.MISMATCH}),
    S.EXPIRED: frozenset({S.PAID, S.MISMATCH}),
    S.FAILED: frozenset({S.PAID, S.MISMATCH}),
    S.PAID: frozenset(),
    S.MISMATCH: frozenset({S.SETTLED}),
    S.SETTLED: frozenset(),
}
"""Money that shows up late is still taken; what is paid stays paid. SETTLED: a human has dealt, at
the provider, with a payment that did not fit."""
_ENDED = {AttemptState.EXPIRED: S.EXPIRED, AttemptState.FAILED: S.FAILED}


@dataclass(frozen=True, slots=True)
class TopUpFacts:
    """One top-up; `refunded` counts what is on its way back too."""

    id: UUID
    tenant_id: int
    root_id: int
    payer: Payer
    member_id: UUID | None
    attempt_id: UUID
    amount: Money
    refunded: Money
    state: TopUpState
    problem: str | None
    created_at: datetime
    paid_at: datetime | None

    @property
    def kept(self) -> Money:
        """What has not been given back of it."""
        return self.amount - self.refunded


@dataclass(frozen=True, slots=True)
class Policy:
    """What one payment may be, and the amounts offered to choose from."""

    is_open: bool
    minimum: Money
    maximum: Money
    choices: tuple[Money, ...]


def _policy(minimum: int, maximum: int, *choices: int) -> Policy:
    """One in whole yuan, open."""
    least, most, *chosen = (Money(one * MICRO) for one in (minimum, maximum, *choices))
    return Policy(True, least, most, tuple(chosen))


DEFAULTS = {
    Payer.MEMBER: _policy(5, 2_000, 20, 50, 100, 200, 500, 1_000),
    Payer.SITE: _policy(10, 50_000, 100, 500, 1_000, 2_000, 5_000, 10_000),
}
"""What holds until the master says otherwise; providers take no less than some yuan at once."""


def check_amount(amount: Money, policy: Policy) -> Money:
    """The amount, if it may be paid in."""
    if not policy.is_open:
        raise TopUpsClosed()
    if amount < policy.minimum:
        raise TopUpTooSmall(minimum=policy.minimum)
    if amount > policy.maximum:
        raise TopUpTooLarge(maximum=policy.maximum)
    return check_whole(amount)


def check_whole(amount: Money) -> Money:
    """The amount, if a page can ask for it: whole fen and more than nothing."""
    if amount.micro <= 0:
        raise TopUpTooSmall(minimum=Money(FEN, amount.currency))
    if amount.micro % FEN:
        raise TopUpTooFine()
    return amount


def check_policy(draft: Policy) -> Policy:
    """The policy with its choices sorted and each once. Refuses BadTopUpPolicy(field)."""
    if draft.minimum.micro <= 0 or draft.minimum.micro % FEN:
        raise BadTopUpPolicy(field="minimum")
    if not draft.minimum <= draft.maximum <= LARGEST or draft.maximum.micro % FEN:
        raise BadTopUpPolicy(field="maximum")
    choices = tuple(sorted(set(draft.choices)))
    if len(choices) > MOST_CHOICES or not all(_fits(one, draft) for one in choices):
        raise BadTopUpPolicy(field="choices")
    return Policy(draft.is_open, draft.minimum, draft.maximum, choices)


def _fits(choice: Money, draft: Policy) -> bool:
    return draft.minimum <= choice <= draft.maximum and not choice.micro % FEN


def nearest(found: Sequence[tuple[int, Policy]], tenant_id: int, payer: Payer) -> Policy:
    """The site's own policy, else the other one found (its master's), else the default."""
    by_site = dict(found)
    return by_site.get(tenant_id) or next(iter(by_site.values()), DEFAULTS[payer])


def ended_as(attempt: AttemptState) -> TopUpState | None:
    """What an attempt that came to nothing makes of its top-up; None: it may still be paid."""
    return _ENDED.get(attempt)


def check_refund(topup: TopUpFacts, asked: Money, balance: Money) -> Money:
    """The amount, if it may go back: at most what was paid in, and what is there unspent."""
    if topup.state is not S.PAID:
        raise TopUpNotPaid(state=topup.state.value)
    left = returnable(topup, balance)
    if asked.micro <= 0 or asked > left:
        raise TopUpSpent(left=left)
    if asked.micro % FEN:
        raise TopUpTooFine()
    return asked


def returnable(topup: TopUpFacts, balance: Money) -> Money:
    """The most that may still go back: unspent, in whole fen."""
    left = max(min(topup.kept, balance), Money.zero(balance.currency))
    return Money(left.micro - left.micro % FEN, left.currency)
