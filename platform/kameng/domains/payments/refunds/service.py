"""The verbs of a refund: prepared and committed first, then sent, then settled."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from kameng.domains.payments import queries, rules
from kameng.domains.payments import service as payments
from kameng.domains.payments.errors import AttemptNotFound
from kameng.domains.payments.fees import rules as fees
from kameng.domains.payments.gateways import Gateway
from kameng.domains.payments.models import RefundAttempt
from kameng.domains.payments.own import queries as own
from kameng.domains.payments.rules import AttemptFacts, ProviderRefund, RefundFacts, RefundState
from kameng.kit import ids
from kameng.kit.calls import CallRefused, CallUnknown
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant


def prepare(
    tenant: Tenant, paid: AttemptFacts, amount: Money, *, reason: str, now: datetime
) -> RefundFacts:
    """Store a refund as SUBMITTING; refuses to give back more than came in."""
    past = [
        one
        for one in queries.refunds_for(tenant, paid.purpose, paid.reference)
        if one.attempt_id == paid.id
    ]
    rules.check_refund(amount, paid.amount, past)
    said = f"“{reason}”" if reason == rules.OUTSIDE else reason
    if paid.provider_payment is None:
        raise AttemptNotFound(attempt=paid.id)
    row = RefundAttempt(
        id=ids.uuid7(),
        tenant_id=tenant.id,
        payee_tenant_id=paid.payee_tenant_id,
        attempt_id=paid.id,
        channel=paid.channel,
        purpose=paid.purpose,
        reference=paid.reference,
        amount=amount,
        currency=amount.currency,
        state=RefundState.SUBMITTING,
        provider_payment=paid.provider_payment,
        reason=said[: rules.LONGEST_REASON],
        created_at=now,
        updated_at=now,
        check_at=rules.next_check(0, now),
        checks=0,
    )
    row.idem_key = f"{tenant.id}:refund:{row.id}"
    session.add(row)
    session.flush()
    return queries.refund_facts(row)


def gateway_of(tenant: Tenant, refund: RefundFacts) -> Gateway:
    """The gateway to the account the money came in on. Read it while the site is bound."""
    return own.gateway(tenant, refund.channel, refund.payee_tenant_id)


def send(refund: RefundFacts, gateway: Gateway) -> ProviderRefund:
    """Ask the provider to give the money back; the refund's own key makes twice once."""
    key = f"{refund.tenant_id}:refund:{refund.id}"
    return gateway.refund(refund.provider_payment, refund.amount, str(refund.id), key)


def reported(gateway: Gateway, refund: str) -> ProviderRefund:
    """Ask the provider about a refund a notification named. May raise CallRefused, CallUnknown."""
    return gateway.read_refund(refund)


def looked_up(refund: RefundFacts, gateway: Gateway) -> ProviderRefund | None:
    """Ask the provider about a refund; None means it does not know of it. May raise
    CallRefused or CallUnknown."""
    if refund.provider_refund:
        return gateway.read_refund(refund.provider_refund)
    return gateway.find_refund(str(refund.id), refund.created_at - rules.GIVE_UP)


def settled(
    tenant: Tenant,
    refund_id: UUID,
    answer: ProviderRefund | CallRefused | CallUnknown,
    *,
    now: datetime,
) -> tuple[RefundFacts, bool]:
    """Apply what is known of a refund; True when this has ended it, one way or the other. What is
    none of it, though it bears its id, ends nothing."""
    row = _locked(tenant, refund_id)
    if row.state not in rules.REFUND_OPEN:
        return queries.refund_facts(row), False
    if isinstance(answer, ProviderRefund) and (
        odd := rules.refund_difference(queries.refund_facts(row), answer)
    ):
        row.problem = odd[:500]
        postpone(tenant, refund_id, now=now)
        return queries.refund_facts(row), False
    row.updated_at, row.checks = now, row.checks + 1
    row.check_at = rules.next_check(row.checks, now)
    if isinstance(answer, ProviderRefund):
        row.provider_refund, row.state = answer.id, rules.refund_state(answer.status)
        row.problem = answer.problem
    elif isinstance(answer, CallRefused):
        row.state, row.problem = RefundState.FAILED, str(answer)[:500]
    else:
        row.state, row.problem = RefundState.UNKNOWN, str(answer)[:500]
    ended = row.state not in rules.REFUND_OPEN
    row.settled_at = now if ended else None
    if row.state == RefundState.SUCCEEDED:
        row.fee_back = _fee_back(tenant, row)
    session.flush()
    return queries.refund_facts(row), ended


def postpone(tenant: Tenant, refund_id: UUID, *, now: datetime) -> None:
    """Look at this refund again later, each time a little later."""
    row = _locked(tenant, refund_id)
    row.checks += 1
    row.check_at = rules.next_check(row.checks, now)
    session.flush()


def _fee_back(tenant: Tenant, row: RefundAttempt) -> Money:
    """What of the payment's fee comes back with this refund: what is back after it, less what was
    back before; nothing from a provider that says itself what it keeps. Whatever was paid for is
    locked, so refunds of one payment end one by one."""
    paid, zero = payments.locked(tenant, row.attempt_id), Money.zero(row.currency)
    if not paid.fee or not paid.fee_returns or paid.real_fee is not None:
        return zero
    known = queries.refunds_for(tenant, row.purpose, row.reference)
    past = [one for one in known if one.attempt_id == paid.id and one.id != row.id]
    done = [one for one in past if one.state is RefundState.SUCCEEDED]
    refunded = sum((one.amount for one in done), row.amount)
    before = sum((one.fee_back or zero for one in done), zero)
    return fees.back(paid.fee, paid.amount, refunded) - before


def _locked(tenant: Tenant, refund_id: UUID) -> RefundAttempt:
    query = (
        select(RefundAttempt)
        .where(RefundAttempt.id == refund_id, RefundAttempt.tenant_id == tenant.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    row = session.scalar(query)
    if row is None:
        raise AttemptNotFound(attempt=refund_id)
    return row
