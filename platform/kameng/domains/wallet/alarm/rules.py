"""When a low balance is told: once, and again only after it was high enough in between. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kameng.domains.wallet.alarm.errors import BadAlarm
from kameng.domains.wallet.rules import LARGEST
from kameng.kit.money import FEN, Money


@dataclass(frozen=True, slots=True)
class AlarmFacts:
    """Below what a site is told, and when it was, if the balance is still low since then."""

    below: Money
    told_at: datetime | None


LEAST, ORDERS, WHOLE = 100_000_000, 10, 10_000_000
"""Of a suggestion: at least 100, for ten orders, in whole tens; micro-units."""


class Step(StrEnum):
    """What follows from a look at a balance."""

    TELL = "tell"
    FORGET = "forget"
    NOTHING = "nothing"


def is_low(alarm: AlarmFacts | None, balance: Money) -> bool:
    """Whether there is less than the site wants to have."""
    return alarm is not None and balance < alarm.below


def step(alarm: AlarmFacts | None, balance: Money) -> Step:
    """Tell what was not told; forget having told once there is enough again."""
    if alarm is None or (alarm.told_at is None) != is_low(alarm, balance):
        return Step.NOTHING
    return Step.TELL if alarm.told_at is None else Step.FORGET


def check_below(amount: Money) -> Money:
    """The amount, if one can be warned at it."""
    if amount.micro <= 0 or amount.micro % FEN or amount > Money(LARGEST.micro, amount.currency):
        raise BadAlarm(largest=Money(LARGEST.micro, amount.currency))
    return amount


def suggested(cost: Money) -> Money:
    """From when on a site should be told that pays this much for each order it takes."""
    tens = -(-cost.micro * ORDERS // WHOLE) * WHOLE
    return Money(min(max(tens, LEAST), LARGEST.micro), cost.currency)
