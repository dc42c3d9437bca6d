"""Money as whole micro-units: exact to add, share and split, rounded by one named rule."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, InvalidOperation

from kameng.kit.errors import Refusal

MICRO = 1_000_000
"""Micro-units in one unit of the currency (1 yuan)."""
FEN = 10_000
"""Micro-units in one payable unit (1 fen)."""
LARGEST = 9_000_000_000_000 * MICRO
"""The largest amount taken from outside; below the BIGINT limit of 9.2e18."""
PLACES = 6
LONGEST = 40
"""Signs of a number taken from outside."""
_EXACT = Context(prec=2 * LONGEST)
"""No number of so few signs is rounded here, as it would be with the usual 28 digits."""


class BadAmount(Refusal):
    """The text is no amount of money: not a number, too fine, or too large."""

    code = "bad_amount"


class BadPercent(Refusal):
    """The text is no percentage: not a number, finer than 0.0001 %, or too large."""

    code = "bad_percent"


def parse_decimal(value: str | int | Decimal, refusal: type[Refusal]) -> Decimal:
    """A finite number from text; full-width digits count as digits, floats are refused."""
    if isinstance(value, float):
        raise TypeError("a float is no exact amount: give text, int or Decimal")
    text = unicodedata.normalize("NFKC", str(value)).strip()
    if len(text) > LONGEST or "_" in text:
        raise refusal(text=text[:LONGEST])
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise refusal(text=text) from None
    if not number.is_finite() or not -LARGEST <= number <= LARGEST:
        raise refusal(text=text)
    if number and number.adjusted() < -LONGEST:
        raise refusal(text=text)
    return number if number else Decimal(0)


def _whole(number: Decimal, of_one: int) -> int | None:
    """How many of the smallest parts a number is; nothing when it is finer than they are."""
    parts = _EXACT.multiply(number, Decimal(of_one))
    return int(parts) if parts == parts.to_integral_value(context=_EXACT) else None


@dataclass(frozen=True, slots=True, order=True)
class Percent:
    """A share in parts per million: Percent.of("7") is 70,000 ppm."""

    ppm: int

    @classmethod
    def of(cls, value: str | int | Decimal) -> Percent:
        """From percent points, at most four decimals; raises BadPercent."""
        ppm = _whole(parse_decimal(value, BadPercent), 10_000)
        if ppm is None or abs(ppm) > 10**12:
            raise BadPercent(text=str(value))
        return cls(ppm)

    def __str__(self) -> str:
        text = f"{Decimal(self.ppm) / 10_000:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in micro-units (10⁻⁶) of its currency; amounts of two currencies never mix."""

    micro: int
    currency: str = "CNY"

    @classmethod
    def of(cls, value: str | int | Decimal, currency: str = "CNY") -> Money:
        """From units of the currency, at most six decimals; raises BadAmount."""
        micro = _whole(parse_decimal(value, BadAmount), MICRO)
        if micro is None or abs(micro) > LARGEST:
            raise BadAmount(text=str(value))
        return cls(micro, currency)

    @classmethod
    def zero(cls, currency: str = "CNY") -> Money:
        return cls(0, currency)

    @classmethod
    def of_fen(cls, fen: int, currency: str = "CNY") -> Money:
        """From whole payable units (fen, cents)."""
        return cls(fen * FEN, currency)

    def _same(self, other: Money) -> int:
        if not isinstance(other, Money) or other.currency != self.currency:
            raise TypeError(f"cannot combine {self!r} with {other!r}")
        return other.micro

    def __add__(self, other: Money) -> Money:
        return Money(self.micro + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.micro - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.micro, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.micro), self.currency)

    def __mul__(self, times: int) -> Money:
        if not isinstance(times, int):
            raise TypeError("money is multiplied by whole numbers; use share() for a part")
        return Money(self.micro * times, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        return self.micro < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.micro <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.micro > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.micro >= self._same(other)

    def __bool__(self) -> bool:
        return self.micro != 0

    def share(self, part: Percent) -> Money:
        """`part` of this amount, rounded half to even on the micro-unit."""
        exact = Decimal(self.micro * part.ppm) / 1_000_000
        return Money(int(exact.to_integral_value(ROUND_HALF_EVEN)), self.currency)

    def split(self, weights: list[int]) -> list[Money]:
        """Parts in proportion to `weights` that sum to exactly this amount.

        Left-over micro-units go one each to the largest remainders, earlier parts first.
        """
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError("weights must be non-negative with a positive sum")
        floors = [self.micro * weight // total for weight in weights]
        order = sorted(range(len(weights)), key=lambda i: (-(self.micro * weights[i] % total), i))
        for index in order[: self.micro - sum(floors)]:
            floors[index] += 1
        return [Money(part, self.currency) for part in floors]

    def rounded(self, unit: int, rounding: str = ROUND_HALF_UP) -> Money:
        """To a multiple of `unit` micro-units by a `decimal` rounding mode."""
        steps = (Decimal(self.micro) / unit).to_integral_value(rounding)
        return Money(int(steps) * unit, self.currency)

    def payable(self) -> Money:
        """What a person pays: rounded half up to the fen. The only rounding of totals."""
        return self.rounded(FEN)

    @property
    def fen(self) -> int:
        """Whole payable units; refuses an amount finer than one."""
        if self.micro % FEN:
            raise ValueError(f"{self} is not payable: round it with payable() first")
        return self.micro // FEN

    @property
    def decimal(self) -> Decimal:
        return Decimal(self.micro) / MICRO

    def __str__(self) -> str:
        """At least two decimals, more only where there are any: 9.90, 0.0035."""
        whole, _, part = f"{self.decimal:.6f}".partition(".")
        return f"{whole}.{part[:2]}{part[2:].rstrip('0')}"
