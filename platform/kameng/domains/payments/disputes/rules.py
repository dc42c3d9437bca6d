"""How a dispute goes on: what the provider calls its states, and which report is the newer one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from kameng.domains.payments.rules import AttemptFacts, ProviderDispute
from kameng.kit.money import Money

SOON, LATER = timedelta(minutes=1), timedelta(hours=1)
"""When a dispute is looked at again: what waits for its order, and what waits for a bank."""


class DisputeState(StrEnum):
    """Where a dispute stands."""

    INQUIRY = "inquiry"
    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"


D = DisputeState
THEIRS = {
    "warning_needs_response": D.INQUIRY,
    "warning_under_review": D.INQUIRY,
    "warning_closed": D.WON,
    "needs_response": D.NEEDS_RESPONSE,
    "under_review": D.UNDER_REVIEW,
    "won": D.WON,
    "lost": D.LOST,
}
RANK = {D.INQUIRY: 0, D.NEEDS_RESPONSE: 1, D.UNDER_REVIEW: 2, D.WON: 3, D.LOST: 3}
OVER = frozenset({D.WON, D.LOST})
TOLD = frozenset({D.INQUIRY, D.NEEDS_RESPONSE, D.WON, D.LOST})
"""Steps people hear of."""


@dataclass(frozen=True, slots=True)
class DisputeFacts:
    """One dispute. `taken` is what the provider has taken for it and not given back, `fee` what it
    charged besides; `followed`: whatever was bought has come to its end with it."""

    id: UUID
    tenant_id: int
    attempt_id: UUID
    channel: str
    purpose: str
    reference: str
    provider_dispute: str
    amount: Money
    taken: Money
    fee: Money
    state: DisputeState
    reason: str
    due_at: datetime | None
    opened_at: datetime
    closed_at: datetime | None
    followed: bool

    @property
    def is_over(self) -> bool:
        """Whether it is decided."""
        return self.state in OVER

    @property
    def is_taking(self) -> bool:
        """Whether the bank takes the money back by itself now; an inquiry takes nothing yet."""
        return not self.is_over and self.state is not DisputeState.INQUIRY


def later(known: DisputeState | None, status: str) -> DisputeState:
    """The state after a report: reports may be older than what is known already, and a decision is
    final. A status we have no word for changes nothing."""
    reported = THEIRS.get(status, known or D.NEEDS_RESPONSE)
    if known is None or RANK[reported] > RANK[known]:
        return reported
    return known


def difference(attempt: AttemptFacts, reported: ProviderDispute, *, live: bool) -> str:
    """The first way in which a dispute is not one of this payment, or nothing."""
    if reported.live != live:
        return f"livemode: ours {live}, theirs {reported.live}"
    if reported.payment != attempt.provider_payment:
        return f"payment: ours {attempt.provider_payment}, theirs {reported.payment}"
    if reported.currency.upper() != attempt.amount.currency:
        return f"currency: ours {attempt.amount.currency}, theirs {reported.currency}"
    if not 0 < reported.amount_fen <= attempt.amount.fen:
        return f"amount: ours {attempt.amount.fen}, theirs {reported.amount_fen}"
    return ""


def next_look(dispute: DisputeFacts, now: datetime) -> datetime | None:
    """When to ask about it again; None: it is decided, its money is where it belongs, and so is
    what was bought."""
    if not dispute.is_over:
        return now + LATER
    if not dispute.followed:
        return now + SOON
    money_is_back = dispute.state is D.LOST or not dispute.taken
    return None if money_is_back else now + LATER
