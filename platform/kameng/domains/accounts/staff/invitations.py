"""The first password of an owner for whom somebody else opened a site: by a mailed link, once.

Nobody knows a password of such an account before its owner has set one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select, text, update

from kameng.domains.accounts.errors import InvitationRefused
from kameng.domains.accounts.passwords import UNSET, hash_password
from kameng.domains.accounts.staff import queries, rows
from kameng.domains.accounts.staff.models import StaffToken
from kameng.domains.accounts.staff.queries import ACTIVE, StaffFacts
from kameng.kit import ids
from tenants.database import session
from tenants.tree import Tenant

LASTS = timedelta(days=3)
_INVITE = text("SELECT login, name, email FROM shared.owner_invited(:staff, :digest, :now, :until)")


@dataclass(frozen=True, slots=True)
class Invitation:
    """A fresh link: whom to mail and the token, which is stored nowhere."""

    login: str
    name: str
    email: str
    token: str


def issue(tenant: Tenant, staff_id: UUID, *, now: datetime) -> Invitation | None:
    """A link for the owner of the bound site while no password is set, else None.

    Older links end. Inside `use(tenant)`: the database checks whose site it is.
    """
    token = ids.token()
    asked = {"staff": staff_id, "digest": _digest(token), "now": now, "until": now + LASTS}
    row = session.execute(_INVITE, asked).one()
    return Invitation(row.login, row.name, row.email, token) if row.email else None


def guest(token: str, *, now: datetime) -> StaffFacts | None:
    """Whose link it is while it would be accepted; inside `shared()`."""
    found = session.scalar(select(StaffToken.staff_id).where(*_good(token, now)))
    return queries.by_id(found) if found else None


def accept(token: str, password: str, *, now: datetime) -> StaffFacts:
    """Set the first password. Inside `shared()`. Refuses InvitationRefused, WeakPassword."""
    staff_id = session.scalar(
        update(StaffToken)
        .where(*_good(token, now))
        .values(used_at=now)
        .returning(StaffToken.staff_id)
    )
    if staff_id is None:
        raise InvitationRefused()
    row = rows.locked(staff_id)
    if row.password_hash != UNSET or row.state != ACTIVE:
        raise InvitationRefused()
    row.password_hash = hash_password(password, not_like=(row.login, row.email or ""))
    row.epoch += 1
    session.flush()
    return queries.facts(row)


def _good(token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        StaffToken.digest == _digest(token),
        StaffToken.used_at.is_(None),
        StaffToken.expires_at > now,
    )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
