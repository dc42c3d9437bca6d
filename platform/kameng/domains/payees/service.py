"""The verbs of a payee: the site sends one, the master's finance verifies or refuses it.

Inside `use(site)`: the master decides bound to the site it decides about, as with its deposit.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text

from kameng.domains.notifications import service as notifications
from kameng.domains.notifications.kinds import Kind as Notice
from kameng.domains.payees import members, queries, rules
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

PAGE, PAGE_ABOVE, PROMOTER_ABOVE = "/payee", "/payees/{site}", "/payees/{site}/{payee}"
"""Where the site and where the master look at it, after /s/<slug>."""
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(20261124, :site)")


def send(
    tenant: Tenant, draft: Draft, *, owner: Owner = HOUSE, actor: Actor, now: datetime
) -> PayeeFacts:
    """Say who is paid; it waits for the master's word, and what stood before holds no more.

    Refuses BadLegalName, BadIdNumber, PayeeTooYoung, MasterNeedsNoPayee, PayeeUnchanged,
    PapersTaken; of members PayoutConsentMissing.
    """
    checked = rules.check(draft)
    rules.check_age(checked, now.date())
    if tenant.is_root and owner == HOUSE:
        raise MasterNeedsNoPayee()
    members.refuse_unconsented(tenant, owner)
    one_at_a_time(tenant)
    digest = secrets.blind(tenant.id, checked.id_number, purpose="papers")
    members.refuse_taken(tenant, owner, digest)
    row = _locked(tenant, owner)
    before = queries.facts(row) if row else None
    if row is not None and before and before.is_verified and _same(tenant, row, checked):
        raise PayeeUnchanged()
    if row is None:
        row = _new(tenant, owner)
        session.add(row)
    _write(row, checked, actor, now)
    row.id_sealed, row.digest = secrets.encrypt(tenant.id, checked.id_number, _about(row)), digest
    session.flush()
    _note(tenant, actor, "payee.sent", row, before)
    _tell_above(tenant, row, now)
    members.payee_moved(tenant, row)
    return queries.facts(row)


def page_above(tenant: Tenant, owner: Owner, payee_id: UUID) -> str:
    """Where the master looks at a payee, after /s/<slug>: each promoter's on a page of its own."""
    page = PAGE_ABOVE if owner == HOUSE else PROMOTER_ABOVE
    return page.format(site=tenant.id, payee=payee_id)


def one_at_a_time(tenant: Tenant) -> None:
    """Until the end of the transaction nobody else sends a payee or binds an account here."""
    session.execute(_ONE_AT_A_TIME, {"site": tenant.id})


def verify(
    tenant: Tenant, seen: int, *, owner: Owner = HOUSE, actor: Actor, now: datetime
) -> PayeeFacts:
    """The papers fit the name. `seen` is the version that was looked at; else PayeeMoved. Refuses
    PapersTaken."""
    row = _taken(tenant, owner, seen)
    if row.state != State.SENT:
        raise PayeeMoved()
    members.refuse_taken(tenant, owner, row.digest)
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
    members.payee_moved(tenant, row)
    return queries.facts(row)


def _tell_above(tenant: Tenant, row: Payee, now: datetime) -> None:
    facts, key = {"site": tenant.name}, f"{row.id}:{row.version}"
    page = page_above(tenant, Owner(row.owner_type, row.owner_id), row.id)
    notifications.notify(
        tenant, Notice.PAYEE_SENT, facts, key=key, now=now, page=page, site=tenant.root_id
    )


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
