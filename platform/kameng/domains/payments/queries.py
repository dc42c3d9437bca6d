"""Reads of payment and refund attempts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from kameng.domains.payments.errors import AttemptNotFound
from kameng.domains.payments.models import PaymentAttempt, RefundAttempt
from kameng.domains.payments.rules import (
    OPEN,
    REFUND_OPEN,
    AttemptFacts,
    AttemptState,
    Notice,
    RefundFacts,
    RefundState,
)
from tenants.database import session
from tenants.tree import Tenant


def attempt(tenant: Tenant, attempt_id: UUID) -> AttemptFacts:
    """One attempt of this site."""
    found = session.get(PaymentAttempt, attempt_id)
    if found is None or found.tenant_id != tenant.id:
        raise AttemptNotFound(attempt=attempt_id)
    return facts(found)


def attempts_for(tenant: Tenant, purpose: str, reference: str) -> list[AttemptFacts]:
    """All attempts to pay for one thing, oldest first."""
    rows = session.scalars(
        select(PaymentAttempt)
        .where(PaymentAttempt.tenant_id == tenant.id)
        .where(PaymentAttempt.reference == reference, PaymentAttempt.purpose == purpose)
        .order_by(PaymentAttempt.id)
    )
    return [facts(row) for row in rows]


def open_attempt(tenant: Tenant, purpose: str, reference: str) -> AttemptFacts | None:
    """The attempt that may still be paid, if there is one."""
    found = [one for one in attempts_for(tenant, purpose, reference) if one.state in OPEN]
    return found[-1] if found else None


def refunds_for(tenant: Tenant, purpose: str, reference: str) -> list[RefundFacts]:
    """All refunds of one thing, oldest first."""
    rows = session.scalars(
        select(RefundAttempt)
        .where(RefundAttempt.tenant_id == tenant.id)
        .where(RefundAttempt.reference == reference, RefundAttempt.purpose == purpose)
        .order_by(RefundAttempt.id)
    )
    return [refund_facts(row) for row in rows]


def refund(tenant: Tenant, refund_id: UUID) -> RefundFacts:
    """One refund of this site."""
    found = session.get(RefundAttempt, refund_id)
    if found is None or found.tenant_id != tenant.id:
        raise AttemptNotFound(attempt=refund_id)
    return refund_facts(found)


def about(channel: str, notice: Notice) -> AttemptFacts | None:
    """The attempt a notification is about. Inside `shared()`: the site is not known yet."""
    if notice.session is None:
        return None
    query = select(PaymentAttempt).where(PaymentAttempt.channel == channel)
    found = session.scalar(query.where(PaymentAttempt.provider_session == notice.session))
    if found is None and (ours := uuid_of(notice.ours)):
        found = session.scalar(query.where(PaymentAttempt.id == ours))
    return facts(found) if found else None


def refund_about(channel: str, notice: Notice) -> RefundFacts | None:
    """The refund a notification is about. Inside `shared()`."""
    if notice.refund is None:
        return None
    query = select(RefundAttempt).where(RefundAttempt.channel == channel)
    found = session.scalar(query.where(RefundAttempt.provider_refund == notice.refund))
    if found is None and (ours := uuid_of(notice.ours)):
        found = session.scalar(query.where(RefundAttempt.id == ours))
    return refund_facts(found) if found else None


def to_check(now: datetime, *, limit: int = 100) -> Sequence[AttemptFacts]:
    """Attempts of all sites that nobody has reported on for too long. Inside `shared()`."""
    rows = session.scalars(
        select(PaymentAttempt)
        .where(PaymentAttempt.state.in_(("submitting", "unknown", "waiting")))
        .where(PaymentAttempt.check_at <= now)
        .order_by(PaymentAttempt.check_at)
        .limit(limit)
    )
    return [facts(row) for row in rows]


def refunds_to_check(now: datetime, *, limit: int = 100) -> Sequence[RefundFacts]:
    """Refunds of all sites that are still under way. Inside `shared()`."""
    rows = session.scalars(
        select(RefundAttempt)
        .where(RefundAttempt.state.in_(sorted(REFUND_OPEN)))
        .where(RefundAttempt.check_at <= now)
        .order_by(RefundAttempt.check_at)
        .limit(limit)
    )
    return [refund_facts(row) for row in rows]


def facts(row: PaymentAttempt) -> AttemptFacts:
    """The row as a value."""
    return AttemptFacts(
        id=row.id,
        tenant_id=row.tenant_id,
        payee_tenant_id=row.payee_tenant_id,
        channel=row.channel,
        purpose=row.purpose,
        reference=row.reference,
        amount=row.amount,
        state=AttemptState(row.state),
        provider_session=row.provider_session,
        provider_payment=row.provider_payment,
        url=row.url,
        problem=row.problem,
        created_at=row.created_at,
        expires_at=row.expires_at,
        succeeded_at=row.succeeded_at,
        fee=row.fee,
        fee_returns=bool(row.fee_returns),
        real_fee=row.real_fee,
    )


def refund_facts(row: RefundAttempt) -> RefundFacts:
    """The row as a value."""
    return RefundFacts(
        id=row.id,
        tenant_id=row.tenant_id,
        payee_tenant_id=row.payee_tenant_id,
        attempt_id=row.attempt_id,
        channel=row.channel,
        purpose=row.purpose,
        reference=row.reference,
        amount=row.amount,
        state=RefundState(row.state),
        reason=row.reason,
        problem=row.problem,
        provider_refund=row.provider_refund,
        provider_payment=row.provider_payment,
        created_at=row.created_at,
        settled_at=row.settled_at,
        fee_back=row.fee_back,
    )


def uuid_of(text: str | None) -> UUID | None:
    """Our id, as a provider kept it; None for anything else."""
    try:
        return UUID(text or "")
    except ValueError:
        return None
