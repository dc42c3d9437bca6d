"""Reads of disputes: one's own, and at the master those of its whole alliance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, or_, select

from kameng.domains.payments import queries as payments
from kameng.domains.payments.disputes.models import PaymentDispute
from kameng.domains.payments.disputes.rules import OVER, DisputeFacts, DisputeState
from kameng.domains.payments.errors import DisputeNotFound
from kameng.domains.payments.models import PaymentAttempt
from kameng.domains.payments.rules import AttemptFacts, ProviderDispute
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant

DECIDED = sorted(one.value for one in OVER)


@dataclass(frozen=True, slots=True)
class Page:
    """Some disputes, those that must be answered first; how many there are, how many are open."""

    rows: tuple[DisputeFacts, ...]
    total: int
    open: int


def page(tenant: Tenant, *, open_only: bool = False, page: int = 1, size: int = 50) -> Page:
    """The site's disputes; the master's page has those of all its sites."""
    mine, is_open = _of(tenant), PaymentDispute.state.not_in(DECIDED)
    total, opened = session.execute(
        select(func.count(), func.count().filter(is_open)).where(mine)
    ).one()
    query = select(PaymentDispute).where(mine, *([is_open] if open_only else ()))
    decided, opened_at = PaymentDispute.state.in_(DECIDED), PaymentDispute.opened_at
    due = case((decided, None), else_=PaymentDispute.due_at)
    rows = session.scalars(
        query.order_by(decided, due.asc().nulls_last(), opened_at.desc(), PaymentDispute.id)
        .limit(size)
        .offset((max(page, 1) - 1) * size)
    )
    return Page(tuple(facts(row) for row in rows), opened if open_only else total, opened)


def one(tenant: Tenant, dispute_id: UUID) -> DisputeFacts:
    """One dispute the site may see."""
    row = session.scalar(select(PaymentDispute).where(PaymentDispute.id == dispute_id, _of(tenant)))
    if row is None:
        raise DisputeNotFound()
    return facts(row)


def of(tenant: Tenant, purpose: str, reference: str) -> list[DisputeFacts]:
    """All disputes about one thing of the bound site, oldest first."""
    rows = session.scalars(
        select(PaymentDispute)
        .where(PaymentDispute.tenant_id == tenant.id, PaymentDispute.purpose == purpose)
        .where(PaymentDispute.reference == reference)
        .order_by(PaymentDispute.opened_at, PaymentDispute.id)
    )
    return [facts(row) for row in rows]


def about(channel: str, reported: ProviderDispute) -> AttemptFacts | None:
    """The payment a dispute is about. Inside `shared()`: the site is not known yet."""
    query = select(PaymentAttempt).where(PaymentAttempt.channel == channel)
    found = session.scalar(query.where(PaymentAttempt.provider_payment == reported.payment))
    if found is None and (ours := payments.uuid_of(reported.attempt_id)):
        found = session.scalar(query.where(PaymentAttempt.id == ours))
    return payments.facts(found) if found else None


def is_known(channel: str, reported: ProviderDispute) -> bool:
    """Whether anybody told us of it. Inside `shared()`."""
    query = select(PaymentDispute.id).where(PaymentDispute.channel == channel)
    found = session.scalar(query.where(PaymentDispute.provider_dispute == reported.id))
    return found is not None


def on_own_accounts(disputes: Iterable[DisputeFacts]) -> frozenset[UUID]:
    """Those about payments that went to the account of the site that sold: it answers the bank
    itself. Inside `shared()`: a master may not read the payments of its sites."""
    query = (
        select(PaymentDispute.id)
        .join(PaymentAttempt, PaymentAttempt.id == PaymentDispute.attempt_id)
        .where(PaymentDispute.id.in_([one.id for one in disputes]))
        .where(PaymentAttempt.payee_tenant_id != PaymentDispute.root_id)
    )
    return frozenset(session.scalars(query))


def to_check(now: datetime, *, limit: int = 100) -> Sequence[DisputeFacts]:
    """Disputes of all sites whose turn to be asked about has come. Inside `shared()`."""
    rows = session.scalars(
        select(PaymentDispute)
        .where(PaymentDispute.check_at <= now)
        .order_by(PaymentDispute.check_at)
        .limit(limit)
    )
    return [facts(row) for row in rows]


def facts(row: PaymentDispute) -> DisputeFacts:
    """The row as a value."""
    return DisputeFacts(
        id=row.id,
        tenant_id=row.tenant_id,
        attempt_id=row.attempt_id,
        channel=row.channel,
        purpose=row.purpose,
        reference=row.reference,
        provider_dispute=row.provider_dispute,
        amount=Money(row.amount.micro, row.currency),
        taken=Money(row.taken.micro, row.currency),
        fee=Money(row.fee.micro, row.currency),
        state=DisputeState(row.state),
        reason=row.reason,
        due_at=row.due_at,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        followed=row.followed,
    )


def _of(tenant: Tenant) -> ColumnElement[bool]:
    """The policy says so too; this keeps the index in use."""
    return or_(PaymentDispute.tenant_id == tenant.id, PaymentDispute.root_id == tenant.id)
