"""One-time codes (RFC 6238): enrol, confirm, verify, each code once. Inside `shared()`."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pyotp

from kameng.domains.accounts import attempts, rules
from kameng.domains.accounts.errors import CodeRefused, SecondFactorOn
from kameng.domains.accounts.staff import rows
from kameng.domains.accounts.staff.models import Staff
from kameng.kit import secrets
from tenants.database import session

PLATFORM = 0
ISSUER = "Kameng"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Shown once: the secret in base32 and the otpauth:// address for a QR code."""

    secret: str
    uri: str


def enrol(staff_id: UUID) -> Enrolment:
    """A fresh secret that counts only once confirmed. Refuses SecondFactorOn."""
    row = rows.locked(staff_id)
    if row.totp_on:
        raise SecondFactorOn()
    secret = pyotp.random_base32()
    row.totp_secret = secrets.encrypt(PLATFORM, secret, _about(staff_id))
    row.totp_step = None
    session.flush()
    return _enrolment(row, secret)


def pending(staff_id: UUID) -> Enrolment | None:
    """The enrolment begun and not yet confirmed, so that a reload shows the same QR code."""
    row = rows.locked(staff_id)
    if row.totp_on or row.totp_secret is None:
        return None
    return _enrolment(row, _secret(row))


def confirm(staff_id: UUID, code: str, *, now: datetime) -> None:
    """Put the enrolled secret in force with its first code. Refuses CodeRefused."""
    row = rows.locked(staff_id)
    if row.totp_on:
        raise SecondFactorOn()
    _spend(row, code, now=now)
    row.totp_on = True
    session.flush()


def verify(staff_id: UUID, code: str, *, now: datetime) -> None:
    """Accept a code once. Refuses CodeRefused (wrong, old or used) and TooManyAttempts."""
    attempts.refuse_if_many(PLATFORM, "code", str(staff_id))
    row = rows.locked(staff_id)
    if not row.totp_on:
        raise CodeRefused()
    _spend(row, code, now=now)
    attempts.forget(PLATFORM, "code", str(staff_id))
    session.flush()


def switch_off(staff_id: UUID) -> None:
    """Forget the second factor and end every session (a lost phone, by an operator's act)."""
    row = rows.locked(staff_id)
    row.totp_on, row.totp_secret, row.totp_step = False, None, None
    row.epoch += 1
    session.flush()


def _spend(row: Staff, code: str, *, now: datetime) -> None:
    if row.totp_secret is None:
        raise CodeRefused()
    totp = pyotp.TOTP(_secret(row))
    plain = "".join(code.split())
    for step in rules.steps_accepted(int(now.timestamp()), row.totp_step):
        right = totp.generate_otp(step)
        if hmac.compare_digest(right.encode(), plain.encode()):
            row.totp_step = step
            return
    attempts.failed(PLATFORM, "code", str(row.id))
    raise CodeRefused()


def _secret(row: Staff) -> str:
    if row.totp_secret is None:
        raise CodeRefused()
    return secrets.decrypt(PLATFORM, row.totp_secret, _about(row.id))


def _enrolment(row: Staff, secret: str) -> Enrolment:
    uri = pyotp.TOTP(secret).provisioning_uri(name=row.login, issuer_name=ISSUER)
    return Enrolment(secret, uri)


def _about(staff_id: UUID) -> str:
    return f"totp:{staff_id}"
