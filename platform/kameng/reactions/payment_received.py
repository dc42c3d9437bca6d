"""What follows when a provider reports a payment or a refund: the purpose of the attempt says
whose verb it is, in one transaction with the ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from kameng.domains.billing import direct as packages
from kameng.domains.billing import outside as package_refunds
from kameng.domains.orders import service as orders
from kameng.domains.payments.disputes import service as disputes
from kameng.domains.payments.disputes.service import DisputeFacts, ProviderDispute
from kameng.domains.payments.refunds.service import ProviderRefund, RefundFacts
from kameng.domains.payments.service import AttemptFacts, Session
from kameng.domains.topups.rules import PURPOSE as TOPUP
from kameng.kit.calls import Call, CallRefused, CallUnknown
from tenants.tree import Tenant

Paid = Callable[..., Call[Any, Any] | None]
PAYMENTS: dict[str, Paid] = {"order": orders.payment_arrived, TOPUP: packages.arrived}
REFUNDS: dict[str, Callable[..., RefundFacts]] = {
    "order": orders.refund_settled,
    TOPUP: package_refunds.refund_settled,
}


OUTSIDE: dict[str, Callable[..., str]] = {
    "order": orders.refunded_outside,
    TOPUP: package_refunds.refunded_outside,
}
"""Purposes whose goods follow a refund made at the provider itself; of any other it is not believed
and waits for a human."""
DISPUTES: dict[str, Callable[..., DisputeFacts]] = {
    "order": orders.disputed,
    TOPUP: packages.disputed,
}
"""Purposes whose goods follow a dispute; of any other only the money is booked, a human does the
rest."""


def payment(
    tenant: Tenant, attempt: AttemptFacts, reported: Session, now: datetime
) -> Call[Any, Any] | None:
    """Apply a payment page's state to whatever was being paid."""
    return PAYMENTS[attempt.purpose](tenant, attempt, reported, now=now)


def refund(
    tenant: Tenant,
    known: RefundFacts,
    answer: ProviderRefund | CallRefused | CallUnknown,
    now: datetime,
) -> RefundFacts:
    """Apply a refund's state to whatever was given back."""
    return REFUNDS[known.purpose](tenant, known.reference, known.id, answer, now=now)


def dispute(
    tenant: Tenant, attempt: AttemptFacts, reported: ProviderDispute, now: datetime
) -> DisputeFacts:
    """Apply a dispute's state to whatever was paid for."""
    if attempt.purpose in DISPUTES:
        return DISPUTES[attempt.purpose](tenant, attempt, reported, now=now)
    known = disputes.take_in(tenant, attempt, reported, now=now)
    return disputes.followed(tenant, known.id, now=now) if known.is_over else known


def outside(tenant: Tenant, attempt: AttemptFacts, said: ProviderRefund, now: datetime) -> str:
    """Apply a refund made at the provider itself; what is wrong with it, or nothing."""
    if attempt.purpose not in OUTSIDE:
        return f"nothing follows a refund of {attempt.purpose}"
    return OUTSIDE[attempt.purpose](tenant, attempt, said, now=now)
