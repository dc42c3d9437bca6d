"""What must hold between top-ups and the books: each that was paid is on its balance, once; what
counts as given back has left it; what the provider kept of it is booked."""

from __future__ import annotations

from kameng.domains.ledger.proofs.queries import said
from kameng.domains.ledger.proofs.rules import Check, Scope

BOOKED = """
SELECT 'topup_booked', u.id::text, coalesce(booked.amount, 0)::bigint,
    CASE WHEN u.paid_at IS NULL THEN 0 ELSE u.amount END::bigint, :me,
    jsonb_build_array(jsonb_build_object('topup', u.id, 'attempt', u.attempt_id,
        'state', u.state, 'txn', booked.txn_id))
FROM shared.topup u
LEFT JOIN LATERAL (
    SELECT sum(-e.amount) AS amount, min(t.id::text) AS txn_id FROM shared.ledger_txn t
    JOIN shared.ledger_entry e ON e.txn_id = t.id AND NOT e.pending
    JOIN shared.ledger_account a ON a.id = e.account_id AND a.kind IN ('wallet', 'prepaid')
    WHERE t.tenant_id = :me AND t.idem_key = 'topup:' || u.attempt_id AND a.tenant_id = :me
) booked ON true
WHERE u.tenant_id = :me
    AND coalesce(booked.amount, 0) <> CASE WHEN u.paid_at IS NULL THEN 0 ELSE u.amount END
"""
REFUNDED = """
SELECT 'topup_refunded', u.id::text, coalesce(back.amount, 0)::bigint, u.refunded, :me,
    jsonb_build_array(jsonb_build_object('topup', u.id, 'attempt', u.attempt_id,
        'state', u.state, 'txns', back.txns))
FROM shared.topup u
LEFT JOIN LATERAL (
    SELECT sum(e.amount) AS amount, jsonb_agg(t.id) AS txns FROM shared.ledger_txn t
    JOIN shared.ledger_entry e ON e.txn_id = t.id AND NOT e.pending
    JOIN shared.ledger_account a ON a.id = e.account_id AND a.kind IN ('wallet', 'prepaid')
    WHERE t.ref_type = 'topup' AND t.ref_id = u.id::text AND a.tenant_id = :me
        AND t.kind IN ('topup_refund_due', 'topup_refund_failed',
            'topup_disputed', 'topup_dispute_won')
) back ON true
WHERE u.tenant_id = :me AND coalesce(back.amount, 0) <> u.refunded
"""
FEES = """
SELECT 'topup_channel_fee', coalesce(kept.ref_id, booked.ref_id),
    coalesce(booked.amount, 0)::bigint, coalesce(kept.amount, 0)::bigint, :me,
    jsonb_build_array(jsonb_build_object('topup', coalesce(kept.ref_id, booked.ref_id),
        'attempts', kept.attempts))
FROM (
    SELECT p.reference AS ref_id, jsonb_agg(p.id) AS attempts,
        sum(coalesce(p.fee, 0)) - sum(coalesce(r.fee_back, 0)) AS amount
    FROM shared.payment_attempt p
    LEFT JOIN LATERAL (
        SELECT sum(f.fee_back) AS fee_back FROM shared.refund_attempt f
        WHERE f.attempt_id = p.id AND f.state = 'succeeded') r ON true
    WHERE p.tenant_id = :me AND p.purpose = 'topup' AND p.state = 'succeeded'
    GROUP BY p.reference
) kept
FULL JOIN shared.channel_fees('topup') booked ON booked.ref_id = kept.ref_id
WHERE coalesce(booked.amount, 0) <> coalesce(kept.amount, 0)
"""
"""What the provider kept of each top-up, less what came back, is booked as the master's cost."""

CHECKS = (Check("topups", Scope.SITE, said(f"{BOOKED} UNION ALL {REFUNDED} UNION ALL {FEES}")),)
