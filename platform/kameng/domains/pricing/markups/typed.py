"""The text a person types for a rule: a number with its signs, quantity steps line by line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal

from kameng.domains.pricing.errors import BadMarkup, BadSteps
from kameng.domains.pricing.markups.methods import DEAREST, FATTEST, STEEPEST, Method, Step
from kameng.kit.money import MICRO

MOST_STEPS = 20
"""Quantity steps of one rule."""
LARGEST_QUANTITY = 1_000_000
"""Pieces a step may begin at."""

NUMBER = re.compile(r"\+?([0-9]{1,12}(?:\.[0-9]{1,12})?)")
_STEP = re.compile(r"\s*([0-9]{1,7})\s*=\s*(.+)")
_LARGEST = {Method.PERCENT: STEEPEST.ppm, Method.MARGIN: FATTEST.ppm}
_SHARES = frozenset({Method.PERCENT, Method.MARGIN})


def markup(method: Method, asked: str) -> int:
    """The value of a rule as a person typed it: full-width digits, '+', '%' and '元' are fine, the
    sign of the other kind is not: 10% is no price of 10 yuan."""
    plain = unicodedata.normalize("NFKC", asked)
    if any(sign in plain for sign in ("¥元" if method in _SHARES else "%")):
        raise BadMarkup(text=asked[:40])
    typed = plain.strip().strip("%¥元 ")
    if method is Method.FOLLOW and not typed:
        return 0
    found = NUMBER.fullmatch(typed)
    if not found:
        raise BadMarkup(text=asked[:40])
    value = Decimal(found[1]) * (10_000 if method in _SHARES else MICRO)
    largest = 0 if method is Method.FOLLOW else _LARGEST.get(method, DEAREST.micro)
    if value != value.to_integral_value() or value > largest:
        raise BadMarkup(text=asked[:40])
    return int(value)


def steps(method: Method, asked: str) -> tuple[Step, ...]:
    """Quantity steps from lines `5=3`: from 5 pieces on, 3 each; any order, empty lines pass."""
    found: dict[int, Step] = {}
    for number, line in enumerate(asked[:4_000].splitlines(), start=1):
        if not line.strip():
            continue
        step = _step(method, line, number)
        if step.quantity in found or len(found) == MOST_STEPS:
            raise BadSteps(line=number, text=line[:40])
        found[step.quantity] = step
    return tuple(found[quantity] for quantity in sorted(found))


def told_steps(method: Method, held: Sequence[Step]) -> str:
    """Steps as one types them; `steps()` reads them back."""
    return "\n".join(f"{step.quantity}={told_value(method, step.value)}" for step in held)


def told_value(method: Method, value: int) -> str:
    """A value as one types it, without its sign; `markup()` reads it back."""
    return _plain(Decimal(value) / (10_000 if method in _SHARES else MICRO))


def _step(method: Method, line: str, number: int) -> Step:
    typed = _STEP.fullmatch(unicodedata.normalize("NFKC", line))
    if not typed or not 2 <= int(typed[1]) <= LARGEST_QUANTITY:
        raise BadSteps(line=number, text=line[:40])
    try:
        return Step(int(typed[1]), markup(method, typed[2]))
    except BadMarkup:
        raise BadSteps(line=number, text=line[:40]) from None


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
