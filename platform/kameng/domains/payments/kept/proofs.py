"""What must hold of providers' fees: of each payment to the master exactly what was really kept is
booked, the agreed fee and its correction together."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import text

from kameng.domains.ledger.proofs.rules import Check, Fault, Scope
from tenants.database import session
from tenants.tree import Tenant

BOOKED = """
SELECT 'kept_fee', coalesce(p.id, booked.ref_id), coalesce(booked.amount, 0)::bigint,
    coalesce(p.amount, 0)::bigint, :me,
    jsonb_build_array(jsonb_build_object('payment', coalesce(p.id, booked.ref_id),
        'reference', p.reference, 'agreed', p.fee, 'kept', p.real_fee))
FROM (
    SELECT a.id::text AS id, a.reference, a.fee, a.real_fee,
        a.real_fee - coalesce(a.fee, 0) + coalesce(r.fee_back, 0) AS amount
    FROM shared.payment_attempt a
    LEFT JOIN LATERAL (
        SELECT sum(f.fee_back) AS fee_back FROM shared.refund_attempt f
        WHERE f.attempt_id = a.id AND f.state = 'succeeded') r ON true
    WHERE a.tenant_id = :me AND a.payee_tenant_id = :root AND a.state = 'succeeded'
        AND a.real_fee IS NOT NULL
) p
FULL JOIN shared.channel_fees('payment') booked ON booked.ref_id = p.id
WHERE coalesce(booked.amount, 0) <> coalesce(p.amount, 0)
"""
"""The agreed fee less what came back of it is compared with the orders and top-ups themselves."""


def look(tenant: Tenant) -> Iterator[Fault]:
    """Every payment of the site to its master whose fee is not booked as it was kept."""
    for row in session.execute(text(BOOKED), {"me": tenant.id, "root": tenant.root_id}):
        yield Fault(row[0], row[1], row[2], row[3], row[4], tuple(row[5]))


CHECKS = (Check("kept_fees", Scope.SITE, look),)
