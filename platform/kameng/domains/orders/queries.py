"""Reads of a site's own orders; the lists over many sites are in orders.board."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from kameng.domains.delivery import queries as delivery
from kameng.domains.delivery.rules import FulfilmentState
from kameng.domains.orders import access, record, rules
from kameng.domains.orders.aftersale import queries as aftersale
from kameng.domains.orders.aftersale.queries import preview as refund_preview
from kameng.domains.orders.board.queries import (
    attention,
    index,
    is_seen,
    last_placed,
    sales,
    sales_by_site,
    sales_of,
    starts_of,
    tasks_by_site,
    tasks_of,
    under_way,
)
from kameng.domains.orders.errors import OrderNotFound
from kameng.domains.orders.facts import EventFacts, OrderSummary, OrderView
from kameng.domains.orders.models import OrderEvent, OrderIndex, ShopOrder
from kameng.domains.orders.rules import LineFacts, LineSplit, OrderFacts, OrderState
from kameng.domains.payments import queries as payments
from kameng.domains.payments.rules import RefundFacts
from kameng.kit import ids
from tenants.database import session
from tenants.tree import Tenant

__all__ = [
    "access_token",
    "attention",
    "by_access",
    "by_id",
    "by_number",
    "find",
    "index",
    "is_seen",
    "last_placed",
    "of_member",
    "recent",
    "refund_preview",
    "sales",
    "sales_by_site",
    "sales_of",
    "split",
    "starts_of",
    "state_of",
    "tasks_by_site",
    "tasks_of",
    "timeline",
    "under_way",
]
HANDED_OVER = frozenset({FulfilmentState.DELIVERED, FulfilmentState.REVEALED})


def by_number(tenant: Tenant, number: str) -> OrderView:
    """An order with its lines; the caller has checked who asks."""
    row = _row(ids.read_number(number))
    if row is None:
        raise OrderNotFound()
    return _view(tenant, row)


def by_id(tenant: Tenant, order_id: UUID) -> OrderFacts:
    """An order without its lines."""
    row = session.get(ShopOrder, order_id)
    if row is None:
        raise OrderNotFound()
    return record.facts(row)


def state_of(tenant: Tenant, number: str) -> OrderState:
    """Only the state, for a page that asks every second."""
    state = session.scalar(
        select(ShopOrder.state).where(ShopOrder.number == ids.read_number(number))
    )
    if state is None:
        raise OrderNotFound()
    return OrderState(state)


def find(tenant: Tenant, number: str, password: str, *, ip: str) -> OrderView:
    """An order for whoever knows its number and its query password; slow to be guessed at."""
    wanted = ids.read_number(number)
    access.count_try(tenant, wanted, ip)
    row = _row(wanted)
    if not access.matches(tenant, password, row.password_digest if row else None):
        raise OrderNotFound()
    assert row is not None
    access.forget_tries(tenant, wanted)
    return _view(tenant, row)


def access_token(tenant: Tenant, number: str) -> str:
    """What the browser that placed an order keeps as its proof."""
    return access.token(tenant, number)


def by_access(tenant: Tenant, number: str, token: str) -> OrderView:
    """An order for the browser that placed it."""
    if not access.token_matches(tenant, ids.read_number(number), token):
        raise OrderNotFound()
    return by_number(tenant, number)


def of_member(
    tenant: Tenant, member_id: UUID, *, page: int = 1, size: int = 20
) -> list[OrderSummary]:
    """A member's own orders, newest first."""
    query = (
        select(ShopOrder)
        .where(ShopOrder.member_id == member_id)
        .order_by(ShopOrder.placed_at.desc(), ShopOrder.id.desc())
    )
    rows = session.scalars(query.limit(size).offset((max(page, 1) - 1) * size)).all()
    return _summaries(tenant, rows)


def recent(tenant: Tenant, numbers: Sequence[str]) -> list[OrderSummary]:
    """The orders of a browser that remembers their numbers, newest first."""
    wanted = [ids.read_number(number) for number in numbers[:20]]
    rows = session.scalars(
        select(ShopOrder).where(ShopOrder.number.in_(wanted)).order_by(ShopOrder.placed_at.desc())
    ).all()
    return _summaries(tenant, rows)


def timeline(tenant: Tenant, number: str) -> list[EventFacts]:
    """Everything that happened to an order, oldest first."""
    query = (
        select(OrderEvent)
        .join(ShopOrder, ShopOrder.id == OrderEvent.order_id)
        .where(ShopOrder.number == ids.read_number(number))
        .order_by(OrderEvent.at, OrderEvent.id)
    )
    return [_event(row) for row in session.scalars(query)]


def split(tenant: Tenant, number: str, *, viewer_id: int | None = None) -> list[LineSplit]:
    """Where the money of an order goes, as the viewer (this site if None) may see it.

    A site sees its own cost and margin and those below it; what its upline pays is not told.
    """
    view = by_number(tenant, number)
    viewer = viewer_id if viewer_id is not None else tenant.id
    return [_seen_by(viewer, rules.split(line)) for line in view.lines]


def _seen_by(viewer_id: int, whole: LineSplit) -> LineSplit:
    places = [share.tenant_id for share in whole.shares]
    own = whole.shares[places.index(viewer_id) :] if viewer_id in places else ()
    cost = own[0].cost if own else whole.total
    return dataclasses.replace(whole, shares=tuple(own), cost=cost)


def _row(number: str) -> ShopOrder | None:
    return session.scalar(select(ShopOrder).where(ShopOrder.number == number))


def _view(tenant: Tenant, row: ShopOrder) -> OrderView:
    states = delivery.states(tenant, row.id)
    lines = tuple(_with_delivery(line, states.get(line.id)) for line in record.lines_of(row.id))
    order = record.facts(row)
    refunds: tuple[RefundFacts, ...] = ()
    if order.pay_method != "wallet" and order.paid_at is not None:
        refunds = tuple(payments.refunds_for(tenant, "order", order.number))
    back = any(line.returned or line.back.money for line in lines)
    returns = tuple(aftersale.of_order(tenant, row.id)) if back else ()
    return OrderView(order, lines, refunds, returns)


def _with_delivery(line: LineFacts, state: FulfilmentState | None) -> LineFacts:
    return dataclasses.replace(line, delivered=state in HANDED_OVER)


def _summaries(tenant: Tenant, rows: Sequence[ShopOrder]) -> list[OrderSummary]:
    titles = _titles(tenant, [row.id for row in rows])
    return [
        OrderSummary(
            id=row.id,
            number=row.number,
            title=titles.get(row.id, ""),
            state=OrderState(row.state),
            total=row.total,
            placed_at=row.placed_at,
            member_id=row.member_id,
        )
        for row in rows
    ]


def _titles(tenant: Tenant, order_ids: Sequence[UUID]) -> dict[UUID, str]:
    if not order_ids:
        return {}
    rows = session.execute(
        select(OrderIndex.order_id, OrderIndex.title).where(
            OrderIndex.order_id.in_(order_ids), OrderIndex.tenant_id == tenant.id
        )
    )
    return {row.order_id: row.title for row in rows}


def _event(row: OrderEvent) -> EventFacts:
    return EventFacts(
        at=row.at,
        name=row.name,
        from_state=OrderState(row.from_state) if row.from_state else None,
        to_state=OrderState(row.to_state),
        actor_kind=row.actor_kind,
        actor_id=row.actor_id,
        actor_name=row.actor_name,
        ip=row.ip,
        note=row.note,
    )
