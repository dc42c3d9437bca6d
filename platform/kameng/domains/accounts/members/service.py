"""The verbs on members: sign up, sign in, reset, freeze. Inside `use(tenant)`."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert

from kameng.domains.accounts import attempts, passwords, rules
from kameng.domains.accounts.errors import (
    AccountFrozen,
    BadContact,
    ContactTaken,
    SignInRefused,
)
from kameng.domains.accounts.members import queries, rows
from kameng.domains.accounts.members.models import Member, MemberConsent
from kameng.domains.accounts.members.queries import ACTIVE, FROZEN, MemberFacts
from kameng.domains.accounts.members.reset import Reset, is_good, issue, reset
from kameng.domains.accounts.rules import Consent, Contact
from kameng.kit import audit, ids
from kameng.kit.audit import Actor
from tenants.database import session
from tenants.tree import Tenant

__all__ = [
    "Consent",
    "MemberFacts",
    "Reset",
    "agree",
    "freeze",
    "issue_reset",
    "reset",
    "reset_is_good",
    "sign_in",
    "sign_up",
    "unfreeze",
]

issue_reset = issue
reset_is_good = is_good
OF_AGE = "of_age"
TERMS = "terms"


def sign_up(
    tenant: Tenant, *, contact: str, password: str, name: str = "", consent: Consent, now: datetime
) -> MemberFacts:
    """Register a shopper with an e-mail address or a phone number.

    Refuses BadContact, WeakPassword, ConsentMissing, TooYoung, ContactTaken.
    """
    rules.check_consent(consent)
    reached = rules.contact(contact)
    row = {
        "id": ids.uuid7(),
        reached.kind: reached.value,
        "name": name.strip()[:40] or _name_from(reached),
        "password_hash": passwords.hash_password(password, not_like=(reached.value,)),
        "state": ACTIVE,
        "epoch": 1,
        "created_at": now,
        "last_seen_at": now,
    }
    query = insert(Member).values(row).on_conflict_do_nothing().returning(Member)
    member = session.scalar(query)
    if member is None:
        raise ContactTaken(kind=reached.kind)
    _keep_consent(member.id, consent, now=now)
    return queries.facts(member)


def _name_from(contact: Contact) -> str:
    """A name that shows no more of the contact than its owner would: kim, or ···1234."""
    if contact.kind == "email":
        return contact.value.split("@")[0][:40]
    return "···" + contact.value[-4:]


def _keep_consent(member_id: UUID, consent: Consent, *, now: datetime) -> None:
    rows = [
        {"member_id": member_id, "purpose": purpose, "version": version, "given_at": now}
        for purpose, version in (
            (TERMS, consent.terms_version),
            (OF_AGE, f"{rules.LEAST_AGE}+"),
        )
    ]
    session.execute(insert(MemberConsent).values(rows).on_conflict_do_nothing())


def agree(tenant: Tenant, member_id: UUID, purpose: str, version: str, *, now: datetime) -> None:
    """Keep that a member agreed to a purpose in a version of its text; a second time is the
    first."""
    row = {"member_id": member_id, "purpose": purpose, "version": version, "given_at": now}
    session.execute(insert(MemberConsent).values(row).on_conflict_do_nothing())


def sign_in(tenant: Tenant, contact: str, password: str, *, now: datetime) -> MemberFacts:
    """Check a password.

    Refuses SignInRefused (unknown, malformed and wrong alike, in equal time), TooManyAttempts;
    AccountFrozen only after a right password.
    """
    name = _plain(contact)
    attempts.refuse_if_many(tenant.id, "member", name)
    row = session.scalar(select(Member).where(or_(Member.email == name, Member.phone == name)))
    if not passwords.matches(row.password_hash if row else None, password) or row is None:
        attempts.failed(tenant.id, "member", name)
        raise SignInRefused()
    if row.state != ACTIVE:
        raise AccountFrozen()
    attempts.forget(tenant.id, "member", name)
    if passwords.is_outdated(row.password_hash):
        row.password_hash = passwords.hash_password(password)
    row.last_seen_at = now
    session.flush()
    return queries.facts(row)


def _plain(contact: str) -> str:
    try:
        return rules.contact(contact).value
    except BadContact:
        return contact.strip().lower()[:254]


def freeze(
    tenant: Tenant, member_id: UUID, *, actor: Actor, reason: str = "", now: datetime
) -> MemberFacts:
    """Refuse the member from now on; sessions end at their next request. Audited."""
    row = rows.locked(member_id)
    if row.state != FROZEN:
        _move(tenant, row, FROZEN, actor=actor, reason=reason)
    return queries.facts(row)


def unfreeze(
    tenant: Tenant, member_id: UUID, *, actor: Actor, reason: str = "", now: datetime
) -> MemberFacts:
    """Let the member sign in again. Audited."""
    row = rows.locked(member_id)
    if row.state == FROZEN:
        _move(tenant, row, ACTIVE, actor=actor, reason=reason)
    return queries.facts(row)


def _move(tenant: Tenant, row: Member, state: str, *, actor: Actor, reason: str) -> None:
    before = {"state": row.state}
    row.state, row.epoch = state, row.epoch + 1
    session.flush()
    audit.record(
        tenant,
        actor,
        f"member.{'freeze' if state == FROZEN else 'unfreeze'}",
        str(row.id),
        before=before,
        after={"state": state, "reason": reason[:200]},
    )
