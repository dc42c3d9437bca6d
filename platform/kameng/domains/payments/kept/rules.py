"""What a provider may have kept, when it is asked again, and what a month came to. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kameng.domains.payments.rules import Kept
from kameng.kit.money import Money, Percent

LOOKS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(days=1))
"""How long after each question without an answer the next one is asked."""
GIVE_UP = timedelta(days=60)
"""So long after its arrival nobody asks any more: the agreed fee stays."""
MOST_BEYOND = Money.of("1000")
"""More than a payment and so much is not a fee, but a mistake: it is not believed."""


@dataclass(frozen=True, slots=True)
class Month:
    """What a provider kept of a month's payments to the master. `real` counts those of which it
    has not said it yet (`untold`) as agreed."""

    first: date
    payments: int
    paid: Money
    agreed: Money
    real: Money
    untold: int

    @property
    def difference(self) -> Money:
        """What was kept beyond what was agreed."""
        return self.real - self.agreed

    @property
    def share(self) -> Percent:
        """What was kept, of what was paid; to two decimals."""
        paid = self.paid.micro
        return Percent(round(self.real.micro * 10_000 / paid) * 100 if paid else 0)


def believable(said: Kept, paid: Money) -> bool:
    """Whether a provider can have kept that."""
    return 0 <= said.fen <= paid.fen + MOST_BEYOND.fen


def next_look(checks: int, arrived: datetime, now: datetime) -> datetime | None:
    """When to ask again; None: not any more."""
    if now - arrived > GIVE_UP:
        return None
    return now + LOOKS[min(checks, len(LOOKS) - 1)]
