"""Reads of receipts: of the site that paid, and of everything a site's packages brought. Inside
`use(site)`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select, text

from kameng.domains.billing.models import PackageFee, PackagePayment
from kameng.domains.billing.receipts.errors import NoSuchReceipt
from kameng.domains.billing.receipts.rules import Brought, Receipt
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant

AT_ONCE = 500
_SUMS = text(
    "SELECT package_id, (array_agg(package_name ORDER BY at DESC))[1], count(*),"
    " sum(amount)::bigint, coalesce(sum(amount) FILTER (WHERE returned_at IS NOT NULL), 0)::bigint"
    " FROM shared.package_fees_sold(:since, :until) GROUP BY package_id ORDER BY 4 DESC, 1"
)
_FEES = (
    "SELECT id, tenant_id, site_name, package_id, package_name, kind, period, amount, began, until,"
    " actor_name, at, returned_at, online FROM shared.package_fees_sold(:since, :until)"
)
_SOLD = text(_FEES + " ORDER BY at DESC, id DESC LIMIT :size OFFSET :start")
_ALL_SOLD = text(_FEES + " ORDER BY at, id")


def page(tenant: Tenant, *, page: int = 1, size: int = 20) -> tuple[list[Receipt], int]:
    """What the site paid, the newest first, and how many receipts it has."""
    mine = PackageFee.tenant_id == tenant.id
    total = session.scalar(select(func.count()).select_from(PackageFee).where(mine)) or 0
    newest = _mine(tenant).order_by(PackageFee.at.desc(), PackageFee.id.desc())
    rows = session.execute(newest.limit(size).offset((max(page, 1) - 1) * size))
    return [receipt(fee, topup) for fee, topup in rows], total


def one(tenant: Tenant, receipt_id: UUID) -> Receipt:
    """A receipt of the site with which something was paid. Refuses NoSuchReceipt."""
    found = find(tenant, receipt_id)
    if found is None or not found.amount:
        raise NoSuchReceipt()
    return found


def find(tenant: Tenant, receipt_id: UUID) -> Receipt | None:
    """Any receipt of the site, also one over nothing."""
    wanted = _mine(tenant).where(PackageFee.id == receipt_id)
    row = session.execute(wanted, execution_options={"populate_existing": True}).one_or_none()
    return receipt(row[0], row[1]) if row else None


def brought(tenant: Tenant, since: datetime, until: datetime) -> list[Brought]:
    """What each package of the site brought in a time, the most first."""
    rows = session.execute(_SUMS, {"since": since, "until": until})
    money = tenant.currency
    return [
        Brought(id_, name, count, Money(paid, money), Money(returned, money))
        for id_, name, count, paid, returned in rows
    ]


def sold(
    tenant: Tenant, since: datetime, until: datetime, *, page: int = 1, size: int = 50
) -> list[Receipt]:
    """The fees paid to the site in a time, the newest first."""
    start = (max(page, 1) - 1) * size
    rows = session.execute(_SOLD, {"since": since, "until": until, "size": size, "start": start})
    return [_sold(tenant, row) for row in rows]


def all_sold(tenant: Tenant, since: datetime, until: datetime) -> Iterator[Receipt]:
    """The same, every one, in the order of time; some hundred are held at once."""
    rows = session.execute(
        _ALL_SOLD, {"since": since, "until": until}, execution_options={"yield_per": AT_ONCE}
    )
    for row in rows:
        yield _sold(tenant, row)


def _mine(tenant: Tenant) -> Select[PackageFee, UUID]:
    """The site's receipts, each with the online payment it came of."""
    payment = PackagePayment.receipt_id == PackageFee.id
    return (
        select(PackageFee, PackagePayment.topup_id)
        .outerjoin(PackagePayment, payment)
        .where(PackageFee.tenant_id == tenant.id)
    )


def receipt(row: PackageFee, topup_id: UUID | None = None) -> Receipt:
    """The public side of a row, and of the online payment it came of."""
    return Receipt(
        id=row.id,
        tenant_id=row.tenant_id,
        parent_id=row.parent_id,
        package_id=row.package_id,
        package_name=row.package_name,
        kind=row.kind,
        period=row.period,
        amount=row.amount,
        began=row.began,
        until=row.until,
        actor_name=row.actor_name,
        at=row.at,
        returned_at=row.returned_at,
        online=topup_id is not None,
    )


def _sold(tenant: Tenant, row: Row[Any]) -> Receipt:
    told = dict(row._mapping)
    return Receipt(**told | {"amount": Money(row.amount, tenant.currency)}, parent_id=tenant.id)
