"""The verbs of payout accounts: bind, remove, verify, refuse, and look at one as a whole.

Inside `use(site)`, like the payee's. An account is in the payee's name by construction: nobody
types a holder.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from kameng.domains.notifications import service as notifications
from kameng.domains.notifications.kinds import Kind as Notice
from kameng.domains.payees import queries as payees
from kameng.domains.payees import rules as papers
from kameng.domains.payees.accounts import queries, rules
from kameng.domains.payees.accounts.errors import (
    CheckedByProvider,
    NoSuchPayoutAccount,
    PayoutAccountMoved,
    PayoutAccountThere,
    TooManyPayoutAccounts,
)
from kameng.domains.payees.accounts.events import MemberAccountMoved
from kameng.domains.payees.accounts.models import PayoutAccount
from kameng.domains.payees.accounts.queries import AccountFacts
from kameng.domains.payees.accounts.rules import Details, Method
from kameng.domains.payees.errors import PayeeMissing, PayeeNotVerified
from kameng.domains.payees.rules import HOUSE, MEMBER, Owner, State
from kameng.domains.payees.service import PAGE, one_at_a_time, page_above
from kameng.kit import audit, ids, outbox, pictures, secrets
from kameng.kit.audit import Actor
from tenants.database import session
from tenants.tree import Tenant


@dataclass(frozen=True, slots=True)
class Whole:
    """An account with everything in it, for who pays or checks; `picture` is a JPEG or empty."""

    holder: str
    details: Details
    picture: bytes


def bind(
    tenant: Tenant,
    details: Details,
    picture: bytes = b"",
    *,
    owner: Owner = HOUSE,
    actor: Actor,
    now: datetime,
) -> AccountFacts:
    """Bind one more account in the payee's name; it waits to be checked.

    Refuses PayeeMissing, BadPayoutAccount, BadPicture, TooManyPayoutAccounts, PayoutAccountThere.
    """
    payee = payees.of(tenant, owner)
    if payee is None or payee.state is State.REFUSED:
        raise PayeeMissing()
    drawn = pictures.clean(picture) if picture else b""
    checked = rules.check(_with_picture(details, bool(drawn)))
    return store(tenant, checked, drawn, payee=payee, owner=owner, actor=actor, now=now)


def store(
    tenant: Tenant,
    checked: Details,
    drawn: bytes = b"",
    *,
    payee: payees.PayeeFacts,
    owner: Owner,
    actor: Actor,
    now: datetime,
) -> AccountFacts:
    """Keep what was checked; refuses TooManyPayoutAccounts, PayoutAccountThere."""
    one_at_a_time(tenant)
    plain = _plain(checked)
    digest = secrets.blind(tenant.id, plain + base64.b64encode(drawn).decode(), purpose="payout")
    _refuse_more(tenant, owner, digest)
    row = _row(tenant, owner, checked, payee, actor, now)
    row.digest = digest
    row.sealed = secrets.encrypt(tenant.id, plain, _about(row.id))
    row.picture_sealed = _sealed(tenant, drawn, row.id)
    session.add(row)
    session.flush()
    _note(tenant, actor, "payout_account.sent", row)
    facts, page = {"site": tenant.name, "account": row.hint}, page_above(tenant, owner, payee.id)
    notifications.notify(
        tenant,
        Notice.PAYOUT_ACCOUNT_SENT,
        facts,
        key=str(row.id),
        now=now,
        page=page,
        site=tenant.root_id,
    )
    _tell_member(tenant, row)
    return _told(tenant, row.id)


def remove(
    tenant: Tenant, account_id: UUID, *, owner: Owner = HOUSE, actor: Actor, now: datetime
) -> None:
    """Let an account go; withdrawals under way to it are the master's to finish or reject."""
    row = taken(tenant, account_id)
    if (row.owner_type, row.owner_id) != (owner.kind, owner.id):
        raise NoSuchPayoutAccount()
    row.removed_at = now
    session.flush()
    _note(tenant, actor, "payout_account.removed", row)


def verify(tenant: Tenant, account_id: UUID, *, actor: Actor, now: datetime) -> AccountFacts:
    """The account is the payee's own. Refuses PayeeNotVerified, PayoutAccountMoved, and
    CheckedByProvider, whose verb is `provided.confirm`."""
    row = taken(tenant, account_id)
    if row.method == Method.STRIPE:
        raise CheckedByProvider()
    payee = payees.verified(tenant, Owner(row.owner_type, row.owner_id))
    if payee is None or payee.legal_name != row.holder:
        raise PayeeNotVerified()
    if queries.account(tenant, account_id).stands:  # type: ignore[union-attr]
        raise PayoutAccountMoved()
    row.payee_version = payee.version
    return decide(tenant, row, State.VERIFIED, "", actor, now)


def refuse(
    tenant: Tenant, account_id: UUID, reason: str, *, actor: Actor, now: datetime
) -> AccountFacts:
    """It is not, or no longer. Refuses BadPayeeReason, PayoutAccountMoved."""
    said = papers.check_reason(reason)
    row = taken(tenant, account_id)
    if row.state == State.REFUSED:
        raise PayoutAccountMoved()
    return decide(tenant, row, State.REFUSED, said, actor, now)


def reveal(tenant: Tenant, account_id: UUID, *, actor: Actor) -> Whole:
    """Everything in an account, for who checks it or pays; the log says who looked."""
    row = session.get(PayoutAccount, account_id)
    if row is None or row.tenant_id != tenant.id:
        raise NoSuchPayoutAccount()
    audit.record(tenant, actor, "payout_account.looked_at", f"payout_account {row.id}")
    told = json.loads(secrets.decrypt(tenant.id, row.sealed, _about(row.id)))
    details = Details(Method(row.method), **told, has_picture=row.has_picture)
    return Whole(row.holder, details, _opened(tenant, row))


def _opened(tenant: Tenant, row: PayoutAccount) -> bytes:
    if row.picture_sealed is None:
        return b""
    return base64.b64decode(secrets.decrypt(tenant.id, row.picture_sealed, _pictured(row.id)))


def _sealed(tenant: Tenant, drawn: bytes, account_id: UUID) -> bytes | None:
    if not drawn:
        return None
    return secrets.encrypt(tenant.id, base64.b64encode(drawn).decode(), _pictured(account_id))


def _refuse_more(tenant: Tenant, owner: Owner, digest: bytes) -> None:
    mine = (
        PayoutAccount.tenant_id == tenant.id,
        PayoutAccount.owner_type == owner.kind,
        PayoutAccount.owner_id == owner.id,
        PayoutAccount.removed_at.is_(None),
    )
    same = func.count().filter(
        PayoutAccount.digest == digest, PayoutAccount.state != State.REFUSED.value
    )
    found = session.execute(select(func.count(), same).select_from(PayoutAccount).where(*mine))
    count, alike = found.one()
    if alike:
        raise PayoutAccountThere()
    if count >= rules.MOST:
        raise TooManyPayoutAccounts(most=rules.MOST)


def _row(
    tenant: Tenant,
    owner: Owner,
    details: Details,
    payee: payees.PayeeFacts,
    actor: Actor,
    now: datetime,
) -> PayoutAccount:
    return PayoutAccount(
        id=ids.uuid7(),
        tenant_id=tenant.id,
        root_id=tenant.root_id,
        owner_type=owner.kind,
        owner_id=owner.id,
        method=details.method.value,
        holder=payee.legal_name,
        hint=rules.hint(details),
        has_picture=details.has_picture,
        payee_version=payee.version,
        state=State.SENT.value,
        reason="",
        sent_at=now,
        sent_by=actor.name[:80],
    )


def decide(
    tenant: Tenant, row: PayoutAccount, state: State, reason: str, actor: Actor, now: datetime
) -> AccountFacts:
    """Write down what was found of an account, and tell the site."""
    row.state, row.reason = state.value, reason
    row.decided_at, row.decided_by = now, actor.name[:80]
    session.flush()
    _note(tenant, actor, f"payout_account.{state.value}", row)
    if row.owner_type == HOUSE.kind:
        good = state is State.VERIFIED
        kind = Notice.PAYOUT_ACCOUNT_VERIFIED if good else Notice.PAYOUT_ACCOUNT_REFUSED
        facts, key = {"account": row.hint, "reason": reason}, f"{row.id}:{now.isoformat()}"
        notifications.notify(tenant, kind, facts, key=key, now=now, page=PAGE)
    _tell_member(tenant, row)
    return _told(tenant, row.id)


def _tell_member(tenant: Tenant, row: PayoutAccount) -> None:
    if row.owner_type == MEMBER:
        outbox.announce(tenant, MemberAccountMoved(row.id, UUID(row.owner_id), row.state))


def taken(tenant: Tenant, account_id: UUID) -> PayoutAccount:
    """The row, locked; NoSuchPayoutAccount when it is not there or was removed."""
    mine = select(PayoutAccount).where(
        PayoutAccount.tenant_id == tenant.id, PayoutAccount.id == account_id
    )
    row = session.scalar(mine.with_for_update().execution_options(populate_existing=True))
    if row is None or row.removed_at is not None:
        raise NoSuchPayoutAccount()
    return row


def _told(tenant: Tenant, account_id: UUID) -> AccountFacts:
    found = queries.account(tenant, account_id)
    if found is None:
        raise NoSuchPayoutAccount()
    return found


def _with_picture(details: Details, has_picture: bool) -> Details:
    return Details(details.method, details.number, details.bank, details.branch, has_picture)


def _plain(details: Details) -> str:
    told = {"number": details.number, "bank": details.bank, "branch": details.branch}
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def _about(account_id: UUID) -> str:
    return f"payout-account:{account_id}"


def _pictured(account_id: UUID) -> str:
    return f"payout-picture:{account_id}"


def _note(tenant: Tenant, actor: Actor, act: str, row: PayoutAccount) -> None:
    told = {"method": row.method, "account": row.hint, "state": row.state, "reason": row.reason}
    audit.record(tenant, actor, act, f"payout_account {row.id}", after=told)
