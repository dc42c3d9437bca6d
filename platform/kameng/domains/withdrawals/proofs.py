"""What must hold between withdrawals and the books: each has set its amount aside, and what was set
aside is resolved exactly as the withdrawal says."""

from __future__ import annotations

from kameng.domains.ledger.proofs.queries import said
from kameng.domains.ledger.proofs.rules import Check, Scope

HELD = """
SELECT part.name, w.id::text, part.found, part.expected, :me,
    jsonb_build_array(jsonb_build_object('withdrawal', w.id, 'state', w.state,
        'hold', w.hold_id, 'txn', done.id))
FROM shared.withdrawal w
LEFT JOIN shared.ledger_txn done ON done.pending_of = w.hold_id
LEFT JOIN LATERAL (
    SELECT sum(greatest(e.amount, 0)) AS amount FROM shared.ledger_entry e
    WHERE e.txn_id = w.hold_id AND e.pending AND e.tenant_id = :me) held ON true
CROSS JOIN LATERAL (VALUES
    ('withdrawal_hold', coalesce(held.amount, 0)::bigint, w.amount),
    ('withdrawal_state',
        CASE coalesce(done.status, 'open') WHEN 'open' THEN 0 WHEN 'posted' THEN 1 ELSE 2 END,
        CASE WHEN w.state IN ('asked', 'approved', 'paying') THEN 0
            WHEN w.state IN ('paid', 'returned') THEN 1 ELSE 2 END)
) AS part(name, found, expected)
WHERE w.tenant_id = :me AND part.found <> part.expected
"""
"""States as figures: 0 still set aside, 1 paid out, 2 given back."""

CHECKS = (Check("withdrawals", Scope.SITE, said(HELD)),)
