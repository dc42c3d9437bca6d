"""Reads the journal a page at a time, what an order moved, and the changes of one account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, and_, case, exists, func, literal, or_, select, tuple_
from sqlalchemy.orm import aliased

from kameng.domains.ledger.models import LedgerAccount, LedgerEntry, LedgerTxn
from kameng.domains.ledger.queries import is_account
from kameng.domains.ledger.rules import AccountKey, AccountKind, house
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import DEPTH_CAP, Tenant

PAGE = 50
LARGEST_PAGE = 200


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """One line of a transaction."""

    account: AccountKey
    debit: Money
    credit: Money
    pending: bool
    balance_after: Money | None


@dataclass(frozen=True, slots=True)
class TxnFacts:
    """One transaction with the lines the reader may see."""

    id: UUID
    tenant_id: int
    kind: str
    status: str
    ref_type: str
    ref_id: str
    created_by: str
    created_at: datetime
    pending_of: UUID | None
    reverses: UUID | None
    entries: tuple[EntryFacts, ...]


@dataclass(frozen=True, slots=True)
class JournalFilter:
    """What part of the journal is asked for; an empty filter asks for all of it."""

    kind: str | None = None
    account_kind: str | None = None
    tenant_id: int | None = None
    ref_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class JournalPage:
    """Transactions, newest first; `after` asks for the next page, None when this is the last."""

    txns: tuple[TxnFacts, ...]
    after: UUID | None


@dataclass(frozen=True, slots=True)
class Movement:
    """One change of one account, signed on its normal side."""

    txn_id: UUID
    at: datetime
    kind: str
    ref_type: str
    ref_id: str
    amount: Money
    balance_after: Money | None


def movements(
    key: AccountKey, *, after: tuple[date, UUID] | None = None, size: int = PAGE
) -> list[Movement]:
    """The latest changes of an account, newest first; holds do not show until they are settled."""
    found = (
        select(
            LedgerEntry.txn_id,
            LedgerTxn.created_at,
            LedgerTxn.kind,
            LedgerTxn.ref_type,
            LedgerTxn.ref_id,
            case(
                (LedgerAccount.normal_side == "debit", LedgerEntry.amount),
                else_=-LedgerEntry.amount,
            ),
            LedgerEntry.balance_after,
        )
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .join(LedgerTxn, LedgerTxn.id == LedgerEntry.txn_id)
        .where(*is_account(key), ~LedgerEntry.pending)
        .order_by(LedgerEntry.day.desc(), LedgerEntry.txn_id.desc(), LedgerEntry.seq)
        .limit(min(size, LARGEST_PAGE))
    )
    if after:
        place = tuple_(LedgerEntry.day, LedgerEntry.txn_id)
        found = found.where(place < tuple_(literal(after[0]), literal(after[1])))
    return [
        Movement(
            txn_id=row[0],
            at=row[1],
            kind=row[2],
            ref_type=row[3],
            ref_id=row[4],
            amount=Money(row[5], key.currency),
            balance_after=_money(row[6], key.currency),
        )
        for row in session.execute(found)
    ]


def _money(micro: int | None, currency: str) -> Money | None:
    return None if micro is None else Money(micro, currency)


def journal(
    tenant: Tenant,
    asked: JournalFilter | None = None,
    *,
    after: UUID | None = None,
    size: int = PAGE,
) -> JournalPage:
    """Transactions of the tenant and the sites below it, newest first, a page at a time.

    A site that was moved may have stood at another depth when an older one was booked."""
    size = min(size, LARGEST_PAGE)
    depths = (1,) if tenant.is_root else range(2, DEPTH_CAP + 1)
    found = select(LedgerTxn).where(or_(*(LedgerTxn.chain[depth] == tenant.id for depth in depths)))
    found = found.where(*_conditions(asked or JournalFilter()))
    if after is not None:
        found = found.where(LedgerTxn.id < after)
    rows = session.scalars(found.order_by(LedgerTxn.id.desc()).limit(size + 1)).all()
    more = len(rows) > size
    shown = rows[:size]
    return JournalPage(_with_entries(shown), shown[-1].id if more else None)


def _conditions(asked: JournalFilter) -> list[Any]:
    wanted: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
        (asked.kind, lambda kind: LedgerTxn.kind == kind),
        (asked.tenant_id, lambda site: LedgerTxn.tenant_id == site),
        (asked.ref_id, lambda ref: LedgerTxn.ref_id == ref),
        (asked.since, lambda since: LedgerTxn.created_at >= since),
        (asked.until, lambda until: LedgerTxn.created_at < until),
        (asked.account_kind, _touches),
    )
    return [condition(value) for value, condition in wanted if value is not None]


def _touches(kind: str) -> Any:
    entry, account = aliased(LedgerEntry), aliased(LedgerAccount)
    return exists().where(
        entry.txn_id == LedgerTxn.id, account.id == entry.account_id, account.kind == kind
    )


def _with_entries(txns: Sequence[LedgerTxn]) -> tuple[TxnFacts, ...]:
    lines = _entries_of([txn.id for txn in txns])
    return tuple(
        TxnFacts(
            id=txn.id,
            tenant_id=txn.tenant_id,
            kind=txn.kind,
            status=txn.status,
            ref_type=txn.ref_type,
            ref_id=txn.ref_id,
            created_by=txn.created_by,
            created_at=txn.created_at,
            pending_of=txn.pending_of,
            reverses=txn.reverses,
            entries=tuple(lines[txn.id]),
        )
        for txn in txns
    )


def _entries_of(txn_ids: Iterable[UUID]) -> dict[UUID, list[EntryFacts]]:
    found = (
        select(
            LedgerEntry.txn_id,
            LedgerEntry.amount,
            LedgerEntry.pending,
            LedgerEntry.balance_after,
            LedgerAccount.tenant_id,
            LedgerAccount.owner_type,
            LedgerAccount.owner_id,
            LedgerAccount.kind,
            LedgerAccount.currency,
        )
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(LedgerEntry.txn_id.in_(list(txn_ids)))
        .order_by(LedgerEntry.txn_id, LedgerEntry.seq)
    )
    lines: dict[UUID, list[EntryFacts]] = defaultdict(list)
    for row in session.execute(found):
        lines[row.txn_id].append(_entry(row))
    return lines


def _entry(row: Any) -> EntryFacts:
    currency = row.currency
    return EntryFacts(
        account=AccountKey(row.tenant_id, row.owner_type, row.owner_id, row.kind, currency),
        debit=Money(max(row.amount, 0), currency),
        credit=Money(max(-row.amount, 0), currency),
        pending=row.pending,
        balance_after=_money(row.balance_after, currency),
    )


def earned(tenant: Tenant, *, since: datetime, until: datetime) -> Money:
    """What the tenant's margin took between two moments, less what it gave back; of sales paid to
    its own account what they brought, less what its balance paid for them."""
    kinds = (AccountKind.MARGIN, AccountKind.OWN_SALES, AccountKind.PREPAID)
    accounts = [house(tenant.id, kind, tenant.currency) for kind in kinds]
    found = (
        select(func.coalesce(func.sum(-LedgerEntry.amount), 0).cast(BigInteger))
        .join(LedgerTxn, LedgerTxn.id == LedgerEntry.txn_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(
            or_(*(and_(*is_account(one)) for one in accounts)),
            or_(LedgerAccount.kind != AccountKind.PREPAID, LedgerTxn.ref_type == "order"),
            ~LedgerEntry.pending,
            LedgerEntry.day >= since.astimezone(UTC).date(),
            LedgerTxn.created_at >= since,
            LedgerTxn.created_at < until,
        )
    )
    return Money(session.execute(found).scalar_one(), tenant.currency)
