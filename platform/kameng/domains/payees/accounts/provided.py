"""Payout accounts that a provider keeps: it says whose they are and whether money may go there.

Inside `use(site)`. Who knows what the provider said decides when these verbs are called.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kameng.domains.payees import queries as payees
from kameng.domains.payees.accounts import queries, service
from kameng.domains.payees.accounts.errors import PayoutAccountMoved
from kameng.domains.payees.accounts.queries import AccountFacts
from kameng.domains.payees.accounts.rules import Details, Method
from kameng.domains.payees.errors import PayeeMissing, PayeeNotVerified
from kameng.domains.payees.rules import Owner, State
from kameng.kit import audit
from kameng.kit.audit import Actor
from tenants.database import session
from tenants.tree import Tenant


def add(
    tenant: Tenant, number: str, country: str, *, owner: Owner, actor: Actor, now: datetime
) -> AccountFacts:
    """The account the payee has at the provider, not verified yet.

    Refuses PayeeMissing, TooManyPayoutAccounts, PayoutAccountThere.
    """
    payee = payees.of(tenant, owner)
    if payee is None or payee.state is State.REFUSED:
        raise PayeeMissing()
    details = Details(Method.STRIPE, number, bank=country)
    return service.store(tenant, details, payee=payee, owner=owner, actor=actor, now=now)


def confirm(tenant: Tenant, account_id: UUID, *, actor: Actor, now: datetime) -> AccountFacts:
    """It is the payee's and may receive money. What stands already stays as it is.

    Refuses PayeeNotVerified, NoSuchPayoutAccount, PayoutAccountMoved (a person checks it).
    """
    row = service.taken(tenant, account_id)
    payee = payees.verified(tenant, Owner(row.owner_type, row.owner_id))
    if row.method != Method.STRIPE:
        raise PayoutAccountMoved()
    if payee is None or payee.legal_name != row.holder:
        raise PayeeNotVerified()
    found = queries.account(tenant, account_id)
    if found is not None and found.stands:
        return found
    row.payee_version = payee.version
    return service.decide(tenant, row, State.VERIFIED, "", actor, now)


def suspend(tenant: Tenant, account_id: UUID, *, actor: Actor, now: datetime) -> None:
    """The provider lets it receive no money: it waits again until the provider does."""
    found = queries.account(tenant, account_id)
    if found is None or found.removed or found.state is not State.VERIFIED:
        return
    row = service.taken(tenant, account_id)
    row.state, row.decided_at, row.decided_by = State.SENT.value, now, actor.name[:80]
    session.flush()
    told = {"method": row.method, "account": row.hint, "state": row.state}
    audit.record(tenant, actor, "payout_account.suspended", f"payout_account {row.id}", after=told)
