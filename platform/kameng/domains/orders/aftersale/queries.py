"""Reads of refunds of delivered goods, and what a refund would come to."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from kameng.domains.delivery import queries as delivery
from kameng.domains.delivery.rules import FulfilmentState
from kameng.domains.orders import collecting, parts, record
from kameng.domains.orders.aftersale import rules
from kameng.domains.orders.aftersale.rules import Plan, Wanted
from kameng.domains.orders.errors import OrderNotFound
from kameng.domains.orders.facts import GoodsRefund, LineBack
from kameng.domains.orders.models import OrderRefund
from kameng.domains.orders.rules import LineFacts, OrderFacts, Progress
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant


def of_order(tenant: Tenant, order_id: UUID) -> list[GoodsRefund]:
    """All refunds of an order's delivered goods, oldest first."""
    query = select(OrderRefund).where(OrderRefund.order_id == order_id)
    rows = session.scalars(query.order_by(OrderRefund.at, OrderRefund.id))
    return [facts(tenant, row) for row in rows]


def by_id(tenant: Tenant, refund_id: UUID) -> GoodsRefund:
    """One refund of delivered goods."""
    row = session.get(OrderRefund, refund_id)
    if row is None:
        raise OrderNotFound()
    return facts(tenant, row)


def unseen(refunds: Sequence[GoodsRefund]) -> dict[UUID, int]:
    """How many secrets of each line were given back before anybody saw them."""
    found: dict[UUID, int] = {}
    for one in refunds:
        if one.state is not Progress.GIVEN_UP:
            for line in one.lines:
                found[line.line_id] = found.get(line.line_id, 0) + line.unseen
    return {line_id: count for line_id, count in found.items() if count}


def preview(tenant: Tenant, number: str, wanted: Sequence[Wanted], *, now: datetime) -> Plan:
    """What a refund would come to now; refuses what the refund itself would refuse."""
    order, lines = record.read(number)
    rules.check_state(order)
    return planned(tenant, order, lines, wanted, now=now)


def planned(
    tenant: Tenant,
    order: OrderFacts,
    lines: Sequence[LineFacts],
    wanted: Sequence[Wanted],
    *,
    now: datetime,
) -> Plan:
    """The plan of a refund of an order whose lines were read just now."""
    states = delivery.states(tenant, order.id)
    hidden = {one for one, state in states.items() if state is FulfilmentState.DELIVERED}
    plan = rules.plan(
        order, lines, wanted, root_id=tenant.root_id, unseen=frozenset(hidden), now=now
    )
    return _passed_on(tenant, plan) if order.pay_method == collecting.OWN else plan


def _passed_on(tenant: Tenant, plan: Plan) -> Plan:
    """Of what a site took itself its own part never moved, so it is not given up either."""
    kept = collecting.kept_by(tenant, plan.order.currency)
    gives = {account: part for account, part in plan.gives.items() if account not in kept}
    return dataclasses.replace(plan, gives=gives)


def not_given_back(lines: Sequence[LineFacts]) -> Money:
    """What of an order has not gone back."""
    zero = Money.zero(lines[0].total.currency)
    return sum((line.total for line in lines), zero) - rules.back_in_all(lines)


def shared_out(
    tenant: Tenant,
    order: OrderFacts,
    lines: Sequence[LineFacts],
    amount: Money,
    *,
    now: datetime,
) -> Plan:
    """A refund nobody planned, of so much of an order: each line its share of what is left, or all
    of it."""
    states = delivery.states(tenant, order.id)
    hidden = {one for one, state in states.items() if state is FulfilmentState.DELIVERED}
    after = parts.shared_out(lines, amount)
    return rules.made(order, lines, after, root_id=tenant.root_id, unseen=hidden, now=now)


def facts(tenant: Tenant, row: OrderRefund) -> GoodsRefund:
    """The row as a value."""
    return GoodsRefund(
        id=row.id,
        order_id=row.order_id,
        attempt_id=row.attempt_id,
        state=Progress(row.state),
        amount=Money(row.amount.micro, tenant.currency),
        lines=tuple(
            LineBack(
                line_id=UUID(line["line_id"]),
                pieces=line["pieces"],
                money=Money(int(line["money"]), tenant.currency),
                amount=Money(int(line["amount"]), tenant.currency),
                unseen=line["unseen"],
            )
            for line in row.lines
        ),
        reason=row.reason,
        late=row.late,
        by_name=row.by_name,
        at=row.at,
        settled_at=row.settled_at,
    )
