"""Lists over all orders of a site and of every site below it, from the shared index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    and_,
    any_,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    type_coerce,
)

from kameng.domains.orders.facts import IndexPage, IndexRow, Sales, Start, TaskFacts
from kameng.domains.orders.models import FulfilmentTask, OrderIndex
from kameng.domains.orders.rules import OrderState
from kameng.kit import ids
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import DEPTH_CAP, Tenant

ATTENTION = ("refund_failed", "payment_mismatch", "fulfil_failed")
STUCK_AFTER = timedelta(seconds=30)
STUCK = ("paid", "paid_late")
UNDER_WAY = (
    "draft",
    "pending_payment",
    "paying",
    "paid",
    "paid_late",
    "risk_hold",
    "fulfilling",
    "fulfil_failed",
    "partially_fulfilled",
)
SALES_COUNT = (
    *("paid", "paid_late", "fulfilling", "completed", "partially_fulfilled"),
    *("partially_refunded", "won"),
)
_STARTS = text("""
    SELECT s.id, first.paid_at,
        EXISTS (SELECT 1 FROM shared.order_index o WHERE o.tenant_id = s.id
            AND o.paid_at IS NOT NULL AND o.placed_at >= s.opened
            AND o.placed_at < s.opened + interval '30 days'),
        EXISTS (SELECT 1 FROM shared.order_index o WHERE o.tenant_id = s.id
            AND o.paid_at IS NOT NULL AND o.placed_at >= s.opened + interval '60 days'
            AND o.placed_at < s.opened + interval '90 days')
    FROM unnest(CAST(:ids AS bigint[]), CAST(:opened AS timestamptz[])) AS s (id, opened)
    LEFT JOIN LATERAL (SELECT o.paid_at FROM shared.order_index o
        WHERE o.tenant_id = s.id AND o.paid_at IS NOT NULL
        ORDER BY o.placed_at LIMIT 1) first ON true
""")
GOING_BACK = ("refunding", "refund_failed")
"""A sale while a part of delivered goods goes back; what was never delivered is none any more."""


def index(
    tenant: Tenant,
    *,
    state: str | None = None,
    site_id: int | None = None,
    search: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    attention: bool = False,
    page: int = 1,
    size: int = 50,
) -> IndexPage:
    """A page of orders, newest first, and what all that match come to."""
    wanted = [_below(tenant), *_matching(state, site_id, search, since, until, attention)]
    counted = select(func.count(), func.coalesce(func.sum(OrderIndex.total), 0)).where(*wanted)
    count, amount = session.execute(counted).one()
    rows = session.scalars(
        select(OrderIndex)
        .where(*wanted)
        .order_by(OrderIndex.placed_at.desc(), OrderIndex.order_id.desc())
        .limit(size)
        .offset((max(page, 1) - 1) * size)
    )
    total = amount if isinstance(amount, Money) else Money(int(amount), tenant.currency)
    return IndexPage(tuple(_index_row(row) for row in rows), int(count), total, page, size)


def is_seen(tenant: Tenant, number: str) -> bool:
    """Whether an order was placed at this site, or at one that stood below it then."""
    query = select(OrderIndex.order_id).where(
        OrderIndex.number == ids.read_number(number), any_(OrderIndex.chain) == tenant.id
    )
    return session.scalar(query) is not None


def sales(tenant: Tenant, *, since: datetime, until: datetime) -> Sales:
    """What was paid in a span of time, here and below; what was given back does not count."""
    query = select(func.count(), func.coalesce(func.sum(_kept()), 0)).where(
        _below(tenant),
        OrderIndex.placed_at >= since - timedelta(days=1),
        OrderIndex.paid_at >= since,
        OrderIndex.paid_at < until,
        _sold(),
    )
    count, amount = session.execute(query).one()
    total = amount if isinstance(amount, Money) else Money(int(amount), tenant.currency)
    return Sales(int(count), total)


def sales_by_site(tenant: Tenant, *, since: datetime, until: datetime) -> dict[int, Sales]:
    """What every site here and below was paid in a span of time; sites without sales are absent."""
    query = (
        select(OrderIndex.tenant_id, func.count(), func.sum(_kept()).cast(BigInteger))
        .where(
            _below(tenant),
            OrderIndex.placed_at >= since - timedelta(days=1),
            OrderIndex.paid_at >= since,
            OrderIndex.paid_at < until,
            _sold(),
        )
        .group_by(OrderIndex.tenant_id)
    )
    rows = session.execute(query)
    return {site: Sales(count, Money(amount, tenant.currency)) for site, count, amount in rows}


def sales_of(site_ids: Iterable[int], *, since: datetime, until: datetime) -> dict[int, Sales]:
    """What each of these sites was paid in a span of time; sites without sales are absent."""
    query = (
        select(
            OrderIndex.tenant_id,
            OrderIndex.currency,
            func.count(),
            func.sum(_kept()).cast(BigInteger),
        )
        .where(
            OrderIndex.tenant_id == any_(literal(list(site_ids), ARRAY(BigInteger))),
            OrderIndex.placed_at >= since - timedelta(days=1),
            OrderIndex.paid_at >= since,
            OrderIndex.paid_at < until,
            _sold(),
        )
        .group_by(OrderIndex.tenant_id, OrderIndex.currency)
    )
    rows = session.execute(query)
    return {site: Sales(count, Money(amount, currency)) for site, currency, count, amount in rows}


def last_placed(site_ids: Iterable[int]) -> dict[int, datetime]:
    """When each of these sites was last ordered from; one index look-up each."""
    query = text(
        "SELECT s.id, o.placed_at FROM unnest(CAST(:ids AS bigint[])) AS s (id)"
        " CROSS JOIN LATERAL (SELECT placed_at FROM shared.order_index WHERE tenant_id = s.id"
        " ORDER BY placed_at DESC LIMIT 1) AS o"
    )
    found = session.execute(query, {"ids": list(site_ids)})
    return {row.id: row.placed_at for row in found}


def starts_of(opened: Mapping[int, datetime]) -> dict[int, Start]:
    """How each of these sites began to sell; three index look-ups each, and nothing is kept for it
    while orders are placed."""
    asked = {"ids": list(opened), "opened": list(opened.values())}
    return {row[0]: Start(*row[1:]) for row in session.execute(_STARTS, asked)}


def tasks_by_site(site_ids: Iterable[int] | None = None) -> dict[int, int]:
    """How many decisions wait at each site, of these or of all that may be seen."""
    query = select(FulfilmentTask.tenant_id, func.count()).where(FulfilmentTask.closed_at.is_(None))
    if site_ids is not None:
        query = query.where(FulfilmentTask.tenant_id.in_(list(site_ids)))
    rows = session.execute(query.group_by(FulfilmentTask.tenant_id))
    return {site: int(count) for site, count in rows}


def under_way(site_ids: Iterable[int]) -> int:
    """How many orders of these sites are neither paid for and delivered nor closed."""
    query = select(func.count()).where(
        OrderIndex.tenant_id.in_(list(site_ids)), OrderIndex.state.in_(UNDER_WAY)
    )
    return int(session.scalar(query) or 0)


def attention(tenant: Tenant, *, limit: int = 50) -> list[TaskFacts]:
    """What a human must decide, oldest first, here and below."""
    rows = session.scalars(
        select(FulfilmentTask)
        .where(FulfilmentTask.closed_at.is_(None))
        .where(any_(FulfilmentTask.chain) == tenant.id)
        .order_by(FulfilmentTask.created_at)
        .limit(limit)
    )
    return [
        TaskFacts(
            id=row.id,
            tenant_id=row.tenant_id,
            order_id=row.order_id,
            order_number=row.order_number,
            kind=row.kind,
            reason=row.reason,
            created_at=row.created_at,
        )
        for row in rows
    ]


def tasks_of(tenant: Tenant, order_id: UUID) -> frozenset[str]:
    """What a human must still decide about one order of this site or below, by kind."""
    query = select(FulfilmentTask.kind).where(
        FulfilmentTask.order_id == order_id,
        FulfilmentTask.closed_at.is_(None),
        any_(FulfilmentTask.chain) == tenant.id,
    )
    return frozenset(session.scalars(query))


def stuck(now: datetime, *, limit: int = 100) -> Sequence[tuple[int, UUID]]:
    """Paid orders of all sites that nobody has delivered: (tenant, order). In `shared()`."""
    rows = session.execute(
        select(OrderIndex.tenant_id, OrderIndex.order_id)
        .where(OrderIndex.state.in_(STUCK), OrderIndex.moved_at < now - STUCK_AFTER)
        .order_by(OrderIndex.moved_at)
        .limit(limit)
    )
    return [(tenant_id, order_id) for tenant_id, order_id in rows]


def _sold() -> ColumnElement[bool]:
    going_back = and_(OrderIndex.state.in_(GOING_BACK), OrderIndex.completed_at.is_not(None))
    return or_(OrderIndex.state.in_(SALES_COUNT), going_back)


def _kept() -> ColumnElement[int]:
    """What of an order has not been given back."""
    total = type_coerce(OrderIndex.total, BigInteger)
    return total - func.coalesce(type_coerce(OrderIndex.refunded, BigInteger), 0)


def _below(tenant: Tenant) -> ColumnElement[bool]:
    """This site and everything below it, written so that indexes serve it. A master site always
    stands first; any other may have stood at another depth when an order was placed."""
    depths = (1,) if tenant.is_root else range(2, DEPTH_CAP + 1)
    return or_(*(literal_column(f"chain[{depth}]") == tenant.id for depth in depths))


def _matching(
    state: str | None,
    site_id: int | None,
    search: str,
    since: datetime | None,
    until: datetime | None,
    attention: bool,
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if state:
        found.append(OrderIndex.state == state)
    if site_id is not None:
        found.append(OrderIndex.tenant_id == site_id)
    if since is not None:
        found.append(OrderIndex.placed_at >= since)
    if until is not None:
        found.append(OrderIndex.placed_at < until)
    if attention:
        found.append(OrderIndex.state.in_(ATTENTION))
    if search.strip():
        found.append(_searched(search.strip()))
    return found


def _searched(text_: str) -> ColumnElement[bool]:
    number = ids.read_number(text_)
    return or_(
        OrderIndex.number == number,
        OrderIndex.title.icontains(text_, autoescape=True),
        OrderIndex.contact.icontains(text_, autoescape=True),
    )


def _index_row(row: OrderIndex) -> IndexRow:
    return IndexRow(
        tenant_id=row.tenant_id,
        order_id=row.order_id,
        number=row.number,
        state=OrderState(row.state),
        title=row.title,
        quantity=row.quantity,
        total=row.total,
        currency=row.currency,
        contact=row.contact,
        pay_method=row.pay_method,
        placed_at=row.placed_at,
        paid_at=row.paid_at,
        completed_at=row.completed_at,
        refunded=row.refunded,
    )
