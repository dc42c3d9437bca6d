"""What must hold between commission and the books: what waits on a promoter's account is what was
not made his own yet, and what was made his own is what its items say."""

from __future__ import annotations

from kameng.domains.ledger.proofs.queries import said
from kameng.domains.ledger.proofs.rules import Check, Scope

WAITING = """
SELECT part.name, held.member, part.found, part.expected, :me,
    jsonb_build_array(jsonb_build_object('account', held.id, 'promoter', held.member,
        'txns', held.txns))
FROM (
    SELECT a.id, a.owner_id AS member, sum(-e.amount)::bigint AS waits,
        coalesce(sum(-e.amount) FILTER (WHERE t.kind <> 'commission_due' AND i.txn_id IS NULL),
            0)::bigint AS open,
        coalesce(sum(e.amount) FILTER (WHERE t.kind = 'commission_due'), 0)::bigint AS given,
        jsonb_agg(DISTINCT t.id) FILTER (WHERE t.kind = 'commission_due') AS txns
    FROM shared.ledger_account a
    JOIN shared.ledger_entry e ON e.account_id = a.id AND NOT e.pending
    JOIN shared.ledger_txn t ON t.id = e.txn_id
    LEFT JOIN shared.commission_item i ON i.tenant_id = :me AND i.txn_id = e.txn_id
        AND i.member_id::text = a.owner_id
    WHERE a.tenant_id = :me AND a.owner_type = 'member' AND a.kind = 'commission'
    GROUP BY a.id, a.owner_id
) held
LEFT JOIN LATERAL (
    SELECT coalesce(sum(i.amount), 0)::bigint AS amount FROM shared.commission_item i
    WHERE i.tenant_id = :me AND i.member_id::text = held.member) items ON true
CROSS JOIN LATERAL (VALUES
    ('commission_waits', held.waits, held.open),
    ('commission_given', held.given, items.amount)
) AS part(name, found, expected)
WHERE part.found <> part.expected
"""

CHECKS = (Check("commissions", Scope.SITE, said(WAITING)),)
