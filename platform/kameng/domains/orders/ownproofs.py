"""What must hold of orders a site collected by itself: what is set aside for an order is its cost
and ends with it, and what is written down as taken is what came in and was not given back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import text

from kameng.domains.ledger.proofs.queries import said
from kameng.domains.ledger.proofs.rules import Check, Fault, Scope
from kameng.domains.ledger.rules import AccountKind
from kameng.domains.orders import collecting, record
from tenants.database import session
from tenants.tree import Tenant

STANDING = frozenset({"paying", "paid", "paid_late", "fulfilling", "risk_hold"})
"""Where an order may have its cost set aside."""
PREPAID, DUE = AccountKind.PREPAID.value, AccountKind.REFUND_DUE.value
GIVEN_UP = frozenset({"order_returned", "order_return_undone"})
OPEN = """
SELECT o.id, o.number, o.state, o.pay_method, h.txn_id, h.amount FROM (
    SELECT t.ref_id, t.id AS txn_id, coalesce(sum(e.amount) FILTER (WHERE a.kind = 'prepaid'), 0)
        AS amount
    FROM shared.ledger_txn t
    JOIN shared.ledger_entry e ON e.txn_id = t.id
    JOIN shared.ledger_account a ON a.id = e.account_id
    LEFT JOIN shared.ledger_txn done ON done.pending_of = t.id
    WHERE t.tenant_id = :me AND t.status = 'pending' AND t.ref_type = 'order' AND done.id IS NULL
    GROUP BY t.ref_id, t.id
) h JOIN shop_order o ON o.id::text = h.ref_id ORDER BY h.txn_id
"""
TURNOVER = """
SELECT 'own_turnover', o.number, coalesce(b.amount, 0)::bigint, p.amount::bigint, :me,
    jsonb_build_array(jsonb_build_object('order', o.id, 'number', o.number, 'txns', b.txns))
FROM shop_order o
JOIN LATERAL (
    SELECT sum(a.amount) - sum(coalesce(r.amount, 0)) AS amount, count(*) AS some
    FROM shared.payment_attempt a
    LEFT JOIN LATERAL (
        SELECT sum(f.amount) AS amount FROM shared.refund_attempt f
        WHERE f.attempt_id = a.id AND f.state = 'succeeded') r ON true
    WHERE a.tenant_id = :me AND a.payee_tenant_id = :me AND a.purpose = 'order'
        AND a.reference = o.number AND a.state = 'succeeded'
) p ON p.some > 0
LEFT JOIN LATERAL (
    SELECT sum(-e.amount) AS amount, jsonb_agg(e.txn_id) AS txns
    FROM shared.order_books(ARRAY[o.id]) e WHERE e.kind = 'own_sales'
) b ON true
WHERE EXISTS (SELECT FROM shared.own_channel c WHERE c.tenant_id = :me)
    AND coalesce(b.amount, 0) <> p.amount
"""
"""A site that never had keys of its own has nothing to compare."""


def paid_from_balance(entries: Iterable[Any]) -> int:
    """What of an order's entries its site's balance has paid and has not got back; what others gave
    up counts as back although it waits for the money to leave. A second payment that went to the
    master goes back by the same account, and is none of it."""
    rows = list(entries)
    touched = {row.txn_id for row in rows if row.kind == PREPAID}
    return sum(
        row.amount
        for row in rows
        if row.kind == PREPAID
        or (row.kind == DUE and (row.txn_id in touched or row.txn_kind in GIVEN_UP))
    )


def look(tenant: Tenant) -> Iterator[Fault]:
    """Everything set aside for orders of the site: whether it may be, and is what they cost."""
    for row in session.execute(text(OPEN), {"me": tenant.id}).all():
        may = row.state in STANDING and row.pay_method == collecting.OWN
        lines = record.lines_of(row.id) if may else []
        should = collecting.cost_of(tenant, lines).micro
        if int(row.amount) != should:
            yield Fault("own_hold", row.number, int(row.amount), should, tenant.id, (_named(row),))


def _named(row: Any) -> dict[str, Any]:
    known = {"order": str(row.id), "number": row.number, "state": row.state}
    return {**known, "txn": str(row.txn_id)}


CHECKS = (
    Check("own_holds", Scope.SITE, look),
    Check("own_turnover", Scope.SITE, said(TURNOVER)),
)
