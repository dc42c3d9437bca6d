"""How long a period is, what a change of package costs, and when somebody is reminded. Pure.

Periods are counted in calendar months by the shop's clock from the day the first began: from 31
January to 28 February, and on to 31 March.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from kameng.domains.billing.errors import (
    NothingToRenew,
    OverPackageLimits,
    PeriodNotOffered,
    TooFarAhead,
)
from kameng.domains.terms.rules import Allows
from kameng.kit.money import FEN, Money

SHOP_TIME = ZoneInfo("Asia/Shanghai")
FARTHEST = timedelta(days=2 * 366)
"""How far ahead a package can be paid."""
REMIND = (7, 3, 1)
"""Days before the end on which the owner is reminded."""
RENEW_BEFORE = timedelta(days=1)
"""When before the end a renewal from the balance is made."""
NO_GRACE_BEFORE = timedelta(minutes=20)
"""When before the end a change is made where no grace follows: the clock looks every ten minutes,
and after the end the shop would be shut."""


class Period(StrEnum):
    """What a fee is for."""

    MONTH = "month"
    YEAR = "year"

    @property
    def months(self) -> int:
        return 12 if self is Period.YEAR else 1


class Kind(StrEnum):
    """What a choice of package means for the site that makes it."""

    RENEW = "renew"
    START = "start"
    UPGRADE = "upgrade"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A package as it is sold today; a fee of None: not for such a period."""

    id: UUID
    name: str
    month: Money | None
    year: Money | None
    is_trial: bool
    allows: Allows
    grace_days: int

    @property
    def is_free(self) -> bool:
        return self.month is None and self.year is None

    def fee(self, period: Period) -> Money | None:
        """What a period costs."""
        return self.year if period is Period.YEAR else self.month


@dataclass(frozen=True, slots=True)
class Paid:
    """A period that was paid for: at what full fee, even where less was paid to get there."""

    period: Period
    began: datetime
    until: datetime
    worth: Money
    anchor: int


@dataclass(frozen=True, slots=True)
class Held:
    """What a site has: its package, until when with and without grace, and what was paid for."""

    package_id: UUID
    until: datetime | None
    ends: datetime | None
    paid: tuple[Paid, ...] = ()

    def open_at(self, now: datetime) -> tuple[Paid, ...]:
        """The paid periods that are not over."""
        return tuple(one for one in self.paid if one.until > now)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a choice costs now, and the time it pays for. LATER: nothing now, `amount` then."""

    kind: Kind
    amount: Money
    begins: datetime
    until: datetime | None
    anchor: int


@dataclass(frozen=True, slots=True)
class Uses:
    """What a site uses that a package may not allow: how many sites below, which own domains, how
    many SKUs it lists; where it is told what is too much, how many of them are."""

    sites: int = 0
    domains: tuple[str, ...] = ()
    skus: int = 0

    def __bool__(self) -> bool:
        return bool(self.sites or self.domains or self.skus)


def after(begins: datetime, months: int, anchor: int) -> datetime:
    """So many months later by the shop's clock, on the day `anchor` or the last of the month."""
    local = begins.astimezone(SHOP_TIME)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    day = min(anchor, monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day).astimezone(UTC)


def difference(paid: Iterable[Paid], wanted: Wanted, *, now: datetime) -> Money | None:
    """What the days left cost more in another package (补差价), up to the next fen and never below
    nothing; None where it costs less in any period, or is not sold for one."""
    micro, currency = 0, "CNY"
    for one in paid:
        fee = wanted.fee(one.period)
        if fee is None or fee < one.worth:
            return None
        left = one.until - max(now, one.began)
        whole = one.until - one.began
        micro += -(-(fee - one.worth).micro * _us(left) // _us(whole))
        currency = fee.currency
    return Money(-(-micro // FEN) * FEN, currency)


def _us(span: timedelta) -> int:
    return max(span // timedelta(microseconds=1), 0)


def offer(held: Held, wanted: Wanted, period: Period, *, now: datetime) -> Offer:
    """What choosing this package for this period means now.

    The one held is renewed from its end, or from now once its grace is over. Another one begins
    now: for the difference where days are left that were paid for, else for its fee (in grace from
    the end, like a renewal); a cheaper one waits for the end of those days. Refuses
    PeriodNotOffered, NothingToRenew, TooFarAhead.
    """
    made = (
        _renewal(held, wanted, period, now)
        if wanted.id == held.package_id
        else _change(held, wanted, period, now)
    )
    if made.until is not None and made.until > now + FARTHEST:
        raise TooFarAhead(until=made.until)
    return made


def _renewal(held: Held, wanted: Wanted, period: Period, now: datetime) -> Offer:
    if wanted.is_free or held.until is None:
        raise NothingToRenew()
    over = held.ends is not None and held.ends <= now
    begins = now if over else held.until
    last = held.paid[-1] if held.paid else None
    goes_on = last is not None and last.until == begins
    anchor = last.anchor if last and goes_on else _day(begins)
    return _offer(Kind.RENEW, wanted, period, begins, anchor)


def _change(held: Held, wanted: Wanted, period: Period, now: datetime) -> Offer:
    if wanted.is_trial and wanted.is_free:
        raise PeriodNotOffered()
    running = held.open_at(now)
    if not running:
        begins = _start(held, now)
        return _offer(Kind.START, wanted, period, begins, _day(begins))
    more = difference(running, wanted, now=now)
    if more is not None and more.micro > 0:
        last = running[-1]
        return Offer(Kind.UPGRADE, more, now, last.until, last.anchor)
    last = running[-1]
    return _offer(Kind.LATER, wanted, period, last.until, last.anchor)


def _start(held: Held, now: datetime) -> datetime:
    """Grace is no gift to who leaves either: in it another package, too, begins at the end of what
    was paid for."""
    in_grace = held.until is not None and held.ends is not None and held.until <= now < held.ends
    return held.until if in_grace and held.paid and held.until is not None else now


def _offer(kind: Kind, wanted: Wanted, period: Period, begins: datetime, anchor: int) -> Offer:
    if wanted.is_free:
        return Offer(kind, Money.zero(), begins, None, anchor)
    fee = wanted.fee(period)
    if fee is None:
        raise PeriodNotOffered()
    return Offer(kind, fee, begins, after(begins, period.months, anchor), anchor)


def _day(moment: datetime) -> int:
    return moment.astimezone(SHOP_TIME).day


def over_limits(wanted: Wanted, uses: Uses) -> Uses:
    """What the site uses that this package does not allow; empty is falsy."""
    return Uses(
        0 if wanted.allows.child_sites else uses.sites,
        () if wanted.allows.own_domain else uses.domains,
        max(uses.skus - wanted.allows.sku_limit, 0) if wanted.allows.sku_limit else 0,
    )


def check_limits(wanted: Wanted, uses: Uses) -> None:
    """Refuse a package that does not allow what the site uses (OverPackageLimits)."""
    if over := over_limits(wanted, uses):
        raise OverPackageLimits(
            package=wanted.name,
            sites=over.sites,
            domains="、".join(over.domains) or "—",
            skus=over.skus,
        )


def days_left(until: datetime, *, now: datetime) -> int:
    """Whole days by the shop's calendar until then; 0 on the day itself."""
    return (until.astimezone(SHOP_TIME).date() - now.astimezone(SHOP_TIME).date()).days


def reminder(until: datetime, *, now: datetime) -> int | None:
    """Which reminder is due: the nearest of REMIND not yet passed by, None before the first or
    once it is over."""
    left = days_left(until, now=now)
    due = [days for days in REMIND if left <= days]
    return min(due) if due and until > now else None
