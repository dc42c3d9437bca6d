"""A forgotten password: a mailed link that works once, for thirty minutes. Inside `use`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update

from kameng.domains.accounts import passwords, rules
from kameng.domains.accounts.errors import BadContact, ResetRefused
from kameng.domains.accounts.members import queries, rows
from kameng.domains.accounts.members.models import Member, MemberToken
from kameng.domains.accounts.members.queries import ACTIVE, MemberFacts
from kameng.kit import ids
from tenants.database import session
from tenants.tree import Tenant

LASTS = timedelta(minutes=rules.RESET_MINUTES)


@dataclass(frozen=True, slots=True)
class Reset:
    """A fresh link: whom to mail and the token, which is stored nowhere."""

    member_id: UUID
    email: str
    token: str


def issue(tenant: Tenant, address: str, *, now: datetime) -> Reset | None:
    """A link for the active member with this e-mail address, None for anyone else.

    Older unused links of the member end. Runs in a job, so that asking takes the same time
    and gives the same answer for every address.
    """
    member = _by_email(address)
    if member is None or member.email is None or member.state != ACTIVE:
        return None
    _end_links(member.id, now=now)
    token = ids.token()
    session.add(MemberToken(digest=_digest(token), member_id=member.id, expires_at=now + LASTS))
    session.flush()
    return Reset(member.id, member.email, token)


def is_good(tenant: Tenant, token: str, *, now: datetime) -> bool:
    """Whether the link would still be accepted; the page asks before it shows the form."""
    row = session.get(MemberToken, _digest(token))
    return row is not None and row.used_at is None and row.expires_at > now


def reset(tenant: Tenant, token: str, password: str, *, now: datetime) -> MemberFacts:
    """Set a new password and end every session. Refuses ResetRefused, WeakPassword."""
    used = session.scalar(
        update(MemberToken)
        .where(
            MemberToken.digest == _digest(token),
            MemberToken.used_at.is_(None),
            MemberToken.expires_at > now,
        )
        .values(used_at=now)
        .returning(MemberToken.member_id)
    )
    if used is None:
        raise ResetRefused()
    member = rows.locked(used)
    if member.state != ACTIVE:
        raise ResetRefused()
    own = (member.email or "", member.phone or "")
    member.password_hash = passwords.hash_password(password, not_like=own)
    member.epoch += 1
    session.flush()
    return queries.facts(member)


def _by_email(address: str) -> Member | None:
    try:
        plain = rules.email(address)
    except BadContact:
        return None
    return session.scalar(select(Member).where(Member.email == plain))


def _end_links(member_id: UUID, *, now: datetime) -> None:
    session.execute(
        update(MemberToken)
        .where(MemberToken.member_id == member_id, MemberToken.used_at.is_(None))
        .values(used_at=now)
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
