"""What must hold between package fees and the books: every receipt has left its site's balance,
once and as it says, unless it went back; nothing left it for a package without a receipt; and a
payment at a provider has ended with one receipt or on the balance."""

from __future__ import annotations

from kameng.domains.ledger.proofs.queries import said
from kameng.domains.ledger.proofs.rules import Check, Scope

BOOKED = """
SELECT 'package_fee', coalesce(f.id::text, booked.receipt), coalesce(booked.amount, 0)::bigint,
    coalesce(f.holds, 0)::bigint, :me,
    jsonb_build_array(jsonb_build_object('receipt', coalesce(f.id::text, booked.receipt),
        'package', f.package_name, 'txns', booked.txns))
FROM (SELECT id, package_name, CASE WHEN returned_at IS NULL THEN amount ELSE 0 END AS holds
    FROM shared.package_fee WHERE tenant_id = :me) f
FULL JOIN (
    SELECT t.ref_id AS receipt, sum(e.amount) AS amount, jsonb_agg(t.id) AS txns
    FROM shared.ledger_account a
    JOIN shared.ledger_entry e ON e.account_id = a.id AND NOT e.pending
    JOIN shared.ledger_txn t ON t.id = e.txn_id
        AND t.kind IN ('package_fee', 'package_fee_returned')
    WHERE a.tenant_id = :me AND a.owner_type = 'house' AND a.kind = 'prepaid'
    GROUP BY t.ref_id
) booked ON booked.receipt = f.id::text
WHERE coalesce(booked.amount, 0) <> coalesce(f.holds, 0)
"""

PAID = """
SELECT 'package_payment', w.topup_id::text, coalesce(f.amount, 0), w.amount, :me,
    jsonb_build_array(jsonb_build_object('topup', w.topup_id, 'state', u.state,
        'receipt', w.receipt_id, 'problem', w.problem))
FROM shared.package_payment w
LEFT JOIN shared.topup u ON u.id = w.topup_id
LEFT JOIN shared.package_fee f ON f.id = w.receipt_id AND f.package_id = w.package_id
WHERE w.tenant_id = :me AND (
    (u.paid_at IS NULL) <> (w.ended_at IS NULL)
    OR w.ended_at IS NOT NULL AND (w.receipt_id IS NULL) = (w.problem IS NULL)
    OR w.receipt_id IS NOT NULL AND NOT coalesce(f.amount BETWEEN 1 AND w.amount, false))
"""

CHECKS = (Check("package_fees", Scope.SITE, said(f"{BOOKED} UNION ALL {PAID}")),)
