"""Reads the whole books of an alliance and says what in them is not as it must be."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text

from kameng.domains.ledger import queries
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
class Fault:
    """One thing that is wrong: which check failed, about what, what it says and should say."""

    check: str
    subject: str
    found: int
    expected: int


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


UNBALANCED = """
SELECT 'sums_to_zero', txn_id::text || ' ' || currency, sum(amount)::bigint, 0
FROM shared.ledger_entry GROUP BY txn_id, currency HAVING sum(amount) <> 0
"""

RECOMPUTED = """
WITH summed AS (
    SELECT e.account_id,
        sum(greatest(e.amount, 0)) FILTER (WHERE NOT e.pending) AS posted_debit,
        sum(greatest(-e.amount, 0)) FILTER (WHERE NOT e.pending) AS posted_credit,
        sum(greatest(e.amount, 0)) FILTER (WHERE e.pending AND done.id IS NULL) AS pending_debit,
        sum(greatest(-e.amount, 0)) FILTER (WHERE e.pending AND done.id IS NULL) AS pending_credit
    FROM shared.ledger_entry e
    LEFT JOIN shared.ledger_txn done ON e.pending AND done.pending_of = e.txn_id
    GROUP BY e.account_id
)
SELECT part.name, a.id::text, part.found, coalesce(part.expected, 0)::bigint
FROM shared.ledger_account a LEFT JOIN summed s ON s.account_id = a.id
CROSS JOIN LATERAL (VALUES
    ('posted_debit', a.posted_debit, s.posted_debit),
    ('posted_credit', a.posted_credit, s.posted_credit),
    ('pending_debit', a.pending_debit, s.pending_debit),
    ('pending_credit', a.pending_credit, s.pending_credit)
) AS part(name, found, expected)
WHERE NOT a.hot AND part.found <> coalesce(part.expected, 0)
"""

SNAPSHOTS = """
SELECT 'snapshot', s.account_id::text || ' ' || s.day::text, s.debit - s.credit,
    coalesce(sum(e.amount), 0)::bigint
FROM shared.ledger_snapshot s
LEFT JOIN shared.ledger_entry e
    ON e.account_id = s.account_id AND e.day <= s.day AND NOT e.pending
GROUP BY s.account_id, s.day, s.debit, s.credit
HAVING s.debit - s.credit <> coalesce(sum(e.amount), 0)
"""

FLOORS = """
SELECT 'floor', id::text, held, 0 FROM (
    SELECT id, CASE normal_side WHEN 'credit' THEN posted_credit - posted_debit - pending_debit
        ELSE posted_debit - posted_credit - pending_credit END AS held
    FROM shared.ledger_account WHERE floor_zero) AS floored
WHERE held < 0
"""

COUNTS = """
SELECT (SELECT count(*) FROM shared.ledger_txn), (SELECT count(*) FROM shared.ledger_entry),
    (SELECT count(*) FROM shared.ledger_account)
"""


def trial_balance(root: Tenant) -> TrialBalance:
    """The balances of a master site's whole alliance, by tenant and kind."""
    return TrialBalance(tuple(queries.balances(root)))


def prove(tenant: Tenant) -> Proof:
    """Recompute the books the tenant can see. Only a master site sees both sides of all of them."""
    checks = [RECOMPUTED, SNAPSHOTS, FLOORS]
    if tenant.is_root:
        checks.insert(0, UNBALANCED)
    faults = [Fault(*row) for check in checks for row in session.execute(text(check))]
    txns, entries, accounts = session.execute(text(COUNTS)).one()
    return Proof(txns, entries, accounts, tuple(faults))
