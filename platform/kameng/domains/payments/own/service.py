"""The verbs of own channels: the master gives leave, the site stores keys that work, and switches.

Keys are tried before they are stored, so what is stored has worked once; what was stored before
stays in use while others are tried.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from kameng.config import settings
from kameng.domains.notifications import service as notifications
from kameng.domains.notifications.kinds import Kind
from kameng.domains.payees import queries as payees
from kameng.domains.payees.errors import PayeeNotVerified
from kameng.domains.payments import gateways
from kameng.domains.payments.errors import ChannelOff
from kameng.domains.payments.gateways import Gateway
from kameng.domains.payments.own import queries, rules
from kameng.domains.payments.own.errors import (
    KeysOfTheMaster,
    KeysRefused,
    MasterCollects,
    NoOwnKeys,
    OtherAccount,
    OwnChannelNotAllowed,
    ProviderSilent,
)
from kameng.domains.payments.own.models import OwnChannelLeave, OwnChannelRow
from kameng.domains.payments.own.rules import STRIPE, Keys, OwnChannel, about
from kameng.kit import audit, clock, secrets
from kameng.kit.audit import Actor
from kameng.kit.calls import Call, CallRefused, CallUnknown
from tenants.database import session
from tenants.tree import Tenant

Accounts = tuple[str, str | None]
"""The account the keys lead to, and the master's, where that is known."""


def allow(tenant: Tenant, *, allowed: bool, actor: Actor, now: datetime) -> None:
    """The master gives a site leave to collect by itself, or takes it back: from then on its
    shoppers pay to the master again. Refuses MasterCollects."""
    if tenant.is_root:
        raise MasterCollects()
    before = queries.is_allowed(tenant)
    values = {"allowed": allowed, "updated_at": now, "updated_by": _by(actor)}
    session.execute(
        insert(OwnChannelLeave)
        .values(tenant_id=tenant.id, root_id=tenant.root_id, **values)
        .on_conflict_do_update(index_elements=["tenant_id"], set_=values)
    )
    session.expire_all()
    told = {"allowed": allowed}
    audit.record(tenant, actor, "own_channel.leave", "", before={"allowed": before}, after=told)


def connect(
    tenant: Tenant, keys: Keys, *, actor: Actor, channel: str = STRIPE
) -> Call[Accounts, OwnChannel]:
    """The call that tries a site's keys; they are stored when the provider takes them.

    Refuses MasterCollects, OwnChannelNotAllowed, PayeeNotVerified and what rules.check refuses;
    after the call KeysRefused, ProviderSilent, KeysOfTheMaster, OtherAccount.
    """
    _refuse_without_leave(tenant)
    masters = settings().stripe_secret_key
    checked = rules.check(keys, masters=masters, live_only=queries.live_only())
    own, master = queries.to(checked), _masters(channel)

    def send() -> Accounts:
        return own.account(), _account_of(master)

    def settle(answer: Accounts | CallRefused | CallUnknown) -> OwnChannel:
        return _connected(tenant, channel, checked, _taken(answer), actor, clock.now())

    return Call(send, settle)


def switch(
    tenant: Tenant, *, on: bool, actor: Actor, now: datetime, channel: str = STRIPE
) -> OwnChannel:
    """Collect by the site's own channel, or by the master's again. What was begun ends where it
    was begun. Refuses what `connect` refuses before its call, and NoOwnKeys."""
    if on:
        _refuse_without_leave(tenant)
    row = session.get(OwnChannelRow, (tenant.id, channel), with_for_update=True)
    if row is None:
        raise NoOwnKeys()
    before, row.is_on = row.is_on, on
    row.updated_at, row.updated_by = now, _by(actor)
    session.flush()
    told = {"on": on}
    audit.record(tenant, actor, "own_channel.switch", channel, before={"on": before}, after=told)
    return queries.facts(row)


def _refuse_without_leave(tenant: Tenant) -> None:
    if tenant.is_root:
        raise MasterCollects()
    if not queries.is_allowed(tenant):
        raise OwnChannelNotAllowed()
    if payees.verified(tenant) is None:
        raise PayeeNotVerified()


def _masters(channel: str) -> Gateway | None:
    try:
        return gateways.of(channel)
    except ChannelOff:
        return None


def _account_of(master: Gateway | None) -> str | None:
    """The master's account; one that does not say is simply not known."""
    try:
        return master.account() if master else None
    except (CallRefused, CallUnknown):
        return None


def _taken(answer: Accounts | CallRefused | CallUnknown) -> str:
    """The account of keys the provider took."""
    if isinstance(answer, CallRefused):
        raise KeysRefused(why=type(answer.__cause__).__name__)
    if isinstance(answer, CallUnknown):
        raise ProviderSilent()
    account, masters = answer
    if account == masters:
        raise KeysOfTheMaster()
    return account


def _connected(
    tenant: Tenant, channel: str, keys: Keys, account: str, actor: Actor, now: datetime
) -> OwnChannel:
    """Store keys that work. Those of another account are refused once money may have come in: a
    page that is being prepared on the account before holds its row."""
    _refuse_without_leave(tenant)
    session.get(OwnChannelRow, (tenant.id, channel), with_for_update=True, populate_existing=True)
    known = queries.of(tenant, channel)
    if known and known.account != account and queries.has_collected(tenant, channel):
        raise OtherAccount(account=known.account)
    sealer = secrets.sealer(tenant.id)
    values = {
        "secret_sealed": sealer.seal(keys.secret, about(channel, "secret")),
        "hook_sealed": sealer.seal(keys.hook, about(channel, "hook")),
        "hint": keys.hint,
        "account": account,
        "live": keys.is_live,
        "tested_at": now,
        "updated_at": now,
        "updated_by": _by(actor),
    }
    new = {"tenant_id": tenant.id, "root_id": tenant.root_id, "channel": channel, "is_on": False}
    session.execute(
        insert(OwnChannelRow)
        .values({**new, **values})
        .on_conflict_do_update(index_elements=["tenant_id", "channel"], set_=values)
    )
    session.expire_all()
    told = {"account": account, "key": keys.hint}
    audit.record(tenant, actor, "own_channel.keys", channel, after=told)
    _tell(tenant, keys, account, actor, now)
    found = queries.of(tenant, channel)
    assert found
    return found


def _tell(tenant: Tenant, keys: Keys, account: str, actor: Actor, now: datetime) -> None:
    """Whoever puts other keys here leads the shop's money elsewhere: the site's people who hold the
    keys are told, and so is the master."""
    facts = {"hint": keys.hint, "account": account, "who": actor.name}
    key = f"{now.isoformat()}:{keys.hint}"
    notifications.notify(tenant, Kind.OWN_KEYS, facts, key=key, now=now, page="/collecting")
    notifications.notify(
        tenant,
        Kind.OWN_KEYS_BELOW,
        {**facts, "site": tenant.name},
        key=f"{tenant.id}:{key}",
        now=now,
        page=f"/sites/{tenant.id}",
        site=tenant.root_id,
    )


def _by(actor: Actor) -> str:
    return f"{actor.kind}:{actor.id}"[:80]
