"""What must hold between disputes and the books: what the provider took for each, and its fee, was
booked once, and an order whose dispute was lost has given up its parts."""

from __future__ import annotations

from kameng.domains.ledger.proofs.queries import said
from kameng.domains.ledger.proofs.rules import Check, Scope

BOOKED = """
SELECT 'dispute_booked', coalesce(d.id::text, t.ref_id), coalesce(t.amount, 0)::bigint,
    coalesce(d.taken + d.fee, 0)::bigint, coalesce(d.tenant_id, t.tenant_id),
    jsonb_build_array(jsonb_build_object('dispute', coalesce(d.id::text, t.ref_id),
        'provider', d.provider_dispute, 'reference', d.reference, 'txns', t.txns))
FROM (
    SELECT id, tenant_id, reference, provider_dispute, taken, fee
    FROM shared.payment_dispute WHERE root_id = :me
) d
FULL JOIN (
    SELECT t.ref_id, min(t.tenant_id) AS tenant_id, sum(e.amount) AS amount,
        jsonb_agg(t.id) AS txns
    FROM shared.ledger_txn t JOIN shared.ledger_entry e ON e.txn_id = t.id
    JOIN shared.ledger_account a ON a.id = e.account_id AND a.kind = 'dispute_loss'
    WHERE t.ref_type = 'dispute'
    GROUP BY t.ref_id
) t ON t.ref_id = d.id::text
WHERE coalesce(t.amount, 0) <> coalesce(d.taken + d.fee, 0)
"""
FOLLOWED = """
SELECT 'dispute_followed', d.id::text, count(t.id), 1, d.tenant_id,
    jsonb_build_array(jsonb_build_object('dispute', d.id, 'reference', d.reference,
        'order', i.order_id, 'state', i.state))
FROM shared.payment_dispute d
JOIN shared.order_index i ON i.tenant_id = d.tenant_id AND i.number = d.reference
LEFT JOIN shared.ledger_txn t ON t.ref_type = 'order' AND t.ref_id = i.order_id::text
    AND t.idem_key = 'order:' || i.order_id || ':lost:' || d.id
WHERE d.root_id = :me AND d.purpose = 'order' AND d.state = 'lost' AND d.followed
    AND d.taken > 0 AND i.state = 'lost'
    AND NOT EXISTS (SELECT FROM shared.payment_dispute o WHERE o.tenant_id = d.tenant_id
        AND o.reference = d.reference AND o.id <> d.id)
GROUP BY d.id, d.tenant_id, d.reference, i.order_id, i.state
HAVING count(t.id) <> 1
"""

CHECKS = (
    Check("dispute_booked", Scope.ALLIANCE, said(BOOKED)),
    Check("dispute_followed", Scope.ALLIANCE, said(FOLLOWED)),
)
