"""What must hold between settlements and the books: what is pending is what is not settled yet,
and what was settled is what its items are and what was posted."""

from __future__ import annotations

from kameng.domains.ledger.proofs.queries import said
from kameng.domains.ledger.proofs.rules import Check, Scope

SETTLED = """
SELECT part.name, s.id::text, coalesce(part.found, 0)::bigint, s.amount, :me,
    jsonb_build_array(jsonb_build_object('settlement', s.id, 'cutoff', s.cutoff,
        'txn', posted.txn_id, 'items', items.n))
FROM shared.settlement s
LEFT JOIN LATERAL (
    SELECT sum(i.amount) AS amount, count(*) AS n FROM shared.settlement_item i
    WHERE i.settlement_id = s.id AND i.tenant_id = :me) items ON true
LEFT JOIN LATERAL (
    SELECT sum(-e.amount) AS amount, min(t.id::text) AS txn_id FROM shared.ledger_txn t
    JOIN shared.ledger_entry e ON e.txn_id = t.id AND NOT e.pending
    JOIN shared.ledger_account a ON a.id = e.account_id AND a.kind = 'available'
    WHERE t.tenant_id = :me AND t.idem_key = 'settlement:' || s.tenant_id || ':' || s.cutoff
        AND a.tenant_id = :me AND a.owner_type = 'house') posted ON true
CROSS JOIN LATERAL (VALUES
    ('settlement_sum', items.amount), ('settlement_posting', posted.amount)
) AS part(name, found)
WHERE s.tenant_id = :me AND coalesce(part.found, 0) <> s.amount
"""

ITEMS = """
SELECT 'settlement_item', i.txn_id::text, i.amount, coalesce(booked.amount, 0)::bigint, :me,
    jsonb_build_array(jsonb_build_object('settlement', i.settlement_id, 'txn', i.txn_id,
        'order', i.order_id))
FROM shared.settlement_item i
LEFT JOIN LATERAL (
    SELECT sum(-e.amount) AS amount FROM shared.ledger_entry e
    JOIN shared.ledger_account a ON a.id = e.account_id AND a.kind = 'margin'
    WHERE e.txn_id = i.txn_id AND NOT e.pending AND a.tenant_id = :me AND a.owner_type = 'house'
) booked ON true
WHERE i.tenant_id = :me AND i.amount <> coalesce(booked.amount, 0)
"""

PENDING = """
SELECT 'pending_is_due', a.id::text, sum(-e.amount)::bigint,
    coalesce(sum(-e.amount) FILTER (WHERE t.kind <> 'settlement' AND i.txn_id IS NULL), 0)::bigint,
    :me, jsonb_build_array(jsonb_build_object('account', a.id, 'kind', a.kind,
        'settled', coalesce(sum(i.amount), 0)))
FROM shared.ledger_account a
JOIN shared.ledger_entry e ON e.account_id = a.id AND NOT e.pending
JOIN shared.ledger_txn t ON t.id = e.txn_id
LEFT JOIN shared.settlement_item i ON i.tenant_id = :me AND i.txn_id = e.txn_id
WHERE a.tenant_id = :me AND a.owner_type = 'house' AND a.kind = 'margin'
GROUP BY a.id, a.kind
HAVING sum(-e.amount) <> coalesce(
    sum(-e.amount) FILTER (WHERE t.kind <> 'settlement' AND i.txn_id IS NULL), 0)
"""
"""What the margin account holds is what has not been settled."""

CHECKS = (
    Check("settlements", Scope.SITE, said(SETTLED)),
    Check("settlement_items", Scope.SITE, said(ITEMS)),
    Check("pending_is_due", Scope.SITE, said(PENDING)),
)
