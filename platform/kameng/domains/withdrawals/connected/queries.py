"""Reads of the master's standing with a provider and of payees' accounts there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from kameng.domains.payees.rules import HOUSE, Owner
from kameng.domains.withdrawals.connected.models import PayoutConnection, PayoutProvider
from kameng.domains.withdrawals.connected.rules import ConnectionFacts, ProviderFacts
from tenants.database import session
from tenants.tree import Tenant


def provider(tenant: Tenant) -> ProviderFacts | None:
    """How the master of a site stands with the provider; None: it never asked there."""
    row = session.get(PayoutProvider, tenant.root_id, populate_existing=True)
    if row is None:
        return None
    held = tuple(row.currencies)
    return ProviderFacts(row.is_on, row.country, held, row.account, row.live, row.checked_at)


def is_on(tenant: Tenant) -> bool:
    """Whether a site's master pays out by the provider."""
    found = provider(tenant)
    return found is not None and found.is_on


def one(tenant: Tenant, connection_id: UUID) -> ConnectionFacts | None:
    """One account at the provider of the bound site."""
    mine = (PayoutConnection.tenant_id == tenant.id, PayoutConnection.id == connection_id)
    return _first(select(PayoutConnection).where(*mine))


def of_account(tenant: Tenant, account_id: UUID) -> ConnectionFacts | None:
    """The account at the provider behind a payout account."""
    mine = (PayoutConnection.tenant_id == tenant.id, PayoutConnection.account_id == account_id)
    return _first(select(PayoutConnection).where(*mine))


def of_owner(tenant: Tenant, owner: Owner = HOUSE) -> dict[UUID, ConnectionFacts]:
    """Those of an owner, by the payout account they are."""
    query = select(PayoutConnection).where(
        PayoutConnection.tenant_id == tenant.id,
        PayoutConnection.owner_type == owner.kind,
        PayoutConnection.owner_id == owner.id,
        PayoutConnection.account_id.is_not(None),
    )
    return {row.account_id: facts(row) for row in session.scalars(query) if row.account_id}


def about(provider_account: str) -> ConnectionFacts | None:
    """Whose an account at the provider is. Inside `shared()`."""
    query = select(PayoutConnection)
    return _first(query.where(PayoutConnection.provider_account == provider_account))


def to_check(now: datetime, *, limit: int = 50) -> Sequence[ConnectionFacts]:
    """Accounts of all sites that are not ready and that nobody reported on. Inside `shared()`."""
    query = select(PayoutConnection).where(PayoutConnection.check_at <= now)
    rows = session.scalars(query.order_by(PayoutConnection.check_at).limit(limit))
    return [facts(row) for row in rows]


def facts(row: PayoutConnection) -> ConnectionFacts:
    """The public side of a row."""
    return ConnectionFacts(
        id=row.id,
        tenant_id=row.tenant_id,
        owner=Owner(row.owner_type, row.owner_id),
        holder=row.holder,
        country=row.country,
        provider_account=row.provider_account,
        account_id=row.account_id,
        name=row.name,
        accepted=row.accepted,
        by_hand=row.by_hand,
        transfers=row.transfers,
        payouts=row.payouts,
        submitted=row.submitted,
        due=row.due,
        why=row.why,
        checked_at=row.checked_at,
        created_at=row.created_at,
    )


def _first(query: object) -> ConnectionFacts | None:
    row = session.scalar(query)  # type: ignore[call-overload]
    return facts(row) if row else None
