"""What an attempt may become, and whether the provider's report is what was asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from kameng.domains.payments.errors import RefundTooLarge
from kameng.kit.money import Money

METHODS = ("card", "alipay", "wechat_pay")
CHECKS = (15, 30, 60, 120, 300, 600, 1800, 3600)
"""Seconds between two looks at the provider for an attempt nobody has reported on."""
LONGEST_REASON = 40
"""As much of a refund's reason as is kept here; the order's history has all of it."""
OUTSIDE = "outside"
"""The reason of a refund that was made at the provider itself, without asking us."""
GIVE_UP = timedelta(minutes=15)
"""After this long a request that the provider does not know of will not arrive any more."""


class AttemptState(StrEnum):
    """Where a payment attempt stands."""

    SUBMITTING = "submitting"
    UNKNOWN = "unknown"
    WAITING = "waiting"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    EXPIRED = "expired"
    QUARANTINED = "quarantined"


class RefundState(StrEnum):
    """Where a refund stands."""

    SUBMITTING = "submitting"
    UNKNOWN = "unknown"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


OPEN = frozenset({AttemptState.SUBMITTING, AttemptState.UNKNOWN, AttemptState.WAITING})
REFUND_OPEN = frozenset({RefundState.SUBMITTING, RefundState.UNKNOWN, RefundState.PENDING})

MOVES: dict[AttemptState, frozenset[AttemptState]] = {
    AttemptState.SUBMITTING: frozenset(AttemptState) - {AttemptState.SUBMITTING},
    AttemptState.UNKNOWN: frozenset(AttemptState) - {AttemptState.SUBMITTING},
    AttemptState.WAITING: frozenset(
        {
            AttemptState.SUCCEEDED,
            AttemptState.FAILED,
            AttemptState.EXPIRED,
            AttemptState.QUARANTINED,
        }
    ),
    AttemptState.EXPIRED: frozenset({AttemptState.SUCCEEDED, AttemptState.QUARANTINED}),
    AttemptState.FAILED: frozenset({AttemptState.SUCCEEDED, AttemptState.QUARANTINED}),
    AttemptState.SUCCEEDED: frozenset(),
    AttemptState.QUARANTINED: frozenset(),
}
"""Success is never overwritten; money that shows up late is still taken."""


class Verdict(StrEnum):
    """What a provider's report means for an attempt."""

    PAID = "paid"
    REPEATED = "repeated"
    WAITING = "waiting"
    EXPIRED = "expired"
    FAILED = "failed"
    MISMATCH = "mismatch"


@dataclass(frozen=True, slots=True)
class Purchase:
    """What is to be paid: for what (purpose and reference), how much, and where the way leads."""

    purpose: str
    reference: str
    amount: Money
    title: str
    method: str
    success_url: str
    cancel_url: str
    expires_at: datetime
    locale: str = "zh_CN"


@dataclass(frozen=True, slots=True)
class AttemptFacts:
    """One attempt to take money. `fee`: what the provider keeps of it as agreed, once it has
    arrived; `real_fee`: what it said that it kept."""

    id: UUID
    tenant_id: int
    payee_tenant_id: int
    channel: str
    purpose: str
    reference: str
    amount: Money
    state: AttemptState
    provider_session: str | None
    provider_payment: str | None
    url: str | None
    problem: str | None
    created_at: datetime
    expires_at: datetime
    succeeded_at: datetime | None
    fee: Money | None = None
    fee_returns: bool = False
    real_fee: Money | None = None


@dataclass(frozen=True, slots=True)
class RefundFacts:
    """One attempt to give money back. `fee_back`: what of the provider's fee came with it."""

    id: UUID
    tenant_id: int
    payee_tenant_id: int
    attempt_id: UUID
    channel: str
    purpose: str
    reference: str
    amount: Money
    state: RefundState
    reason: str
    problem: str | None
    provider_refund: str | None
    provider_payment: str
    created_at: datetime
    settled_at: datetime | None
    fee_back: Money | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What a provider kept of a payment: in minor units of the payment's currency, and as its own
    account says it."""

    fen: int
    settled: int
    currency: str


@dataclass(frozen=True, slots=True)
class Session:
    """A payment page at the provider, as the provider reports it; `kept`: where it says already
    what it kept of the payment."""

    id: str
    status: str
    paid: bool
    amount_fen: int
    currency: str
    live: bool
    payment: str | None
    tenant_id: str
    reference: str
    attempt_id: str
    url: str | None
    kept: Kept | None = None


@dataclass(frozen=True, slots=True)
class ProviderRefund:
    """A refund at the provider, as the provider reports it."""

    id: str
    status: str
    refund_id: str
    problem: str | None = None
    amount_fen: int = 0
    currency: str = ""
    payment: str = ""


@dataclass(frozen=True, slots=True)
class Movement:
    """What a provider took for a dispute (negative) or gave back, and its fee; in minor units of
    the payment's currency."""

    id: str
    amount_fen: int
    fee_fen: int


@dataclass(frozen=True, slots=True)
class ProviderDispute:
    """A dispute at the provider, as the provider reports it."""

    id: str
    status: str
    reason: str
    amount_fen: int
    currency: str
    live: bool
    payment: str
    attempt_id: str
    opened_at: datetime
    due_at: datetime | None
    movements: tuple[Movement, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A verified notification: which of our objects it is about. A hint, never the truth.

    `session`, `refund`, `dispute`, `refunded` (a payment of which something went back), `transfer`
    and `payee` (an account that money is sent to) are the provider's ids, `ours` is the id of our
    attempt as told there.
    """

    event_id: str
    kind: str
    session: str | None = None
    refund: str | None = None
    ours: str | None = None
    dispute: str | None = None
    transfer: str | None = None
    payee: str | None = None
    refunded: str | None = None


def judge(attempt: AttemptFacts, session: Session, *, live: bool) -> tuple[Verdict, str]:
    """What the session means for the attempt, and, when it does not fit, what differs."""
    wrong = _difference(attempt, session, live=live)
    if wrong:
        return Verdict.MISMATCH, wrong
    if session.paid:
        done = attempt.state in (AttemptState.SUCCEEDED, AttemptState.QUARANTINED)
        return (Verdict.REPEATED if done else Verdict.PAID), ""
    if session.status == "expired":
        return Verdict.EXPIRED, ""
    return Verdict.WAITING, ""


def _difference(attempt: AttemptFacts, session: Session, *, live: bool) -> str:
    """The first way in which the session is not the one we opened, or nothing."""
    ours = {
        "livemode": live,
        "attempt": str(attempt.id),
        "tenant": str(attempt.tenant_id),
        "reference": attempt.reference,
        "currency": attempt.amount.currency.lower(),
        "amount": attempt.amount.fen,
        "session": attempt.provider_session or session.id,
    }
    theirs = {
        "livemode": session.live,
        "attempt": session.attempt_id,
        "tenant": session.tenant_id,
        "reference": session.reference,
        "currency": session.currency.lower(),
        "amount": session.amount_fen,
        "session": session.id,
    }
    for name, value in ours.items():
        if theirs[name] != value:
            return f"{name}: ours {value}, theirs {theirs[name]}"
    return ""


def next_check(checks: int, now: datetime) -> datetime:
    """When to look again at an attempt nobody has reported on."""
    return now + timedelta(seconds=CHECKS[min(checks, len(CHECKS) - 1)])


def refundable(paid: Money, refunds: Iterable[RefundFacts]) -> Money:
    """What is left to give back; what failed does not count, what is under way does."""
    gone = sum(one.amount.micro for one in refunds if one.state is not RefundState.FAILED)
    return Money(paid.micro - gone, paid.currency)


def check_refund(asked: Money, paid: Money, refunds: Iterable[RefundFacts]) -> None:
    """Refuse to give back more than came in."""
    left = refundable(paid, refunds)
    if asked.micro <= 0 or asked > left:
        raise RefundTooLarge(asked=asked, left=left)


def refund_difference(known: RefundFacts, said: ProviderRefund) -> str:
    """The first way in which a provider's refund is not the one we asked for, or nothing. Whoever
    owns the account can make one of a fen that bears the id of ours."""
    ours = {
        "refund": known.provider_refund or said.id,
        "payment": known.provider_payment,
        "amount": known.amount.fen,
    }
    theirs = {"refund": said.id, "payment": said.payment, "amount": said.amount_fen}
    for name, value in ours.items():
        if theirs[name] != value:
            return f"{name}: ours {value}, theirs {theirs[name]}"
    return ""


def refund_state(status: str) -> RefundState:
    """The provider's word for a refund as ours; what we do not know stays pending."""
    return {
        "succeeded": RefundState.SUCCEEDED,
        "failed": RefundState.FAILED,
        "canceled": RefundState.FAILED,
    }.get(status, RefundState.PENDING)


def methods_from(first: str) -> tuple[str, ...]:
    """All methods, the chosen one first: one session serves whatever the shopper ends up with."""
    rest = tuple(one for one in METHODS if one != first)
    return (first, *rest) if first in METHODS else METHODS
