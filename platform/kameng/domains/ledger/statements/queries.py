"""Reads a site's month out of the books.

A movement belongs to the month in which its moment falls: when it was made, but never before its
ledger day began. So a month whose last ledger day is closed takes nothing more, and the months of
all sites together are the ledger. Bind the site itself, or its master: nobody else sees all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text

from kameng.domains.ledger.statements.rules import (
    Month,
    Movement,
    Sheet,
    SheetSum,
    Statement,
    running,
)
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant

PAGE = 50
AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place of a movement in its month."""

    day: date
    txn_id: UUID
    seq: int

    def __str__(self) -> str:
        return f"{self.day.isoformat()}.{self.txn_id}.{self.seq}"


def cursor(said: str) -> Cursor | None:
    """A place written by str(); None for anything else."""
    try:
        day, txn_id, seq = said.split(".")
        return Cursor(date.fromisoformat(day), UUID(txn_id), int(seq))
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class MovementPage:
    """Some movements in their order; `after` asks for the next ones, None when these are all."""

    movements: tuple[Movement, ...]
    after: Cursor | None


PHRASES = {
    "[before it]": "(e.day < :day0 OR e.day = :day0 AND [made] < :at0)",
    "[in it]": "[since it] AND e.day <= :day1 AND (e.day < :day1 OR [made] < :at1)",
    "[since it]": "e.day >= :day0 AND (e.day > :day0 OR [made] >= :at0)",
    "[made]": "(SELECT t.created_at FROM shared.ledger_txn t WHERE t.id = e.txn_id)",
    "[theirs]": "a.tenant_id = :site AND (CAST(:kind AS text) IS NULL OR a.kind = :kind)",
    "[fields]": "e.txn_id, e.seq, e.day, e.amount, t.created_at, t.kind, t.ref_type, t.ref_id,"
    " a.kind AS account, a.normal_side, a.currency, a.owner_type, a.owner_id",
}
"""Which entries lie before a month, in or after it, in it; who made them is only looked up for
those of the two days the month's ends fall on."""

SUMS = """
SELECT a.kind, a.currency, a.normal_side,
    sum(CASE WHEN a.hot THEN coalesce(last.amount, 0) + coalesce(tail.amount, 0)
        ELSE a.posted_debit - a.posted_credit - coalesce(since.amount, 0) END)::bigint,
    coalesce(sum(month.debit), 0)::bigint, coalesce(sum(month.credit), 0)::bigint,
    coalesce(sum(month.n), 0)::bigint
FROM shared.ledger_account a
LEFT JOIN LATERAL (
    SELECT s.day, s.debit - s.credit AS amount FROM shared.ledger_snapshot s
    WHERE s.account_id = a.id AND s.day < :day0 ORDER BY s.day DESC LIMIT 1) last ON a.hot
LEFT JOIN LATERAL (
    SELECT sum(e.amount) AS amount FROM shared.ledger_entry e
    WHERE e.account_id = a.id AND NOT e.pending
        AND e.day > coalesce(last.day, '-infinity') AND [before it]) tail ON a.hot
LEFT JOIN LATERAL (
    SELECT sum(e.amount) AS amount FROM shared.ledger_entry e
    WHERE e.account_id = a.id AND NOT e.pending AND [since it]) since ON NOT a.hot
LEFT JOIN LATERAL (
    SELECT sum(greatest(e.amount, 0)) AS debit, sum(greatest(-e.amount, 0)) AS credit,
        count(*) AS n
    FROM shared.ledger_entry e
    WHERE e.account_id = a.id AND NOT e.pending AND [in it]) month ON true
WHERE a.tenant_id = :site
GROUP BY a.kind, a.currency, a.normal_side ORDER BY a.kind, a.currency
"""
"""A hot account opens with its snapshot and what came after; one with a running sum with that sum
less what came since."""

PAGED = """
SELECT [fields] FROM shared.ledger_account a
CROSS JOIN LATERAL (
    SELECT e.txn_id, e.seq, e.day, e.amount FROM shared.ledger_entry e
    WHERE e.account_id = a.id AND NOT e.pending AND [in it]
        AND (e.day, e.txn_id, e.seq) > (:after_day, :after_txn, :after_seq)
    ORDER BY e.day, e.txn_id, e.seq LIMIT :size) e
JOIN shared.ledger_txn t ON t.id = e.txn_id
WHERE [theirs] ORDER BY e.day, e.txn_id, e.seq LIMIT :size
"""
EACH = """
SELECT [fields] FROM shared.ledger_account a
JOIN shared.ledger_entry e ON e.account_id = a.id AND NOT e.pending AND [in it]
JOIN shared.ledger_txn t ON t.id = e.txn_id
WHERE [theirs] ORDER BY e.day, e.txn_id, e.seq
"""
PASSED = """
SELECT a.kind, a.currency,
    sum(CASE a.normal_side WHEN 'debit' THEN e.amount ELSE -e.amount END)::bigint
FROM shared.ledger_account a
JOIN shared.ledger_entry e ON e.account_id = a.id AND NOT e.pending AND [in it]
    AND (e.day, e.txn_id, e.seq) <= (:after_day, :after_txn, :after_seq)
WHERE [theirs] GROUP BY a.kind, a.currency
"""
FINAL = "SELECT coalesce(shared.ledger_closed() >= :day1, false)"
"""Closed days follow one another: what is booked on one lies behind all of them."""


def statement(site: Tenant, month: Month) -> Statement:
    """The sums of a site's month, one for every kind of account it has."""
    found = session.execute(_sql(SUMS), _asked(site, month))
    return Statement(site.id, month, is_final(month), tuple(_sums(row) for row in found))


def is_final(month: Month) -> bool:
    """Whether nothing more can be booked into a month."""
    closed: bool = session.execute(text(FINAL), {"day1": month.end.date()}).scalar_one()
    return closed


def page(
    site: Tenant,
    month: Month,
    stated: Statement,
    *,
    kind: str | None = None,
    after: Cursor | None = None,
    size: int = PAGE,
) -> MovementPage:
    """Some movements of a month, oldest first, with the balances they led to."""
    asked = _asked(site, month, kind) | _after(after) | {"size": size + 1}
    rows = [_movement(row) for row in session.execute(_sql(PAGED), asked)]
    balances = _openings(stated)
    if after is not None:
        for row in session.execute(_sql(PASSED), asked):
            balances[row[0], row[1]] += Money(row[2], row[1])
    shown = tuple(running(rows[:size], balances))
    more = len(rows) > size
    last = shown[-1] if more else None
    return MovementPage(shown, Cursor(last.day, last.txn_id, last.seq) if last else None)


def movements(
    site: Tenant, month: Month, stated: Statement, *, kind: str | None = None
) -> Iterator[Movement]:
    """Every movement of a month, oldest first; read as they are taken, a few at a time."""
    rows = session.execute(
        _sql(EACH),
        _asked(site, month, kind),
        execution_options={"stream_results": True, "yield_per": AT_ONCE},
    )
    yield from running((_movement(row) for row in rows), _openings(stated))


def first_month(site: Tenant) -> datetime | None:
    """When the first account of a site was opened; None when it has none."""
    query = text("SELECT min(opened_at) FROM shared.ledger_account WHERE tenant_id = :site")
    found: datetime | None = session.execute(query, {"site": site.id}).scalar()
    return found


@cache
def _sql(said: str) -> TextClause:
    for phrase, meaning in PHRASES.items():
        said = said.replace(phrase, meaning)
    return text(said)


def _asked(site: Tenant, month: Month, kind: str | None = None) -> dict[str, Any]:
    return {
        "site": site.id,
        "kind": kind,
        "day0": month.begin.date(),
        "at0": month.begin,
        "day1": month.end.date(),
        "at1": month.end,
    }


def _after(place: Cursor | None) -> dict[str, Any]:
    first = place or Cursor(date.min, UUID(int=0), -1)
    return {"after_day": first.day, "after_txn": first.txn_id, "after_seq": first.seq}


def _openings(stated: Statement) -> dict[Sheet, Money]:
    return {one.sheet: one.opening for one in stated.sheets}


def _sums(row: Any) -> SheetSum:
    kind, currency, side, opening, debit, credit, count = row
    held = Money(opening, currency)
    return SheetSum(
        kind=kind,
        currency=currency,
        normal_side=side,
        opening=held if side == "debit" else -held,
        debit=Money(debit, currency),
        credit=Money(credit, currency),
        count=count,
    )


def _movement(row: Any) -> Movement:
    sign = 1 if row.normal_side == "debit" else -1
    return Movement(
        txn_id=row.txn_id,
        seq=row.seq,
        day=row.day,
        at=max(row.created_at, datetime.combine(row.day, time.min, UTC)),
        kind=row.kind,
        ref_type=row.ref_type,
        ref_id=row.ref_id,
        account=row.account,
        normal_side=row.normal_side,
        owner_type=row.owner_type,
        owner_id=row.owner_id,
        change=Money(sign * row.amount, row.currency),
        balance=Money.zero(row.currency),
    )
