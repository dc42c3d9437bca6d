"""What must hold between a site's orders and the books; each statement or look yields faults.

An order that was delivered has given every account its part of each line, less what was given back
since; one that was paid and waits for its goods is owed to its shopper; every other is owed
nothing and has given nobody anything. What a site collected by itself is owed by nobody here: its
balance has paid for what the others got.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from kameng.domains.ledger.proofs.queries import said
from kameng.domains.ledger.proofs.rules import Check, Fault, Scope
from kameng.domains.ledger.rules import AccountKey, AccountKind, house
from kameng.domains.orders import collecting, ownproofs, parts, record
from kameng.domains.orders.models import OrderLine, ShopOrder
from kameng.domains.orders.rules import LineFacts, OrderFacts, OrderState
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant

AT_ONCE = 500
OWED = frozenset(
    {
        OrderState.PAID,
        OrderState.PAID_LATE,
        OrderState.FULFILLING,
        OrderState.FULFIL_FAILED,
        OrderState.RISK_HOLD,
    }
)
"""Paid for, not delivered: the whole of it is owed to the shopper."""
PARTS = frozenset(
    {
        AccountKind.SUPPLIER_COST.value,
        AccountKind.MARGIN.value,
        AccountKind.PLATFORM_FEE.value,
        AccountKind.COMMISSION.value,
        AccountKind.ROUNDING.value,
    }
)
"""The kinds of accounts that have a part in a line."""
OWING = AccountKind.ORDER_LIABILITY.value
BOOKS = """
SELECT order_id, txn_id, txn_kind, tenant_id, owner_type, owner_id, kind, currency, amount
FROM shared.order_books(:orders)
"""


@dataclass(frozen=True, slots=True)
class Sold:
    """An order with its lines."""

    order: OrderFacts
    lines: tuple[LineFacts, ...]


def expected(sold: Sold, site: Tenant) -> dict[AccountKey, Money]:
    """What an order must have in the books, account by account; credits positive."""
    root_id = site.root_id
    order, sums = sold.order, defaultdict[AccountKey, int](int)
    own = order.pay_method == collecting.OWN
    if order.state in OWED and not own:
        back = sum(parts.paid_back(line, line.back).micro for line in sold.lines)
        owed = house(root_id, AccountKind.ORDER_LIABILITY, order.currency)
        sums[owed] += order.total.micro - back
    if order.completed_at is not None:
        for line in sold.lines:
            gone = parts.given_up(line, root_id, line.back)
            for account, part in parts.parts(line, root_id).items():
                sums[account] += part.micro - (gone[account].micro if account in gone else 0)
            for account in gone.keys() - parts.parts(line, root_id).keys():
                sums[account] -= gone[account].micro
    if own:
        for account in collecting.kept_by(site, order.currency):
            sums.pop(account, None)
        sums[house(site.id, AccountKind.PREPAID, order.currency)] -= sum(sums.values())
    return {account: Money(micro, account.currency) for account, micro in sums.items() if micro}


def look(tenant: Tenant) -> Iterator[Fault]:
    """Every order of the site against its entries, some hundred at a time."""
    for some in _orders():
        books = _books([one.order.id for one in some])
        for one in some:
            yield from _compared(tenant, one, books.get(one.order.id, ()))


def _compared(tenant: Tenant, sold: Sold, entries: Sequence[Any]) -> Iterator[Fault]:
    should = expected(sold, tenant)
    found = defaultdict[AccountKey, int](int)
    for row in entries:
        if row.kind in PARTS or row.kind == OWING:
            found[_key(row)] -= row.amount
    if sold.order.pay_method == collecting.OWN:
        prepaid = house(tenant.id, AccountKind.PREPAID, sold.order.currency)
        found[prepaid] -= ownproofs.paid_from_balance(entries)
    for account in sorted(should.keys() | found.keys(), key=repr):
        wanted = should[account].micro if account in should else 0
        if found[account] != wanted:
            subject = f"{sold.order.number} {account.kind} {account.tenant_id}"
            rows = _rows(sold.order, entries, account)
            yield Fault("order_postings", subject, found[account], wanted, tenant.id, rows)


def _rows(
    order: OrderFacts, entries: Sequence[Any], account: AccountKey
) -> tuple[dict[str, Any], ...]:
    """The entries on the account; where there are none, all of the order; else the order."""
    mine = [row for row in entries if _key(row) == account] or entries
    if not mine:
        return ({"order": str(order.id), "number": order.number, "state": order.state.value},)
    return tuple(_named(row, order) for row in mine)


def _key(row: Any) -> AccountKey:
    return AccountKey(row.tenant_id, row.owner_type, row.owner_id, row.kind, row.currency)


def _named(row: Any, order: OrderFacts) -> dict[str, Any]:
    return {
        "order": str(order.id),
        "number": order.number,
        "txn": str(row.txn_id),
        "kind": row.txn_kind,
        "account": row.kind,
        "amount": row.amount,
    }


def _orders() -> Iterator[list[Sold]]:
    """All orders that were ever to be paid, in the order of their ids."""
    last = UUID(int=0)
    while True:
        query = select(ShopOrder).where(ShopOrder.id > last).order_by(ShopOrder.id).limit(AT_ONCE)
        some = [record.facts(row) for row in session.scalars(query)]
        if not some:
            return
        lines = _lines([one.id for one in some])
        yield [Sold(one, tuple(lines[one.id])) for one in some]
        session.expunge_all()
        last = some[-1].id


def _lines(order_ids: Sequence[UUID]) -> dict[UUID, list[LineFacts]]:
    columns = OrderLine.__table__.c
    query = select(*columns).where(columns.order_id.in_(order_ids)).order_by(columns.seq)
    found = defaultdict[UUID, list[LineFacts]](list)
    for row in session.execute(query):
        found[row.order_id].append(record.line_facts(row))
    return found


def _books(order_ids: Sequence[UUID]) -> dict[UUID, list[Any]]:
    found = defaultdict[UUID, list[Any]](list)
    for row in session.execute(text(BOOKS), {"orders": list(order_ids)}):
        found[row.order_id].append(row)
    return found


INDEX = """
SELECT 'order_index', coalesce(o.number, i.number),
    coalesce(i.total, 0)::bigint, coalesce(o.total, 0)::bigint, :me,
    jsonb_build_array(jsonb_build_object('order', coalesce(o.id, i.order_id),
        'state', o.state, 'index_state', i.state))
FROM shop_order o
FULL JOIN (
    SELECT order_id, number, state, total FROM shared.order_index WHERE tenant_id = :me
) i ON i.order_id = o.id
WHERE o.id IS NULL OR i.order_id IS NULL OR o.state <> i.state OR o.total <> i.total
"""
"""The order in the site's schema and its row in the common index say the same."""

PAID = """
SELECT 'payment_booked', a.id::text, coalesce(b.amount, 0)::bigint, a.amount::bigint, :me,
    jsonb_build_array(jsonb_build_object('attempt', a.id, 'number', a.reference,
        'order', o.id, 'txn', b.txn_id))
FROM shared.payment_attempt a
LEFT JOIN shop_order o ON o.number = a.reference
LEFT JOIN LATERAL (
    SELECT sum(-e.amount) AS amount, min(t.id::text) AS txn_id
    FROM shared.order_books(ARRAY[o.id]) e
    JOIN shared.ledger_txn t ON t.id = e.txn_id
    WHERE e.kind IN ('order_liability', 'own_sales') AND t.tenant_id = :me
        AND t.idem_key = 'order:' || o.id || ':paid:' || a.id
) b ON true
WHERE a.tenant_id = :me AND a.purpose = 'order' AND a.state = 'succeeded'
    AND coalesce(b.amount, 0) <> a.amount
"""
"""What the provider took for an order has been booked once, as it was taken."""

FEES = """
SELECT 'channel_fee', o.number, coalesce(b.amount, 0)::bigint, a.fee::bigint, :me,
    jsonb_build_array(jsonb_build_object('order', o.id, 'number', o.number))
FROM (
    SELECT p.reference, sum(p.fee) - sum(coalesce(r.fee_back, 0)) AS fee
    FROM shared.payment_attempt p
    LEFT JOIN LATERAL (
        SELECT sum(f.fee_back) AS fee_back FROM shared.refund_attempt f
        WHERE f.attempt_id = p.id AND f.state = 'succeeded') r ON true
    WHERE p.tenant_id = :me AND p.purpose = 'order' AND p.state = 'succeeded'
        AND p.fee IS NOT NULL
    GROUP BY p.reference
) a
JOIN shop_order o ON o.number = a.reference
LEFT JOIN LATERAL (
    SELECT sum(e.amount) AS amount FROM shared.order_books(ARRAY[o.id]) e
    WHERE e.kind = 'channel_fee'
) b ON true
WHERE coalesce(b.amount, 0) <> a.fee
"""
"""What the provider kept of an order's payments, less what came back, is booked."""

UNKNOWN = """
SELECT 'order_known', t.id::text, 0, 1, t.tenant_id,
    jsonb_build_array(jsonb_build_object('txn', t.id, 'kind', t.kind, 'order', t.ref_id))
FROM shared.ledger_txn t
WHERE t.ref_type = 'order' AND NOT EXISTS (
    SELECT FROM shared.order_index i WHERE i.order_id::text = t.ref_id)
"""
"""Nothing is booked about an order that nobody knows."""

CHECKS = (
    Check("order_postings", Scope.SITE, look),
    Check("order_index", Scope.SITE, said(INDEX)),
    Check("payment_booked", Scope.SITE, said(PAID)),
    Check("channel_fees", Scope.SITE, said(FEES)),
    Check("order_known", Scope.ALLIANCE, said(UNKNOWN)),
    *ownproofs.CHECKS,
)
