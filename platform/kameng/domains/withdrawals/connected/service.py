"""The verbs of payees' accounts at a provider: open one, lead its owner there, take in what the
provider says of it; and the master's switch. What asks the provider comes back as a Call.

Inside `use(site)`. A payout account of this kind stands only while the provider lets it receive and
knows its owner under the payee's name, or under one the master has compared and accepted.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from kameng.domains.payees import queries as payees
from kameng.domains.payees.accounts import provided
from kameng.domains.payees.accounts import service as accounts
from kameng.domains.payees.accounts.queries import AccountFacts
from kameng.domains.payees.errors import PayeeMissing, PayeeNotVerified
from kameng.domains.payees.rules import HOUSE, Kind, Owner, State
from kameng.domains.withdrawals.connected import queries, rules
from kameng.domains.withdrawals.connected.errors import (
    NoSuchConnection,
    NotReadyThere,
    OtherMoney,
    OtherNameThere,
    ProviderDidNotAnswer,
    ProviderElsewhere,
    ProviderOff,
    ProviderSaidNo,
)
from kameng.domains.withdrawals.connected.models import PayoutConnection, PayoutProvider
from kameng.domains.withdrawals.connected.rules import ConnectionFacts, ProviderFacts, Verdict
from kameng.domains.withdrawals.payouts import PROVIDERS, Provider, stripe
from kameng.domains.withdrawals.payouts.base import Home, Standing
from kameng.kit import audit, clock, ids
from kameng.kit.audit import SYSTEM, Actor
from kameng.kit.calls import Call, CallRefused, CallUnknown
from tenants.database import session
from tenants.tree import Tenant

Told = TypeVar("Told")


def way() -> Provider:
    """The provider of this process. Refuses ChannelOff when it has no key."""
    return PROVIDERS[stripe.CODE]()


def switch_on(master: Tenant, *, actor: Actor) -> Call[Home, ProviderFacts]:
    """The call that asks where the master's account is and what lies there; then sites may bind
    accounts. Refuses, after it, OtherMoney, ProviderSaidNo, ProviderDidNotAnswer."""
    asked = way()

    def settle(answer: Home | CallRefused | CallUnknown) -> ProviderFacts:
        home = _answered(answer)
        if master.currency not in home.currencies:
            raise OtherMoney(currency=master.currency, held=" ".join(home.currencies))
        return _switched(master, home, live=asked.live, actor=actor, now=clock.now())

    return Call(asked.home, settle)


def switch_off(master: Tenant, *, actor: Actor, now: datetime) -> None:
    """Pay out by it no more; what is under way is finished. Accounts stay as they are."""
    row = session.get(PayoutProvider, master.id, with_for_update=True)
    if row is None or not row.is_on:
        return
    row.is_on, row.updated_at, row.updated_by = False, now, _by(actor)
    session.flush()
    audit.record(master, actor, "payout_provider.off", stripe.CODE)


def begin(
    tenant: Tenant, country: str, *, owner: Owner = HOUSE, actor: Actor, now: datetime
) -> Call[Standing, ConnectionFacts]:
    """The call that opens the payee's account there, or finds the one it has; then it stands among
    the payout accounts, not verified. Sent again it opens no second one.

    Refuses ProviderOff, ProviderElsewhere, PayeeMissing; after the call ProviderSaidNo,
    ProviderDidNotAnswer and what binding an account refuses.
    """
    held = _on(tenant)
    if country not in rules.reachable(held.country):
        raise ProviderElsewhere(country=country, home=held.country)
    payee = payees.of(tenant, owner)
    if payee is None or payee.state is State.REFUSED:
        raise PayeeMissing()
    row = _taken_or_new(tenant, owner, payee.kind, payee.legal_name, country, now)
    known, asked = row.provider_account, way()
    is_company = payee.kind is Kind.COMPANY
    request = stripe.request(
        row.holder, is_company=is_company, country=country, home=held.country, about=str(row.id)
    )
    key = f"connect:{row.id}:{_digest(request)}"
    connection_id = row.id

    def send() -> Standing:
        return asked.standing(known) if known else asked.open_account(request, key)

    def settle(answer: Standing | CallRefused | CallUnknown) -> ConnectionFacts:
        standing = _answered(answer)
        _bound(tenant, connection_id, standing, actor, clock.now())
        return reported(tenant, connection_id, standing, now=clock.now())

    return Call(send, settle)


def leading(tenant: Tenant, connection_id: UUID, back: str, again: str) -> Call[str, str]:
    """The call that gives the address at which the owner goes on; not to be kept."""
    account, asked = _account_of(tenant, connection_id), way()

    def settle(answer: str | CallRefused | CallUnknown) -> str:
        return _answered(answer)

    return Call(lambda: asked.lead(account, back, again), settle)


def look(tenant: Tenant, connection_id: UUID) -> Call[Standing, ConnectionFacts]:
    """The call that asks how an account stands. Refuses ProviderSaidNo, ProviderDidNotAnswer."""
    account, asked = _account_of(tenant, connection_id), way()

    def settle(answer: Standing | CallRefused | CallUnknown) -> ConnectionFacts:
        return reported(tenant, connection_id, _answered(answer), now=clock.now())

    return Call(lambda: asked.standing(account), settle)


def reported(
    tenant: Tenant, connection_id: UUID, standing: Standing, *, now: datetime
) -> ConnectionFacts:
    """Take in what the provider says of an account: its payout account stands from now on, or no
    longer. A report of another account changes nothing."""
    row = _locked(tenant, connection_id)
    if row.provider_account != standing.account:
        return queries.facts(row)
    row.name = (standing.names[0] if standing.names else "")[:200]
    row.transfers, row.payouts = standing.transfers[:20], standing.payouts
    row.submitted, row.due, row.why = standing.submitted, standing.due, standing.why[:80]
    row.checked_at = now
    found = queries.facts(row)
    row.check_at = None if found.is_ready else rules.next_check(row.checks, row.created_at, now)
    row.checks = 0 if found.is_ready else row.checks + 1
    session.flush()
    _follow(tenant, found, rules.judge(found, standing.names), now)
    return queries.facts(row)


def postpone(tenant: Tenant, connection_id: UUID, *, now: datetime) -> None:
    """The provider did not say: look again later, each time a little later."""
    row = _locked(tenant, connection_id)
    row.checks += 1
    row.check_at = rules.next_check(row.checks, row.created_at, now)
    session.flush()


def accept(
    tenant: Tenant, account_id: UUID, *, seen: str, actor: Actor, now: datetime
) -> AccountFacts:
    """The master has compared the provider's name with the papers: it is the same person. Holds for
    that name alone, which is the one that was `seen`; the log keeps who saw which.
    Refuses NotReadyThere, OtherNameThere, PayeeNotVerified, PayoutAccountMoved."""
    known = queries.of_account(tenant, account_id)
    if known is None:
        raise NoSuchConnection()
    row = _locked(tenant, known.id)
    if not queries.facts(row).is_ready:
        raise NotReadyThere()
    if not row.name or seen != row.name:
        raise OtherNameThere(seen=seen[:200], name=row.name)
    payee = payees.verified(tenant, known.owner)
    if payee is None or payee.legal_name != row.holder:
        raise PayeeNotVerified()
    row.accepted, row.by_hand = seen, False
    session.flush()
    told = {"name": seen, "holder": row.holder}
    audit.record(
        tenant, actor, "payout_account.compared", f"payout_account {account_id}", after=told
    )
    return provided.confirm(tenant, account_id, actor=actor, now=now)


def _follow(tenant: Tenant, found: ConnectionFacts, verdict: Verdict, now: datetime) -> None:
    """The payout account as the verdict says. Nobody is verified by a provider whom the master has
    refused, or whose papers it has not verified."""
    account = accounts.queries.account(tenant, found.account_id) if found.account_id else None
    if account is None or account.removed or account.state is State.REFUSED:
        return
    payee = payees.verified(tenant, found.owner)
    fits = payee is not None and payee.legal_name == found.holder
    if verdict is Verdict.READY and fits:
        provided.confirm(tenant, account.id, actor=SYSTEM, now=now)
    elif verdict is not Verdict.READY:
        provided.suspend(tenant, account.id, actor=SYSTEM, now=now)


def _bound(
    tenant: Tenant, connection_id: UUID, standing: Standing, actor: Actor, now: datetime
) -> None:
    """The account stands among the payout accounts, once; again when it was removed there. One
    that the master had refused is for the master to accept."""
    accounts.one_at_a_time(tenant)
    row = _locked(tenant, connection_id)
    row.provider_account = standing.account
    known = accounts.queries.account(tenant, row.account_id) if row.account_id else None
    if known is None or known.removed:
        owner = Owner(row.owner_type, row.owner_id)
        row.by_hand = row.by_hand or (known is not None and known.state is State.REFUSED)
        made = provided.add(
            tenant, standing.account, row.country, owner=owner, actor=actor, now=now
        )
        row.account_id, row.check_at = made.id, now
    session.flush()


def _switched(
    master: Tenant, home: Home, *, live: bool, actor: Actor, now: datetime
) -> ProviderFacts:
    values = {
        "is_on": True,
        "country": home.country[:2],
        "currencies": list(home.currencies),
        "account": home.account,
        "live": live,
        "checked_at": now,
        "updated_at": now,
        "updated_by": _by(actor),
    }
    session.execute(
        insert(PayoutProvider)
        .values(tenant_id=master.id, **values)
        .on_conflict_do_update(index_elements=["tenant_id"], set_=values)
    )
    told = {"account": home.account, "country": home.country, "held": list(home.currencies)}
    audit.record(master, actor, "payout_provider.on", stripe.CODE, after=told)
    found = queries.provider(master)
    assert found
    return found


def _on(tenant: Tenant) -> ProviderFacts:
    found = queries.provider(tenant)
    if found is None or not found.is_on:
        raise ProviderOff()
    return found


def _account_of(tenant: Tenant, connection_id: UUID) -> str:
    found = queries.one(tenant, connection_id)
    if found is None or found.provider_account is None:
        raise NoSuchConnection()
    return found.provider_account


def _taken_or_new(
    tenant: Tenant, owner: Owner, kind: Kind, holder: str, country: str, now: datetime
) -> PayoutConnection:
    """The row of this payee and country, stored before anything is asked."""
    natural = {
        "tenant_id": tenant.id,
        "owner_type": owner.kind,
        "owner_id": owner.id,
        "kind": kind.value,
        "holder": holder,
        "country": country,
    }
    fresh = {
        "id": ids.uuid7(),
        "root_id": tenant.root_id,
        "name": "",
        "accepted": "",
        "transfers": "",
        "payouts": False,
        "submitted": False,
        "by_hand": False,
        "due": 0,
        "why": "",
        "created_at": now,
        "checks": 0,
    }
    session.execute(insert(PayoutConnection).values(**natural, **fresh).on_conflict_do_nothing())
    found = session.scalar(select(PayoutConnection).filter_by(**natural).with_for_update())
    assert found
    return found


def _locked(tenant: Tenant, connection_id: UUID) -> PayoutConnection:
    mine = select(PayoutConnection).where(
        PayoutConnection.tenant_id == tenant.id, PayoutConnection.id == connection_id
    )
    row = session.scalar(mine.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise NoSuchConnection()
    return row


def _answered(answer: Told | CallRefused | CallUnknown) -> Told:
    if isinstance(answer, CallRefused):
        raise ProviderSaidNo(why=str(answer)[:300])
    if isinstance(answer, CallUnknown):
        raise ProviderDidNotAnswer()
    return answer


def _digest(request: dict[str, object]) -> str:
    """Part of the key: other parameters are another request."""
    told = json.dumps(request, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _by(actor: Actor) -> str:
    return f"{actor.kind}:{actor.id}"[:80]
