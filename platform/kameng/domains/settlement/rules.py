"""Days of the shop's clock, what is due when, and what a settlement posts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from kameng.domains.ledger.rules import AccountKind, Line, credit, debit, house
from kameng.domains.settlement.errors import DayToCome
from kameng.domains.terms.cycles import Cycle, latest_due_day
from kameng.kit.money import Money

SHOP_TIME = ZoneInfo("Asia/Shanghai")
"""Days are those of the shop's clock, whatever day the books write: a sale at half past midnight
belongs to the new day."""
SETTLED, DEBT_PAID = "settlement", "settlement_debt"
"""The kinds of the two postings."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What was earned on one day and is not settled: `day` None is what was taken back since."""

    day: date | None
    frozen: bool
    amount: Money
    things: int


@dataclass(frozen=True, slots=True)
class Coming:
    """What becomes due on a day, as far as known."""

    day: date
    amount: Money
    things: int


def shop_day(moment: datetime) -> date:
    """The day a moment lies in on the shop's clock."""
    return moment.astimezone(SHOP_TIME).date()


def end_of(day: date) -> datetime:
    """The first moment after a day of the shop's clock."""
    return datetime.combine(day + timedelta(days=1), time.min, SHOP_TIME).astimezone(UTC)


def day_of_run(until: date | None, *, now: datetime) -> date:
    """The day a run is as of: today, or one that has been. Refuses DayToCome."""
    today = shop_day(now)
    if until is not None and until > today:
        raise DayToCome(day=until.isoformat())
    return until or today


def key_of(run_id: UUID, day: date) -> str:
    """The name under which the sites of a run wait for their turn."""
    return f"{day.isoformat()}/{run_id}"


def run_named(key: str) -> tuple[UUID, date]:
    """The run and the day of a name."""
    day, _, run_id = key.partition("/")
    return UUID(run_id), date.fromisoformat(day)


def owed(margin: Money) -> Money:
    """What a site owes: refunds took more from it than it has earned since."""
    return -margin if margin.micro < 0 else Money.zero(margin.currency)


def settled_lines(tenant_id: int, amount: Money) -> list[Line]:
    """From what is earned to what may be withdrawn."""
    return [
        debit(house(tenant_id, AccountKind.MARGIN, amount.currency), amount),
        credit(house(tenant_id, AccountKind.AVAILABLE, amount.currency), amount),
    ]


def debt_paid_lines(tenant_id: int, amount: Money) -> list[Line]:
    """Back, to make up for what refunds took from earnings that were settled before."""
    return [
        debit(house(tenant_id, AccountKind.AVAILABLE, amount.currency), amount),
        credit(house(tenant_id, AccountKind.MARGIN, amount.currency), amount),
    ]


def coming(waiting: Iterable[Waiting], cycles: Sequence[Cycle], *, today: date) -> list[Coming]:
    """When what waits is due, the next day first. What the last run left, the next one takes."""
    sums: dict[date, list[Waiting]] = {}
    for one in waiting:
        if one.day is not None and not one.frozen:
            sums.setdefault(max(latest_due_day(cycles, one.day), today), []).append(one)
    return [
        Coming(day, _sum(some), sum(one.things for one in some))
        for day, some in sorted(sums.items())
    ]


def frozen(waiting: Iterable[Waiting]) -> list[Waiting]:
    """What nobody is given while a refund or a dispute is under way."""
    return [one for one in waiting if one.frozen]


def _sum(some: Sequence[Waiting]) -> Money:
    return sum((one.amount for one in some[1:]), some[0].amount)
