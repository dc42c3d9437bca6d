"""What must hold between withdrawals and the books: each has set its amount aside, what was set
aside is resolved exactly as the withdrawal says, and the money left for each that is paid, and for
nothing else: the master's cash, or, where a provider sends it, what lies there."""

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

PAID = """
SELECT part.name, coalesce(w.id::text, booked.id), part.found, part.expected,
    coalesce(w.tenant_id, booked.tenant_id),
    jsonb_build_array(jsonb_build_object('withdrawal', coalesce(w.id::text, booked.id),
        'state', w.state, 'txns', booked.txns))
FROM (
    SELECT id, tenant_id, state, amount, fee, method = 'stripe' AS by_stripe,
        state = 'paid' AS is_out
    FROM shared.withdrawal WHERE root_id = :me
) w
FULL JOIN (
    SELECT t.ref_id AS id, min(t.tenant_id) AS tenant_id, jsonb_agg(DISTINCT t.id) AS txns,
        coalesce(sum(e.amount) FILTER (WHERE a.kind = 'available'), 0)::bigint AS taken,
        coalesce(sum(-e.amount) FILTER (WHERE a.kind = 'cash_by_hand'), 0)::bigint AS sent,
        coalesce(sum(-e.amount) FILTER (WHERE a.kind = 'clearing:stripe'), 0)::bigint
            AS transferred,
        coalesce(sum(-e.amount) FILTER (WHERE a.kind = 'payout_fee'), 0)::bigint AS kept
    FROM shared.ledger_txn t
    JOIN shared.ledger_entry e ON e.txn_id = t.id AND NOT e.pending
    JOIN shared.ledger_account a ON a.id = e.account_id
    WHERE t.ref_type = 'withdrawal'
    GROUP BY t.ref_id
) booked ON booked.id = w.id::text
CROSS JOIN LATERAL (VALUES
    ('payout_taken', coalesce(booked.taken, 0), CASE WHEN w.is_out THEN w.amount ELSE 0 END),
    ('payout_sent', coalesce(booked.sent, 0),
        CASE WHEN w.is_out AND NOT w.by_stripe THEN w.amount - w.fee ELSE 0 END),
    ('payout_transferred', coalesce(booked.transferred, 0),
        CASE WHEN w.is_out AND w.by_stripe THEN w.amount - w.fee ELSE 0 END),
    ('payout_fee', coalesce(booked.kept, 0), CASE WHEN w.is_out THEN w.fee ELSE 0 END)
) AS part(name, found, expected)
WHERE part.found <> part.expected
"""
"""One that came back has left nothing behind: its posting and the reverse of it sum to nothing."""

TRANSFERRED = """
SELECT 'transfer', w.id::text, count(t.id) FILTER (WHERE t.state = 'sent'),
    CASE WHEN w.state = 'paid' THEN 1 ELSE 0 END, :me,
    jsonb_build_array(jsonb_build_object('withdrawal', w.id, 'state', w.state,
        'transfers', jsonb_agg(t.provider_transfer)))
FROM shared.withdrawal w
LEFT JOIN shared.payout_transfer t ON t.withdrawal_id = w.id
WHERE w.tenant_id = :me AND w.method = 'stripe'
GROUP BY w.id
HAVING count(t.id) FILTER (WHERE t.state = 'sent') <> CASE WHEN w.state = 'paid' THEN 1 ELSE 0 END
    OR bool_or(t.state = 'sent' AND t.amount <> w.amount - w.fee)
"""
"""How many transfers stand for a withdrawal that a provider paid: one, of what arrives."""

CHECKS = (
    Check("withdrawals", Scope.SITE, said(HELD)),
    Check("transfers", Scope.SITE, said(TRANSFERRED)),
    Check("payouts", Scope.ALLIANCE, said(PAID)),
)
