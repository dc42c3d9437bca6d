"""The verbs on staff accounts: open, sign in, freeze, grant. Inside `shared()`."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from kameng.domains.accounts import attempts, passwords, rules
from kameng.domains.accounts.errors import (
    AccountFrozen,
    CodeNeeded,
    LoginTaken,
    SignInRefused,
)
from kameng.domains.accounts.passwords import hash_password
from kameng.domains.accounts.staff import queries, rows, second_factor
from kameng.domains.accounts.staff.models import Staff, StaffGrant
from kameng.domains.accounts.staff.queries import ACTIVE, FROZEN, StaffFacts
from kameng.kit import ids
from tenants.database import session

__all__ = [
    "StaffFacts",
    "confirm_totp",
    "end_sessions",
    "enrol_totp",
    "freeze",
    "grant",
    "hash_password",
    "open_account",
    "pending_totp",
    "revoke",
    "set_password",
    "sign_in",
    "switch_totp_off",
    "unfreeze",
    "verify_totp",
]

enrol_totp = second_factor.enrol
pending_totp = second_factor.pending
confirm_totp = second_factor.confirm
verify_totp = second_factor.verify
switch_totp_off = second_factor.switch_off

PLATFORM = 0
"""Staff belong to no site: their attempts and keys are kept under the platform's number."""


def open_account(
    *,
    login: str,
    password_hash: str,
    name: str,
    email: str | None = None,
    phone: str | None = None,
    staff_id: UUID | None = None,
    now: datetime,
) -> StaffFacts:
    """Open an account; the same `staff_id` again returns the first. Refuses BadLogin, LoginTaken.

    `password_hash` comes from `passwords.hash_password`, made before the transaction began.
    """
    row = {
        "id": staff_id or ids.uuid7(),
        "login": rules.login(login),
        "name": name.strip()[:40] or login,
        "email": rules.email(email) if email else None,
        "phone": rules.phone(phone) if phone else None,
        "password_hash": password_hash,
        "totp_on": False,
        "state": ACTIVE,
        "epoch": 1,
        "created_at": now,
    }
    query = insert(Staff).values(row).on_conflict_do_nothing().returning(Staff)
    opened = session.scalar(query) or session.get(Staff, row["id"])
    if opened is None or opened.login != row["login"]:
        raise LoginTaken(login=row["login"])
    return queries.facts(opened)


def sign_in(login: str, password: str, code: str | None, *, now: datetime) -> StaffFacts:
    """Check both factors.

    Refuses SignInRefused (unknown and wrong alike, in equal time), TooManyAttempts; and only
    after a right password AccountFrozen, CodeNeeded(staff_id), CodeRefused.
    """
    name = login.strip().lower()
    attempts.refuse_if_many(PLATFORM, "staff", name)
    row = session.scalar(select(Staff).where(Staff.login == name))
    if not passwords.matches(row.password_hash if row else None, password) or row is None:
        attempts.failed(PLATFORM, "staff", name)
        raise SignInRefused()
    if row.state != ACTIVE:
        raise AccountFrozen()
    if row.totp_on and code is None:
        raise CodeNeeded(staff_id=row.id)
    if row.totp_on and code is not None:
        second_factor.verify(row.id, code, now=now)
    return _signed_in(row, password, now=now)


def _signed_in(row: Staff, password: str, *, now: datetime) -> StaffFacts:
    attempts.forget(PLATFORM, "staff", row.login)
    if passwords.is_outdated(row.password_hash):
        row.password_hash = passwords.hash_password(password)
    row.last_seen_at = now
    session.flush()
    return queries.facts(row)


def set_password(staff_id: UUID, password: str) -> StaffFacts:
    """Replace the password and end every session. Refuses WeakPassword, NoSuchStaff."""
    row = rows.locked(staff_id)
    row.password_hash = passwords.hash_password(password, not_like=(row.login,))
    return _end(row)


def freeze(staff_id: UUID) -> StaffFacts:
    """Refuse the account from now on; its sessions end at their next request."""
    row = rows.locked(staff_id)
    row.state = FROZEN
    return _end(row)


def unfreeze(staff_id: UUID) -> StaffFacts:
    """Let the account sign in again."""
    row = rows.locked(staff_id)
    row.state = ACTIVE
    session.flush()
    return queries.facts(row)


def end_sessions(staff_id: UUID) -> StaffFacts:
    """Sign the person out everywhere."""
    return _end(rows.locked(staff_id))


def grant(
    staff_id: UUID, tenant_id: int, role: str, *, granted_by: UUID | None = None, now: datetime
) -> None:
    """Give a role on a site; twice is once."""
    row = {
        "staff_id": staff_id,
        "tenant_id": tenant_id,
        "role": role,
        "granted_by": granted_by,
        "created_at": now,
    }
    session.execute(insert(StaffGrant).values(row).on_conflict_do_nothing())


def revoke(staff_id: UUID, tenant_id: int, role: str) -> None:
    """Take a role away; it holds at the next request."""
    session.execute(
        delete(StaffGrant).where(
            StaffGrant.staff_id == staff_id,
            StaffGrant.tenant_id == tenant_id,
            StaffGrant.role == role,
        )
    )


def _end(row: Staff) -> StaffFacts:
    row.epoch += 1
    session.flush()
    return queries.facts(row)
