"""The verb that keeps a refund made at the provider itself, as one of ours that is under way."""

from __future__ import annotations

from datetime import datetime

from kameng.domains.payments import queries as payments
from kameng.domains.payments import rules as payment_rules
from kameng.domains.payments.models import RefundAttempt
from kameng.domains.payments.outside import queries, rules
from kameng.domains.payments.rules import (
    OUTSIDE,
    AttemptFacts,
    ProviderRefund,
    RefundFacts,
    RefundState,
)
from kameng.kit import ids
from tenants.database import session
from tenants.tree import Tenant


def taken_in(
    tenant: Tenant, paid: AttemptFacts, said: ProviderRefund, *, now: datetime
) -> tuple[RefundFacts | None, str]:
    """The row of a refund nobody here asked for, made once; or None, and what is wrong with it.
    Whatever was paid for must be locked before. Nothing is booked here."""
    if found := queries.known(tenant, paid.channel, said):
        return found, ""
    past = payments.refunds_for(tenant, paid.purpose, paid.reference)
    others = [one for one in past if one.attempt_id == paid.id]
    if wrong := rules.difference(paid, said, others):
        return None, wrong
    row = _row(tenant, paid, said, now)
    session.add(row)
    session.flush()
    return payments.refund_facts(row), ""


def _row(tenant: Tenant, paid: AttemptFacts, said: ProviderRefund, now: datetime) -> RefundAttempt:
    return RefundAttempt(
        id=ids.uuid7(),
        tenant_id=tenant.id,
        payee_tenant_id=paid.payee_tenant_id,
        attempt_id=paid.id,
        channel=paid.channel,
        purpose=paid.purpose,
        reference=paid.reference,
        amount=rules.amount_of(said, paid),
        currency=paid.amount.currency,
        state=RefundState.PENDING,
        idem_key=f"{tenant.id}:{OUTSIDE}:{said.id}"[:120],
        provider_payment=said.payment,
        provider_refund=said.id,
        reason=OUTSIDE,
        created_at=now,
        updated_at=now,
        check_at=payment_rules.next_check(0, now),
        checks=0,
    )
