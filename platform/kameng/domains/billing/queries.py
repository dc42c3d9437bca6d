"""Reads of a site's package: what it holds, what it may choose, what it has paid. Inside
`use(site)`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from kameng.domains.billing.errors import NoPackageHere
from kameng.domains.billing.models import PackageFee, PackagePayment, PackagePlan
from kameng.domains.billing.rules import Held, Paid, Period, Wanted
from kameng.domains.terms import queries as terms
from kameng.domains.terms.queries import PackageFacts, TermsFacts
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant

MOST_OPEN = 60
"""Receipts looked at; nobody can have paid for more periods ahead."""


@dataclass(frozen=True, slots=True)
class Payment:
    """A package paid for at a provider: what for, and what came of it."""

    topup_id: UUID
    package_name: str
    period: Period
    amount: Money
    receipt_id: UUID | None
    problem: str | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Plan:
    """Where a site stands: its terms, its package as sold today, and what it wants next; `most` and
    `next_most` are the fees it agreed that the clock may pay (None: none)."""

    terms: TermsFacts
    package: PackageFacts
    held: Held
    auto_renew: bool
    period: Period
    next_id: UUID | None
    next_period: Period | None
    most: Money | None = None
    next_most: Money | None = None

    @property
    def wanted(self) -> Wanted:
        """The package held, as it is sold today."""
        return wanted(self.package)

    def is_over(self, now: datetime) -> bool:
        """Time and grace are over: the shop is shut."""
        return self.held.ends is not None and self.held.ends <= now


def plan(tenant: Tenant) -> Plan:
    """The site's plan. Refuses NoPackageHere."""
    held = terms.terms_of(tenant.id)
    package = terms.package_by_id(held.package_id) if held else None
    if held is None or package is None:
        raise NoPackageHere()
    row = session.get(PackagePlan, tenant.id, populate_existing=True)
    paid = _paid(tenant, held)
    last = paid[-1].period if paid else Period.MONTH if package.fee.micro else Period.YEAR
    return Plan(
        terms=held,
        package=package,
        held=Held(package.id, held.valid_until, held.ends_at, paid),
        auto_renew=bool(row and row.auto_renew),
        period=Period(row.period) if row else last,
        next_id=row.next_id if row else None,
        next_period=Period(row.next_period) if row and row.next_period else None,
        most=row.most if row else None,
        next_most=row.next_most if row else None,
    )


def wanted(package: PackageFacts) -> Wanted:
    """A package as the rules see it."""
    return Wanted(
        id=package.id,
        name=package.name,
        month=package.fee if package.fee.micro else None,
        year=package.fee_year,
        is_trial=package.trial_days is not None,
        allows=package.allows,
        grace_days=package.grace_days,
    )


def choices(tenant: Tenant, held: TermsFacts) -> list[PackageFacts]:
    """The packages the parent sells, and the one held, in the order shown."""
    sold = terms.packages_of([held.parent_id])
    return [one for one in sold if one.on_sale or one.id == held.package_id]


def payment(tenant: Tenant, topup_id: UUID) -> Payment | None:
    """What a top-up of the site was paid in for; None: for the balance."""
    row = session.get(PackagePayment, topup_id, populate_existing=True)
    return _payment(row) if row and row.tenant_id == tenant.id else None


def opened(
    tenant: Tenant, package_id: UUID, period: Period, amount: Money, *, since: datetime
) -> UUID | None:
    """The newest payment of the same thing and amount whose page was opened since then."""
    return session.scalar(
        select(PackagePayment.topup_id)
        .where(PackagePayment.tenant_id == tenant.id, PackagePayment.ended_at.is_(None))
        .where(PackagePayment.package_id == package_id, PackagePayment.period == period.value)
        .where(PackagePayment.amount == amount, PackagePayment.made_at >= since)
        .order_by(PackagePayment.made_at.desc())
        .limit(1)
    )


def _paid(tenant: Tenant, held: TermsFacts) -> tuple[Paid, ...]:
    """What was paid to the present parent for the package held, oldest first."""
    query = (
        select(PackageFee)
        .where(PackageFee.tenant_id == tenant.id, PackageFee.parent_id == held.parent_id)
        .where(PackageFee.package_id == held.package_id)
        .where(PackageFee.replaced.is_(False), PackageFee.until.is_not(None))
        .where(PackageFee.returned_at.is_(None))
        .order_by(PackageFee.until.desc())
        .limit(MOST_OPEN)
    )
    rows = reversed(session.scalars(query).all())
    return tuple(
        Paid(Period(row.period), row.began, row.until, row.worth, row.anchor)
        for row in rows
        if row.until is not None
    )


def _payment(row: PackagePayment) -> Payment:
    return Payment(
        topup_id=row.topup_id,
        package_name=row.package_name,
        period=Period(row.period),
        amount=row.amount,
        receipt_id=row.receipt_id,
        problem=row.problem,
        ended_at=row.ended_at,
    )
