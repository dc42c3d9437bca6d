"""How a price is made of a cost and rounded, in whole micro-units from end to end."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from kameng.kit.money import FEN, MICRO, Money, Percent

DEAREST = Money(1_000_000 * MICRO)
"""The largest fixed price or amount a rule may name."""
STEEPEST = Percent(10_000 * 10_000)
"""The largest percentage a rule may add: 10,000 %."""
FATTEST = Percent(99 * 10_000)
"""The largest share of the price a rule may keep: 99 %."""
TOP = 1_000_000_000 * MICRO
"""No rule makes a price above this, however many of them are stacked: it always fits a BIGINT."""

WHOLE = 1_000_000
"""Parts per million in one."""


class Method(StrEnum):
    """How the price is made.

    FIXED names it. PERCENT and AMOUNT add to the setter's own cost. MARGIN leaves that share of the
    price with the setter. FOLLOW takes the price that would hold without a rule: the parent's
    retail price for shoppers, the setter's own retail price for sites below.
    """

    FIXED = "fixed"
    PERCENT = "percent"
    AMOUNT = "amount"
    MARGIN = "margin"
    FOLLOW = "follow"


class Rounding(StrEnum):
    """To which prices the made one is rounded: whole steps, or those that end in .9 or .99."""

    NONE = "none"
    FEN = "fen"
    JIAO = "jiao"
    YUAN = "yuan"
    X9 = "x9"
    X99 = "x99"


class Way(StrEnum):
    """Which of the two neighbours a price between two steps goes to."""

    UP = "up"
    DOWN = "down"
    HALF_UP = "half_up"
    HALF_EVEN = "half_even"


class Step(NamedTuple):
    """From so many pieces on, the rule's value is this one."""

    quantity: int
    value: int


UNITS = {
    Rounding.FEN: (FEN, 0),
    Rounding.JIAO: (10 * FEN, 0),
    Rounding.YUAN: (MICRO, 0),
    Rounding.X9: (MICRO, 10 * FEN),
    Rounding.X99: (MICRO, FEN),
}
"""Step, and how much below a whole step the prices lie."""

_UNITS = {rounding.value: unit for rounding, unit in UNITS.items()}
"""The same by plain text: looking an enum up by its class or by its hash is a call of its own, and
a page of prices does so some hundred times."""
_FIXED, _PERCENT, _AMOUNT, _MARGIN = Method.FIXED, Method.PERCENT, Method.AMOUNT, Method.MARGIN
_NONE, _HALF_UP, _UP, _HALF_EVEN = Rounding.NONE, Way.HALF_UP, Way.UP, Way.HALF_EVEN


def made(method: Method, value: int, basis: int) -> int:
    """The price before rounding. `basis` is the cost, or for FOLLOW the price followed."""
    if method is _FIXED:
        return value
    if method is _PERCENT:
        return basis + _half_even(basis * value, WHOLE)
    if method is _AMOUNT:
        return basis + value
    if method is _MARGIN:
        return _half_even(basis * WHOLE, WHOLE - value)
    return basis


def rounded(price: int, rounding: Rounding, way: Way) -> int:
    """The price on its step. Ending in .9, nothing is below 0.9: prices are never negative."""
    if rounding is _NONE:
        return price
    step, short = _UNITS[rounding._value_]
    count, rest = divmod(price + short, step)
    if way is _HALF_UP:
        count += 2 * rest >= step
    elif way is _UP:
        count += rest > 0
    elif way is _HALF_EVEN:
        count += 2 * rest + (count & 1) > step
    return max(count, 1) * step - short if short else count * step


def _half_even(numerator: int, denominator: int) -> int:
    whole, rest = divmod(numerator, denominator)
    return whole + (2 * rest + (whole & 1) > denominator)
