"""Reads the whole books of an alliance and says what in them is not as it must be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import text

from kameng.domains.ledger import queries
from kameng.domains.ledger.proofs.rules import Check, Fault, Scope
from kameng.domains.ledger.queries import KindBalance
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """All kinds of an alliance with their debits and credits; they sum to zero."""

    rows: tuple[KindBalance, ...]

    @property
    def gap(self) -> Money:
        """Debits less credits of everything; zero when the books are right."""
        return sum((row.debit - row.credit for row in self.rows), Money.zero())


@dataclass(frozen=True, slots=True)
class Proof:
    """What was looked at, and what of it was wrong."""

    txns: int
    entries: int
    accounts: int
    faults: tuple[Fault, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def said(statement: str) -> Callable[[Tenant], Iterator[Fault]]:
    """A check that is one statement: each of its rows is a fault (check, subject, found, expected,
    site, rows); `:me` is the bound tenant."""

    def look(tenant: Tenant) -> Iterator[Fault]:
        asked = text(statement)
        given = {"me": tenant.id} if ":me" in statement else {}
        for row in session.execute(asked, given):
            yield Fault(row[0], row[1], row[2], row[3], row[4], tuple(row[5]))

    return look


UNBALANCED = """
SELECT 'sums_to_zero', e.txn_id::text || ' ' || e.currency, sum(e.amount)::bigint, 0,
    min(e.tenant_id),
    jsonb_agg(jsonb_build_object('txn', e.txn_id, 'seq', e.seq, 'account', e.account_id,
        'amount', e.amount) ORDER BY e.seq)
FROM shared.ledger_entry e GROUP BY e.txn_id, e.currency HAVING sum(e.amount) <> 0
"""

EMPTY = """
SELECT 'has_entries', t.id::text, 0, 1, t.tenant_id,
    jsonb_build_array(jsonb_build_object('txn', t.id, 'kind', t.kind, 'key', t.idem_key))
FROM shared.ledger_txn t
WHERE t.status <> 'voided' AND NOT EXISTS (
    SELECT FROM shared.ledger_entry e WHERE e.txn_id = t.id)
"""
"""A posting whose entries are gone sums to zero as well."""

MISFITS = """
SELECT part.name, e.txn_id::text || ' ' || e.seq, part.found, part.expected, e.tenant_id,
    jsonb_build_array(jsonb_build_object('txn', e.txn_id, 'seq', e.seq, 'account', e.account_id,
        'amount', e.amount, 'day', e.day))
FROM shared.ledger_entry e
LEFT JOIN shared.ledger_txn t ON t.id = e.txn_id
LEFT JOIN shared.ledger_account a ON a.id = e.account_id
CROSS JOIN LATERAL (VALUES
    ('entry_has_posting', (t.id IS NOT NULL)::integer, 1),
    ('entry_has_account', (a.id IS NOT NULL)::integer, 1),
    ('entry_day', e.day - date '2000-01-01', t.day - date '2000-01-01'),
    ('entry_pending', e.pending::integer, (t.status = 'pending')::integer),
    ('entry_currency', (e.currency = a.currency)::integer, 1),
    ('entry_site', e.tenant_id, a.tenant_id)
) AS part(name, found, expected)
WHERE part.found <> part.expected
"""

RECOMPUTED = """
WITH summed AS (
    SELECT e.account_id,
        sum(greatest(e.amount, 0)) FILTER (WHERE NOT e.pending) AS posted_debit,
        sum(greatest(-e.amount, 0)) FILTER (WHERE NOT e.pending) AS posted_credit,
        sum(greatest(e.amount, 0)) FILTER (WHERE e.pending AND done.id IS NULL) AS pending_debit,
        sum(greatest(-e.amount, 0)) FILTER (WHERE e.pending AND done.id IS NULL) AS pending_credit
    FROM shared.ledger_entry e
    JOIN shared.ledger_account cold ON cold.id = e.account_id AND NOT cold.hot
    LEFT JOIN shared.ledger_txn done ON e.pending AND done.pending_of = e.txn_id
    GROUP BY e.account_id
)
SELECT part.name, a.id::text, part.found, coalesce(part.expected, 0)::bigint, a.tenant_id,
    jsonb_build_array(jsonb_build_object('account', a.id, 'kind', a.kind,
        'owner', a.owner_type || ' ' || a.owner_id, 'currency', a.currency))
FROM shared.ledger_account a LEFT JOIN summed s ON s.account_id = a.id
CROSS JOIN LATERAL (VALUES
    ('posted_debit', a.posted_debit, s.posted_debit),
    ('posted_credit', a.posted_credit, s.posted_credit),
    ('pending_debit', a.pending_debit, s.pending_debit),
    ('pending_credit', a.pending_credit, s.pending_credit)
) AS part(name, found, expected)
WHERE part.found <> coalesce(part.expected, 0)
"""
"""A hot account keeps no running sums: they are zero."""

SNAPSHOTS = """
SELECT 'snapshot', taken.account_id::text || ' ' || taken.day, part.found, part.expected,
    a.tenant_id, jsonb_build_array(jsonb_build_object('account', a.id, 'kind', a.kind,
        'day', taken.day, 'side', part.side))
FROM (
    SELECT account_id, day, debit, credit, lag(day) OVER each AS since,
        lag(debit, 1, 0::bigint) OVER each AS debit_then,
        lag(credit, 1, 0::bigint) OVER each AS credit_then
    FROM shared.ledger_snapshot
    WINDOW each AS (PARTITION BY account_id ORDER BY day)
) taken
JOIN shared.ledger_account a ON a.id = taken.account_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(greatest(e.amount, 0)), 0)::bigint AS debit,
        coalesce(sum(greatest(-e.amount, 0)), 0)::bigint AS credit
    FROM shared.ledger_entry e
    WHERE e.account_id = taken.account_id AND NOT e.pending AND e.day <= taken.day
        AND e.day > coalesce(taken.since, '-infinity')
) moved
CROSS JOIN LATERAL (VALUES
    ('debit', taken.debit, taken.debit_then + moved.debit),
    ('credit', taken.credit, taken.credit_then + moved.credit)
) AS part(side, found, expected)
WHERE part.found <> part.expected
"""
"""Each is the one before it and what was posted since; so all of them are what was posted."""

FLOORS = """
SELECT 'floor', id::text, held, 0, tenant_id,
    jsonb_build_array(jsonb_build_object('account', id, 'kind', kind,
        'owner', owner_type || ' ' || owner_id))
FROM (
    SELECT id, tenant_id, kind, owner_type, owner_id, CASE normal_side
        WHEN 'credit' THEN posted_credit - posted_debit - pending_debit
        ELSE posted_debit - posted_credit - pending_credit END AS held
    FROM shared.ledger_account WHERE floor_zero) AS floored
WHERE held < 0
"""

HOLDS = """
SELECT 'hold', t.id::text, count(done.id), 1, t.tenant_id,
    jsonb_build_array(jsonb_build_object('txn', t.id, 'kind', t.kind, 'key', t.idem_key,
        'ref', t.ref_type || ' ' || t.ref_id))
FROM shared.ledger_txn t LEFT JOIN shared.ledger_txn done ON done.pending_of = t.id
WHERE t.status = 'pending'
GROUP BY t.id
HAVING count(done.id) > 1 OR count(done.id) = 0
    AND (t.expires_at AT TIME ZONE 'UTC')::date < shared.ledger_closed()
"""
"""Every hold is resolved once, and none is left when the day of its end is closed."""

CHECKS = tuple(
    Check(name, Scope.ALLIANCE, said(statement))
    for name, statement in (
        ("sums_to_zero", UNBALANCED),
        ("has_entries", EMPTY),
        ("entries_fit", MISFITS),
        ("balances", RECOMPUTED),
        ("snapshots", SNAPSHOTS),
        ("floors", FLOORS),
        ("holds", HOLDS),
    )
)
"""What the books themselves must fulfil, whoever writes through them."""

PARTLY = frozenset({"balances", "snapshots", "floors"})
"""What can be proved of one's own accounts alone, without the other side of each posting."""

COUNTS = """
SELECT (SELECT count(*) FROM shared.ledger_txn), (SELECT count(*) FROM shared.ledger_entry),
    (SELECT count(*) FROM shared.ledger_account)
"""


def trial_balance(root: Tenant) -> TrialBalance:
    """The balances of a master site's whole alliance, by tenant and kind."""
    return TrialBalance(tuple(queries.balances(root)))


def prove(tenant: Tenant) -> Proof:
    """Recompute the books the tenant can see. Only a master site sees both sides of all of them."""
    checks = [one for one in CHECKS if tenant.is_root or one.name in PARTLY]
    faults = [fault for check in checks for fault in check.look(tenant)]
    txns, entries, accounts = counts()
    return Proof(txns, entries, accounts, tuple(faults))


def counts() -> tuple[int, int, int]:
    """How many transactions, entries and accounts the tenant can see."""
    txns, entries, accounts = session.execute(text(COUNTS)).one()
    return txns, entries, accounts
