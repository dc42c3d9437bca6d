"""The verbs of payments: opening, confirming and closing an attempt. Nothing here calls out
while a transaction is open: verbs that must ask the provider return a Call."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from kameng.domains.payments import queries, rules
from kameng.domains.payments.errors import AttemptNotFound
from kameng.domains.payments.fees import queries as fees
from kameng.domains.payments.gateways import Gateway
from kameng.domains.payments.kept import service as kept
from kameng.domains.payments.models import PaymentAttempt
from kameng.domains.payments.own import queries as own
from kameng.domains.payments.rules import (
    AttemptFacts,
    AttemptState,
    Purchase,
    Session,
    Verdict,
)
from kameng.kit import ids
from kameng.kit.calls import Call, CallRefused, CallUnknown
from tenants.database import session
from tenants.tree import Tenant


def prepare(
    tenant: Tenant, channel: str, purchase: Purchase, *, payee_id: int, now: datetime
) -> AttemptFacts:
    """Store an attempt as SUBMITTING, with the exact request and key that will be sent."""
    gateway = own.kept(tenant, channel, payee_id)
    row = PaymentAttempt(
        id=ids.uuid7(),
        tenant_id=tenant.id,
        payee_tenant_id=payee_id,
        channel=channel,
        purpose=purchase.purpose,
        reference=purchase.reference,
        amount=purchase.amount,
        currency=purchase.amount.currency,
        state=AttemptState.SUBMITTING,
        request={},
        created_at=now,
        updated_at=now,
        check_at=rules.next_check(0, now),
        checks=0,
        expires_at=purchase.expires_at,
    )
    row.idem_key = f"{tenant.id}:{purchase.reference}:{row.id}"
    row.request = gateway.request(queries.facts(row), purchase)
    session.add(row)
    session.flush()
    return queries.facts(row)


def opening(tenant: Tenant, attempt_id: UUID, *, now: datetime) -> Call[Session, AttemptFacts]:
    """The call that opens the payment page. The stored key makes a second sending harmless."""
    row = _locked(tenant, attempt_id)
    gateway = own.gateway(tenant, row.channel, row.payee_tenant_id)
    request, key = row.request, row.idem_key

    def settle(answer: Session | CallRefused | CallUnknown) -> AttemptFacts:
        return opened(tenant, attempt_id, answer, now=now)

    return Call(lambda: gateway.open(request, key), settle)


def opened(
    tenant: Tenant, attempt_id: UUID, answer: Session | CallRefused | CallUnknown, *, now: datetime
) -> AttemptFacts:
    """Apply what came of opening the page; a notification may have been faster."""
    row = _locked(tenant, attempt_id)
    if row.state not in (AttemptState.SUBMITTING, AttemptState.UNKNOWN):
        return queries.facts(row)
    if isinstance(answer, Session):
        row.provider_session, row.url = answer.id, answer.url
        _move(row, AttemptState.WAITING, now)
    elif isinstance(answer, CallRefused):
        _move(row, AttemptState.FAILED, now, problem=str(answer))
    else:
        _move(row, AttemptState.UNKNOWN, now, problem=str(answer))
    session.flush()
    return queries.facts(row)


def confirm(
    tenant: Tenant, attempt_id: UUID, reported: Session, *, now: datetime
) -> tuple[Verdict, AttemptFacts, str]:
    """Judge what the provider reports and move the attempt; the caller does what follows."""
    row = _locked(tenant, attempt_id)
    gateway = own.gateway(tenant, row.channel, row.payee_tenant_id)
    verdict, problem = rules.judge(queries.facts(row), reported, live=gateway.live)
    if verdict is Verdict.MISMATCH:
        verdict = _quarantine(row, problem, now)
    elif verdict is Verdict.PAID:
        row.provider_session, row.provider_payment = reported.id, reported.payment
        row.succeeded_at = now
        _keep_fee(tenant, row)
        _move(row, AttemptState.SUCCEEDED, now)
        kept.learn(tenant, row, reported.kept, now=now)
    elif verdict is Verdict.EXPIRED and row.state in rules.OPEN:
        row.provider_session = reported.id
        _move(row, AttemptState.EXPIRED, now)
    elif verdict is Verdict.WAITING and row.state in rules.OPEN:
        _still_waiting(row, reported, now)
    session.flush()
    return verdict, queries.facts(row), problem


def gateway_of(tenant: Tenant, attempt: AttemptFacts) -> Gateway:
    """The gateway an attempt was begun by. Read it while the site is bound, before any call."""
    return own.gateway(tenant, attempt.channel, attempt.payee_tenant_id)


def close_page(attempt: AttemptFacts, gateway: Gateway) -> Session | None:
    """Close an attempt's page at the provider and say what it then is. Call it with no
    transaction open; may raise CallRefused or CallUnknown; None means there is no page.

    An attempt whose opening was never answered is looked for first.
    """
    page = attempt.provider_session
    if page is None:
        found = gateway.find(str(attempt.id), attempt.created_at - rules.GIVE_UP)
        page = found.id if found else None
    return gateway.close(page) if page else None


def reported(gateway: Gateway, page: str) -> Session:
    """Ask the provider about a page a notification named: its state is the truth, the
    notification only a hint. Call it with no transaction open; may raise CallRefused or
    CallUnknown."""
    found = gateway.read(page)
    if found is None:
        raise CallRefused(f"the provider has no page {page}")
    return found


def looked_up(attempt: AttemptFacts, gateway: Gateway) -> Session | None:
    """Ask the provider about an attempt. Call it with no transaction open; may raise
    CallRefused or CallUnknown; None means the provider does not know of it."""
    if attempt.provider_session:
        return gateway.read(attempt.provider_session)
    return gateway.find(str(attempt.id), attempt.created_at - rules.GIVE_UP)


def not_found(tenant: Tenant, attempt_id: UUID, *, now: datetime) -> AttemptFacts:
    """The provider does not know of the attempt: give up when nothing can be on its way."""
    row = _locked(tenant, attempt_id)
    if row.state in rules.OPEN and now - row.created_at > rules.GIVE_UP:
        _move(row, AttemptState.FAILED, now, problem="unknown to the provider")
    else:
        postpone(tenant, attempt_id, now=now)
    session.flush()
    return queries.facts(row)


def postpone(tenant: Tenant, attempt_id: UUID, *, now: datetime) -> None:
    """Look at this attempt again later, each time a little later."""
    row = _locked(tenant, attempt_id)
    row.checks += 1
    row.check_at = rules.next_check(row.checks, now)
    session.flush()


def fee_told(
    tenant: Tenant, attempt_id: UUID, reported: Session | None, *, now: datetime
) -> AttemptFacts:
    """What the provider says it kept of a payment that arrived before; None: it did not answer."""
    row = _locked(tenant, attempt_id)
    if row.state == AttemptState.SUCCEEDED:
        fits = reported is not None and reported.payment == row.provider_payment
        kept.learn(tenant, row, reported.kept if reported and fits else None, now=now)
    session.flush()
    return queries.facts(row)


def locked(tenant: Tenant, attempt_id: UUID) -> AttemptFacts:
    """The attempt, locked until the transaction ends."""
    return queries.facts(_locked(tenant, attempt_id))


def _locked(tenant: Tenant, attempt_id: UUID) -> PaymentAttempt:
    query = (
        select(PaymentAttempt)
        .where(PaymentAttempt.id == attempt_id, PaymentAttempt.tenant_id == tenant.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    row = session.scalar(query)
    if row is None:
        raise AttemptNotFound(attempt=attempt_id)
    return row


def _move(row: PaymentAttempt, to: AttemptState, now: datetime, *, problem: str = "") -> None:
    if to not in rules.MOVES[AttemptState(row.state)]:
        raise AssertionError(f"an attempt does not move from {row.state} to {to}")
    row.state, row.updated_at = to, now
    row.problem = problem[:500] or None


def _keep_fee(tenant: Tenant, row: PaymentAttempt) -> None:
    """What the provider keeps of it, fixed as the payment arrives; of a payment to the master."""
    if row.payee_tenant_id == tenant.root_id:
        held = fees.of(tenant, row.channel)
        row.fee, row.fee_returns = held.of(row.amount), held.returns


def _still_waiting(row: PaymentAttempt, reported: Session, now: datetime) -> None:
    row.provider_session, row.url = reported.id, reported.url or row.url
    if row.state != AttemptState.WAITING:
        _move(row, AttemptState.WAITING, now)
    row.checks += 1
    row.check_at = rules.next_check(row.checks, now)


def _quarantine(row: PaymentAttempt, problem: str, now: datetime) -> Verdict:
    """A report that does not fit never moves money; one after the success changes nothing."""
    if AttemptState.QUARANTINED not in rules.MOVES[AttemptState(row.state)]:
        return Verdict.REPEATED
    _move(row, AttemptState.QUARANTINED, now, problem=problem)
    return Verdict.MISMATCH
