"""Reads about refunds made at the provider itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from kameng.domains.payments import queries
from kameng.domains.payments.gateways import Gateway
from kameng.domains.payments.models import PaymentAttempt, RefundAttempt
from kameng.domains.payments.rules import AttemptFacts, Notice, ProviderRefund, RefundFacts
from tenants.database import session
from tenants.tree import Tenant


def of_payment(gateway: Gateway, payment: str) -> list[ProviderRefund]:
    """All refunds of a payment, whoever made them. Call it with no transaction open."""
    return list(gateway.refunds_of(payment))


def made_since(gateway: Gateway, since: datetime) -> Iterator[ProviderRefund]:
    """All refunds made since then, whoever made them. Call it with no transaction open."""
    return gateway.refunds_since(since)


def about(channel: str, said: ProviderRefund) -> AttemptFacts | None:
    """The payment a refund is of. Inside `shared()`: the site is not known yet."""
    query = select(PaymentAttempt).where(PaymentAttempt.channel == channel)
    found = session.scalar(query.where(PaymentAttempt.provider_payment == said.payment))
    return queries.facts(found) if found and said.payment else None


def is_known(channel: str, said: ProviderRefund) -> bool:
    """Whether it is one of ours, or was seen before. Inside `shared()`."""
    asked = Notice("", "", refund=said.id, ours=said.refund_id)
    return queries.refund_about(channel, asked) is not None


def known(tenant: Tenant, channel: str, said: ProviderRefund) -> RefundFacts | None:
    """What the bound site has kept of it; also one of its own whose sending nobody answered yet."""
    mine = select(RefundAttempt).where(
        RefundAttempt.tenant_id == tenant.id, RefundAttempt.channel == channel
    )
    row = session.scalar(mine.where(RefundAttempt.provider_refund == said.id))
    if row is None and (ours := queries.uuid_of(said.refund_id)):
        row = session.scalar(mine.where(RefundAttempt.id == ours))
    return queries.refund_facts(row) if row else None
