"""What must hold between package fees and the books: every receipt has left its site's balance,
once and as it says, and nothing left it for a package without a receipt."""

from __future__ import annotations

from kameng.domains.ledger.proofs.queries import said
from kameng.domains.ledger.proofs.rules import Check, Scope

BOOKED = """
SELECT 'package_fee', coalesce(f.id::text, booked.receipt), coalesce(booked.amount, 0)::bigint,
    coalesce(f.amount, 0)::bigint, :me,
    jsonb_build_array(jsonb_build_object('receipt', coalesce(f.id::text, booked.receipt),
        'package', f.package_name, 'txns', booked.txns))
FROM (SELECT id, amount, package_name FROM shared.package_fee WHERE tenant_id = :me) f
FULL JOIN (
    SELECT t.ref_id AS receipt, sum(e.amount) AS amount, jsonb_agg(t.id) AS txns
    FROM shared.ledger_account a
    JOIN shared.ledger_entry e ON e.account_id = a.id AND NOT e.pending
    JOIN shared.ledger_txn t ON t.id = e.txn_id AND t.kind = 'package_fee'
    WHERE a.tenant_id = :me AND a.owner_type = 'house' AND a.kind = 'prepaid'
    GROUP BY t.ref_id
) booked ON booked.receipt = f.id::text
WHERE coalesce(booked.amount, 0) <> coalesce(f.amount, 0)
"""

CHECKS = (Check("package_fees", Scope.SITE, said(BOOKED)),)
