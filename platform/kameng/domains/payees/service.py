"""The verbs of a payee: the site sends one, the master's finance verifies or refuses it.

Inside `use(site)`: the master decides bound to the site it decides about, as with its deposit.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, text

from kameng.domains.notifications import service as notifications
from kameng.domains.notifications.kinds import Kind as Notice
from kameng.domains.payees import queries, rules
from kameng.domains.payees.errors import (
    MasterNeedsNoPayee,
    NoSuchPayee,
    PayeeMoved,
    PayeeUnchanged,
)
from kameng.domains.payees.models import Payee
from kameng.domains.payees.queries import PayeeFacts
from kameng.domains.payees.rules import HOUSE, Draft, Owner, State
from kameng.kit import audit, ids, secrets
from kameng.kit.audit import Actor
from tenants.database import session
from tenants.tree import Tenant

PAGE, PAGE_ABOVE = "/payee", "/payees/{site}"
"""Where the site and where the master look at it, after /s/<slug>."""
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(20261124, :site)")


def send(
    tenant: Tenant, draft: Draft, *, owner: Owner = HOUSE, actor: Actor, now: datetime
) -> PayeeFacts:
    """Say who is paid; it waits for the master's word, and what stood before holds no more.

    Refuses BadLegalName, BadIdNumber, MasterNeedsNoPayee, PayeeUnchanged.
    """
    checked = rules.check(draft)
    if tenant.is_root and owner == HOUSE:
        raise MasterNeedsNoPayee()
    one_at_a_time(tenant)
    row = _locked(tenant, owner)
    before = queries.facts(row) if row else None
    if row is not None and before and before.is_verified and _same(tenant, row, checked):
        raise PayeeUnchanged()
    if row is None:
        row = _new(tenant, owner)
        session.add(row)
    _write(row, checked, actor, now)
    row.id_sealed = secrets.encrypt(tenant.id, checked.id_number, _about(row))
    session.flush()
    _note(tenant, actor, "payee.sent", row, before)
    facts = {"site": tenant.name}
    key, page = f"{row.id}:{row.version}", PAGE_ABOVE.format(site=tenant.id)
    notifications.notify(
        tenant, Notice.PAYEE_SENT, facts, key=key, now=now, page=page, site=tenant.root_id
    )
    return queries.facts(row)


def one_at_a_time(tenant: Tenant) -> None:
    """Until the end of the transaction nobody else sends a payee or binds an account here."""
    session.execute(_ONE_AT_A_TIME, {"site": tenant.id})


def verify(
    tenant: Tenant, seen: int, *, owner: Owner = HOUSE, actor: Actor, now: datetime
) -> PayeeFacts:
    """The papers fit the name. `seen` is the version that was looked at; else PayeeMoved."""
    row = _taken(tenant, owner, seen)
    if row.state != State.SENT:
        raise PayeeMoved()
    return _decide(tenant, row, State.VERIFIED, "", actor, now)


def refuse(
    tenant: Tenant, seen: int, reason: str, *, owner: Owner = HOUSE, actor: Actor, now: datetime
) -> PayeeFacts:
    """They do not fit, or no longer. Refuses BadPayeeReason, PayeeMoved."""
    said = rules.check_reason(reason)
    row = _taken(tenant, owner, seen)
    if row.state == State.REFUSED:
        raise PayeeMoved()
    return _decide(tenant, row, State.REFUSED, said, actor, now)


def reveal(tenant: Tenant, *, owner: Owner = HOUSE, actor: Actor) -> str:
    """The whole number, for who compares it with the papers; the log says who looked."""
    row = _locked(tenant, owner)
    if row is None:
        raise NoSuchPayee()
    audit.record(tenant, actor, "payee.looked_at", f"payee {row.id}")
    return secrets.decrypt(tenant.id, row.id_sealed, _about(row))


def _decide(
    tenant: Tenant, row: Payee, state: State, reason: str, actor: Actor, now: datetime
) -> PayeeFacts:
    before = queries.facts(row)
    row.state, row.reason, row.version = state.value, reason, row.version + 1
    row.decided_at, row.decided_by = now, actor.name[:80]
    session.flush()
    _note(tenant, actor, f"payee.{state.value}", row, before)
    if row.owner_type == HOUSE.kind:
        kind = Notice.PAYEE_VERIFIED if state is State.VERIFIED else Notice.PAYEE_REFUSED
        facts = {"name": row.legal_name, "reason": reason}
        notifications.notify(tenant, kind, facts, key=f"{row.id}:{row.version}", now=now, page=PAGE)
    return queries.facts(row)


def _new(tenant: Tenant, owner: Owner) -> Payee:
    return Payee(
        id=ids.uuid7(),
        tenant_id=tenant.id,
        root_id=tenant.root_id,
        owner_type=owner.kind,
        owner_id=owner.id,
        version=0,
    )


def _write(row: Payee, draft: Draft, actor: Actor, now: datetime) -> None:
    row.kind, row.legal_name = draft.kind.value, draft.legal_name
    row.id_hint = rules.masked(draft.id_number)
    row.state, row.reason, row.version = State.SENT.value, "", row.version + 1
    row.sent_at, row.sent_by = now, actor.name[:80]
    row.decided_at = row.decided_by = None


def _same(tenant: Tenant, row: Payee, draft: Draft) -> bool:
    stands = secrets.decrypt(tenant.id, row.id_sealed, _about(row))
    return (row.kind, row.legal_name, stands) == (draft.kind, draft.legal_name, draft.id_number)


def _locked(tenant: Tenant, owner: Owner) -> Payee | None:
    mine = select(Payee).where(
        Payee.tenant_id == tenant.id,
        Payee.owner_type == owner.kind,
        Payee.owner_id == owner.id,
    )
    return session.scalar(mine.with_for_update().execution_options(populate_existing=True))


def _taken(tenant: Tenant, owner: Owner, seen: int) -> Payee:
    row = _locked(tenant, owner)
    if row is None:
        raise NoSuchPayee()
    if row.version != seen:
        raise PayeeMoved()
    return row


def _about(row: Payee) -> str:
    return f"payee:{row.id}"


def _note(tenant: Tenant, actor: Actor, act: str, row: Payee, before: PayeeFacts | None) -> None:
    old = {"payee": before.legal_name, "state": before.state.value} if before else None
    new = {"payee": row.legal_name, "state": row.state, "reason": row.reason}
    audit.record(tenant, actor, act, f"payee {row.id}", before=old, after=new)
