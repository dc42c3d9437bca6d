"""What accounts hold: one of them, or all kinds of a tenant and of the sites below it.

Every reader sees the accounts of the bound tenant and of the sites below it, and no others; the
books policy of the database sees to that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Select, case, func, select
from sqlalchemy.orm import aliased

from kameng.domains.ledger.models import (
    LedgerAccount,
    LedgerEntry,
    LedgerSnapshot,
    LedgerTxn,
)
from kameng.domains.ledger.rules import AccountKey, AccountKind
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account holds on its normal side, and what of it is not set aside."""

    posted: Money
    available: Money


@dataclass(frozen=True, slots=True)
class KindBalance:
    """All accounts of one kind of one tenant together, on their normal side."""

    tenant_id: int
    kind: str
    currency: str
    normal_side: str
    debit: Money
    credit: Money

    @property
    def balance(self) -> Money:
        """Positive on the normal side."""
        gap = self.debit - self.credit
        return gap if self.normal_side == "debit" else -gap


@dataclass(frozen=True, slots=True)
class Hold:
    """An amount that was set aside; open while nobody has settled or given it back."""

    id: UUID
    is_open: bool


def holds(tenant: Tenant, ref_type: str, ref_id: str) -> list[Hold]:
    """What was ever set aside for one thing, oldest first."""
    done = aliased(LedgerTxn)
    rows = session.execute(
        select(LedgerTxn.id, done.id.is_(None))
        .outerjoin(done, done.pending_of == LedgerTxn.id)
        .where(LedgerTxn.ref_type == ref_type, LedgerTxn.ref_id == ref_id)
        .where(LedgerTxn.status == "pending", LedgerTxn.tenant_id == tenant.id)
        .order_by(LedgerTxn.id)
    )
    return [Hold(*row) for row in rows]


def totals() -> Select[Any]:
    """Per account what it was debited and credited in all; a hot one from snapshot and tail."""
    last = (
        select(LedgerSnapshot.day, LedgerSnapshot.debit, LedgerSnapshot.credit)
        .where(LedgerSnapshot.account_id == LedgerAccount.id)
        .order_by(LedgerSnapshot.day.desc())
        .limit(1)
        .lateral("last")
    )
    tail = (
        select(
            _debits(LedgerEntry.amount).label("debit"), _credits(LedgerEntry.amount).label("credit")
        )
        .where(
            LedgerEntry.account_id == LedgerAccount.id,
            ~LedgerEntry.pending,
            LedgerEntry.day > func.coalesce(last.c.day, date.min),
        )
        .lateral("tail")
    )
    return (
        select(
            LedgerAccount.id,
            LedgerAccount.tenant_id,
            LedgerAccount.kind,
            LedgerAccount.currency,
            LedgerAccount.normal_side,
            LedgerAccount.pending_debit,
            LedgerAccount.pending_credit,
            _stored_or(LedgerAccount.posted_debit, last.c.debit, tail.c.debit).label("debit"),
            _stored_or(LedgerAccount.posted_credit, last.c.credit, tail.c.credit).label("credit"),
        )
        .select_from(LedgerAccount)
        .outerjoin(last, LedgerAccount.hot.is_(True))
        .outerjoin(tail, LedgerAccount.hot.is_(True))
    )


def _debits(amount: Any) -> Any:
    return func.coalesce(func.sum(func.greatest(amount, 0)), 0).cast(BigInteger)


def _credits(amount: Any) -> Any:
    return func.coalesce(func.sum(func.greatest(-amount, 0)), 0).cast(BigInteger)


def _stored_or(stored: Any, last: Any, tail: Any) -> Any:
    summed = func.coalesce(last, 0) + func.coalesce(tail, 0)
    return case((LedgerAccount.hot, summed), else_=stored)


def balance(key: AccountKey) -> Balance:
    """What an account holds now; an account nobody posted to holds nothing."""
    row = session.execute(totals().where(*is_account(key))).one_or_none()
    if row is None:
        return Balance(Money.zero(key.currency), Money.zero(key.currency))
    if row.normal_side == "debit":
        posted, aside = row.debit - row.credit, row.pending_credit
    else:
        posted, aside = row.credit - row.debit, row.pending_debit
    return Balance(Money(posted, key.currency), Money(posted - aside, key.currency))


def credited_since(key: AccountKey, kinds: Iterable[str], moment: datetime) -> Money:
    """What postings of these kinds have put on a credit account after a moment."""
    given = (
        select(_credits(LedgerEntry.amount))
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .join(LedgerTxn, LedgerTxn.id == LedgerEntry.txn_id)
        .where(*is_account(key), ~LedgerEntry.pending, LedgerEntry.day >= moment.date())
        .where(LedgerTxn.kind.in_(list(kinds)), LedgerTxn.created_at > moment)
    )
    return Money(session.execute(given).scalar_one(), key.currency)


def is_account(key: AccountKey) -> tuple[Any, ...]:
    """The conditions that name one account."""
    return (
        LedgerAccount.tenant_id == key.tenant_id,
        LedgerAccount.owner_type == key.owner_type,
        LedgerAccount.owner_id == key.owner_id,
        LedgerAccount.kind == key.kind,
        LedgerAccount.currency == key.currency,
    )


def balances(tenant: Tenant, *, below: bool = True) -> list[KindBalance]:
    """Balances by tenant and kind: the tenant's own, and those of the sites below it."""
    each = totals()
    if not below:
        each = each.where(LedgerAccount.tenant_id == tenant.id)
    rows = each.subquery()
    grouped = (
        select(
            rows.c.tenant_id,
            rows.c.kind,
            rows.c.currency,
            rows.c.normal_side,
            func.sum(rows.c.debit).cast(BigInteger),
            func.sum(rows.c.credit).cast(BigInteger),
        )
        .group_by(rows.c.tenant_id, rows.c.kind, rows.c.currency, rows.c.normal_side)
        .order_by(rows.c.tenant_id, rows.c.kind, rows.c.currency)
    )
    return [
        KindBalance(
            tenant_id=row[0],
            kind=row[1],
            currency=row[2],
            normal_side=row[3],
            debit=Money(row[4], row[2]),
            credit=Money(row[5], row[2]),
        )
        for row in session.execute(grouped)
    ]


def available_by_site(kind: AccountKind, site_ids: Iterable[int] | None = None) -> dict[int, Money]:
    """What the house accounts of one cold kind hold, by site; sites without one are absent."""
    query = select(
        LedgerAccount.tenant_id,
        LedgerAccount.currency,
        LedgerAccount.posted_credit - LedgerAccount.posted_debit - LedgerAccount.pending_debit,
    ).where(
        LedgerAccount.owner_type == "house",
        LedgerAccount.kind == kind.value,
        LedgerAccount.normal_side == "credit",
        ~LedgerAccount.hot,
    )
    if site_ids is not None:
        query = query.where(LedgerAccount.tenant_id.in_(list(site_ids)))
    return {row[0]: Money(row[2], row[1]) for row in session.execute(query)}


def below_zero(kind: AccountKind, *, most: int) -> list[tuple[int, Money]]:
    """The house accounts of a kind that hold less than nothing on their credit side, by site, the
    lowest first."""
    each = totals().where(LedgerAccount.owner_type == "house", LedgerAccount.kind == kind.value)
    rows = each.subquery()
    held = rows.c.credit - rows.c.debit
    found = select(rows.c.tenant_id, rows.c.currency, held).where(held < 0).order_by(held)
    return [(row[0], Money(row[2], row[1])) for row in session.execute(found.limit(most))]
