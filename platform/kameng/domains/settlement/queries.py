"""What a site has earned and when it is given it; what was settled, and how far a run is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, func, select, text

from kameng.domains.catalog.facts import Page
from kameng.domains.ledger import queries as ledger
from kameng.domains.ledger.rules import AccountKind, house
from kameng.domains.settlement import rules
from kameng.domains.settlement.errors import NoSuchSettlement
from kameng.domains.settlement.models import Settlement, SettlementRun
from kameng.domains.settlement.rules import Waiting
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant

_WAITING = text("SELECT day, frozen, amount, things FROM shared.settlement_waiting(:currency)")
_LINES = text(
    "SELECT txn_id, amount, made_at, order_id, number, site_id, site, kind"
    " FROM shared.settlement_lines(:id, :size, :start)"
)
_MASTERS = text("SELECT shared.settlement_masters(:day, :most)")
_LEFT = text("SELECT shared.settlement_left(:key)")


@dataclass(frozen=True, slots=True)
class Pockets:
    """Where a site's earnings are. `held` is the part of what is available that was set aside;
    at most one of `pending` and `debt` is not nothing."""

    pending: Money
    available: Money
    held: Money
    debt: Money

    @property
    def free(self) -> Money:
        """What may be withdrawn or spent: a debt is kept back."""
        zero = Money.zero(self.available.currency)
        return max(self.available - self.debt, zero)


@dataclass(frozen=True, slots=True)
class SettlementFacts:
    """One settlement of a site."""

    id: UUID
    tenant_id: int
    cutoff: date
    amount: Money
    count: int
    actor_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SettledLine:
    """One part of a settlement: an order's margin, or what was taken back of one."""

    txn_id: UUID
    amount: Money
    made_at: datetime
    order_id: UUID | None
    number: str | None
    site_id: int | None
    site: str | None
    kind: str


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A run over the sites below, and how many of them still wait for their turn."""

    id: UUID
    day: date
    sites: int
    left: int
    settled: int
    amount: Money
    actor_name: str
    at: datetime

    @property
    def done(self) -> int:
        return max(self.sites - self.left, 0)


def pockets(tenant: Tenant) -> Pockets:
    """What the bound site has earned: not due yet, available, or owed."""
    margin = ledger.balance(house(tenant.id, AccountKind.MARGIN, tenant.currency)).posted
    own = ledger.balance(house(tenant.id, AccountKind.AVAILABLE, tenant.currency))
    zero = Money.zero(tenant.currency)
    held = own.posted - own.available
    return Pockets(max(margin, zero), own.available, held, rules.owed(margin))


def waiting(tenant: Tenant) -> list[Waiting]:
    """What the bound site earned and was not given yet, by the day it was earned."""
    rows = session.execute(_WAITING, {"currency": tenant.currency})
    return [Waiting(row[0], row[1], Money(row[2], tenant.currency), row[3]) for row in rows]


def page(tenant: Tenant, *, site_id: int | None = None, page: int = 1, size: int = 30) -> Page[Any]:
    """Settlements, the newest first: of one site, or of all below the bound one."""
    mine = [Settlement.tenant_id == site_id] if site_id else [Settlement.tenant_id != tenant.id]
    if tenant.is_root:
        mine.append(Settlement.chain[1] == tenant.id)
    total = session.scalar(select(func.count()).select_from(Settlement).where(*mine)) or 0
    found = select(Settlement).where(*mine).order_by(Settlement.id.desc())
    rows = session.scalars(found.limit(size).offset((max(page, 1) - 1) * size))
    return Page([_facts(row) for row in rows], total, page, size)


def one(tenant: Tenant, settlement_id: UUID) -> SettlementFacts:
    """A settlement of the bound site, or of one below a master; NoSuchSettlement."""
    row = session.get(Settlement, settlement_id)
    if row is None or not (tenant.is_root or row.tenant_id == tenant.id):
        raise NoSuchSettlement()
    return _facts(row)


def lines(facts: SettlementFacts, *, page: int = 1, size: int = 50) -> list[SettledLine]:
    """What a settlement is made of, the oldest first."""
    asked = {"id": facts.id, "size": size, "start": (max(page, 1) - 1) * size}
    return [
        SettledLine(row[0], Money(row[1], facts.amount.currency), *row[2:])
        for row in session.execute(_LINES, asked)
    ]


def owing(tenant: Tenant, *, most: int = 50) -> list[tuple[int, Money]]:
    """The sites below whose refunds took more than they earned, those that owe most first."""
    short = ledger.below_zero(AccountKind.MARGIN, most=most)
    return [(site, -sum_) for site, sum_ in short if site != tenant.id]


def masters_waiting(day: date, *, most: int) -> list[int]:
    """Some masters whose run of this day has not begun, where anybody below has earned; in
    `shared()`."""
    return list(session.scalars(_MASTERS, {"day": day, "most": most}))


def sites_left(run: RunFacts) -> list[int]:
    """The sites of a run that wait for their turn."""
    return _left(rules.key_of(run.id, run.day))


def run_of(tenant: Tenant, day: date) -> RunFacts | None:
    """The latest run as of a day."""
    return _run(tenant, SettlementRun.day == day)


def last_run(tenant: Tenant) -> RunFacts | None:
    """The latest run of all."""
    return _run(tenant)


def _run(tenant: Tenant, *more: Any) -> RunFacts | None:
    mine = select(SettlementRun).where(SettlementRun.tenant_id == tenant.id, *more)
    row = session.scalar(mine.order_by(SettlementRun.id.desc()).limit(1))
    if row is None:
        return None
    made = select(func.count(), func.coalesce(func.sum(Settlement.amount), 0).cast(BigInteger))
    settled, amount = session.execute(made.where(Settlement.run_id == row.id)).one()
    left = len(_left(rules.key_of(row.id, row.day)))
    sum_ = Money(amount, tenant.currency)
    return RunFacts(row.id, row.day, row.sites, left, settled, sum_, row.actor_name, row.at)


def _left(key: str) -> list[int]:
    return list(session.scalars(_LEFT, {"key": key}))


def _facts(row: Settlement) -> SettlementFacts:
    amount = Money(row.amount, row.currency)
    return SettlementFacts(
        row.id, row.tenant_id, row.cutoff, amount, row.count, row.actor_name, row.at
    )
