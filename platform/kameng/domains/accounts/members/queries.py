"""Reads of a site's members; inside `use(tenant)`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, bindparam, func, or_, select

from kameng.domains.accounts.members.models import Member, MemberConsent
from kameng.domains.accounts.members.tiers import queries as tiers
from tenants.database import session
from tenants.tree import Tenant

ACTIVE = "active"
FROZEN = "frozen"
_MEMBERS = Member.__table__
_BY_ID = select(*_MEMBERS.c).where(_MEMBERS.c.id == bindparam("wanted"))
"""Asked by every request of a signed-in member: made once, and without the ORM."""


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """What others may know of a member. `contact` is the e-mail address or else the phone."""

    id: UUID
    name: str
    contact: str
    email: str | None
    phone: str | None
    state: str
    epoch: int
    created_at: datetime
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class MemberPage:
    """One page of a list, and how many there are in all."""

    members: list[MemberFacts]
    total: int


def facts(row: Member | Row[Any]) -> MemberFacts:
    """The public side of a row."""
    return MemberFacts(
        id=row.id,
        name=row.name,
        contact=row.email or row.phone or "",
        email=row.email,
        phone=row.phone,
        state=row.state,
        epoch=row.epoch,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
    )


def by_id(tenant: Tenant, member_id: UUID) -> MemberFacts | None:
    """The member of this site with this id, frozen ones too."""
    row = session.execute(_BY_ID, {"wanted": member_id}).first()
    return facts(row) if row else None


def by_ids(tenant: Tenant, member_ids: list[UUID]) -> dict[UUID, MemberFacts]:
    """The members with these ids, by id, in one query."""
    rows = session.scalars(select(Member).where(Member.id.in_(member_ids)))
    return {row.id: facts(row) for row in rows}


def current(tenant: Tenant, member_id: UUID, epoch: int) -> MemberFacts | None:
    """The member of a session, or None when frozen or when the sessions were ended."""
    found = by_id(tenant, member_id)
    return found if found and found.state == ACTIVE and found.epoch == epoch else None


def is_frozen(tenant: Tenant, member_id: UUID) -> bool:
    """Whether the site has frozen this member."""
    found = by_id(tenant, member_id)
    return found is not None and found.state == FROZEN


def page(
    tenant: Tenant,
    *,
    search: str = "",
    state: str | None = None,
    tier_id: UUID | None = None,
    page: int = 1,
    size: int = 50,
) -> MemberPage:
    """Members by newest first; `search` is part of a name, an e-mail address or a phone."""
    wanted = _wanted(search, state)
    if tier_id is not None:
        wanted.append(Member.id.in_(tiers.holders(tenant.id, tier_id)))
    total = session.scalar(select(func.count()).select_from(Member).where(*wanted)) or 0
    query = (
        select(Member)
        .where(*wanted)
        .order_by(Member.id.desc())
        .limit(size)
        .offset((max(page, 1) - 1) * size)
    )
    return MemberPage([facts(row) for row in session.scalars(query)], total)


def consents(tenant: Tenant, member_id: UUID) -> list[tuple[str, str, datetime]]:
    """What the member agreed to: (purpose, version, when), oldest first."""
    query = (
        select(MemberConsent.purpose, MemberConsent.version, MemberConsent.given_at)
        .where(MemberConsent.member_id == member_id)
        .order_by(MemberConsent.given_at, MemberConsent.purpose)
    )
    return [(purpose, version, at) for purpose, version, at in session.execute(query)]


def _wanted(search: str, state: str | None) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if state:
        wanted.append(Member.state == state)
    if search.strip():
        part = search.strip().lower()
        columns = (Member.email, Member.phone, func.lower(Member.name))
        wanted.append(or_(*(column.contains(part, autoescape=True) for column in columns)))
    return wanted
