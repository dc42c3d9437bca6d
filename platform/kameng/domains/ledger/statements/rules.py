"""A month of the shop's calendar, and what a statement says of it. Pure values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from kameng.kit.money import Money

SHOP_TIME = ZoneInfo("Asia/Shanghai")
FIRST_YEAR, LAST_YEAR = 2000, 2199

Sheet = tuple[str, str]
"""A kind of account and a currency: what has a line of its own on a statement."""


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month by the shop's clock."""

    year: int
    number: int

    @property
    def begin(self) -> datetime:
        """Its first moment, in UTC."""
        return datetime(self.year, self.number, 1, tzinfo=SHOP_TIME).astimezone(UTC)

    @property
    def end(self) -> datetime:
        """The first moment after it, in UTC."""
        return self.next.begin

    @property
    def next(self) -> Month:
        return self._beside(1)

    @property
    def previous(self) -> Month:
        return self._beside(-1)

    @property
    def last_day(self) -> date:
        """Its last day, by the shop's clock."""
        return date(self.next.year, self.next.number, 1) - timedelta(days=1)

    def _beside(self, step: int) -> Month:
        whole = self.year * 12 + self.number - 1 + step
        return Month(whole // 12, whole % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"


def month_of(moment: datetime) -> Month:
    """The month a moment falls into."""
    here = moment.astimezone(SHOP_TIME)
    return Month(here.year, here.month)


def read_month(text: str) -> Month | None:
    """ "2026-11" → that month; None for anything else."""
    year, dash, number = text.partition("-")
    if not (dash and len(text) == 7 and text.isascii() and year.isdigit() and number.isdigit()):
        return None
    if not (FIRST_YEAR <= int(year) <= LAST_YEAR and 1 <= int(number) <= 12):
        return None
    return Month(int(year), int(number))


@dataclass(frozen=True, slots=True)
class SheetSum:
    """All accounts of one kind of a site over a month; balances stand on the normal side."""

    kind: str
    currency: str
    normal_side: str
    opening: Money
    debit: Money
    credit: Money
    count: int

    @property
    def sheet(self) -> Sheet:
        return self.kind, self.currency

    @property
    def up(self) -> Money:
        """What made the balance larger."""
        return self.debit if self.normal_side == "debit" else self.credit

    @property
    def down(self) -> Money:
        """What made the balance smaller."""
        return self.credit if self.normal_side == "debit" else self.debit

    @property
    def closing(self) -> Money:
        return self.opening + self.up - self.down

    @property
    def signed(self) -> Money:
        """The closing balance as the books hold it: debits positive."""
        return self.closing if self.normal_side == "debit" else -self.closing


@dataclass(frozen=True, slots=True)
class Statement:
    """One site's month. A final one never changes again: nothing more can be booked into it."""

    tenant_id: int
    month: Month
    final: bool
    sheets: tuple[SheetSum, ...]

    @property
    def count(self) -> int:
        """How many movements there are."""
        return sum(one.count for one in self.sheets)


@dataclass(frozen=True, slots=True)
class Movement:
    """One change of one account: what it did to the balance of its kind, and what that is then."""

    txn_id: UUID
    seq: int
    day: date
    at: datetime
    kind: str
    ref_type: str
    ref_id: str
    account: str
    normal_side: str
    owner_type: str
    owner_id: str
    change: Money
    balance: Money

    @property
    def sheet(self) -> Sheet:
        return self.account, self.change.currency

    @property
    def up(self) -> Money | None:
        return self.change if self.change.micro > 0 else None

    @property
    def down(self) -> Money | None:
        return -self.change if self.change.micro < 0 else None


def running(moves: Iterable[Movement], balances: dict[Sheet, Money]) -> Iterator[Movement]:
    """Each movement with the balance of its kind after it; `balances` are those before the first
    and are carried on."""
    for one in moves:
        sheet = one.account, one.change.currency
        now = balances.get(sheet, Money.zero(one.change.currency)) + one.change
        balances[sheet] = now
        yield replace(one, balance=now)
