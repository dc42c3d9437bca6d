"""Reads of staff accounts and grants; all inside `shared()`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from kameng.domains.accounts.passwords import UNSET
from kameng.domains.accounts.roles.models import StaffRole
from kameng.domains.accounts.roles.rules import OWNERS, held
from kameng.domains.accounts.staff.models import Staff, StaffGrant
from kameng.domains.accounts.staff.rules import STEWARD, Grant
from tenants.database import session
from tenants.tree import Tenant

ACTIVE = "active"
FROZEN = "frozen"
_OWN_ROLE = and_(StaffRole.tenant_id == StaffGrant.tenant_id, StaffRole.code == StaffGrant.role)


@dataclass(frozen=True, slots=True)
class StaffFacts:
    """What others may know of a staff account."""

    id: UUID
    login: str
    name: str
    email: str | None
    phone: str | None
    state: str
    epoch: int
    totp_on: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """A person of a site above who may be in this site until then."""

    person: StaffFacts
    via_id: int
    reason: str
    since: datetime
    until: datetime


def facts(row: Staff) -> StaffFacts:
    """The public side of a row."""
    return StaffFacts(
        row.id, row.login, row.name, row.email, row.phone, row.state, row.epoch, row.totp_on
    )


def by_id(staff_id: UUID) -> StaffFacts | None:
    """The account with this id, frozen ones too."""
    row = session.get(Staff, staff_id)
    return facts(row) if row else None


def by_login(login: str) -> StaffFacts | None:
    """The account with this login, in any case."""
    row = session.scalar(select(Staff).where(Staff.login == login.strip().lower()))
    return facts(row) if row else None


def login_taken(login: str) -> bool:
    """Whether an account has this login."""
    return by_login(login) is not None


def current(staff_id: UUID, epoch: int) -> StaffFacts | None:
    """The person of a session, or None when frozen or when the sessions were ended."""
    found = by_id(staff_id)
    return found if found and found.state == ACTIVE and found.epoch == epoch else None


def grants_of(staff_id: UUID) -> list[Grant]:
    """Every grant of the person, ended ones too; whether a steward's holds, rules.holds says."""
    query = (
        select(
            StaffGrant.tenant_id,
            StaffGrant.role,
            StaffGrant.expires_at,
            StaffGrant.reason,
            StaffGrant.via_id,
            StaffRole.name,
            StaffRole.permissions,
        )
        .outerjoin(StaffRole, _OWN_ROLE)
        .where(StaffGrant.staff_id == staff_id)
        .order_by(StaffGrant.tenant_id, StaffGrant.role)
    )
    return [Grant(*row[:6], own=frozenset(row[6] or ())) for row in session.execute(query)]


def staff_of(tenant_id: int) -> list[tuple[StaffFacts, str]]:
    """Everyone who belongs to a site, with the role (an own one by its name), oldest first;
    stewards only visit."""
    query = (
        select(Staff, func.coalesce(StaffRole.name, StaffGrant.role))
        .join(StaffGrant, StaffGrant.staff_id == Staff.id)
        .outerjoin(StaffRole, _OWN_ROLE)
        .where(StaffGrant.tenant_id == tenant_id, StaffGrant.role != STEWARD)
        .order_by(StaffGrant.created_at, Staff.id)
    )
    return [(facts(row), role) for row, role in session.execute(query)]


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who belongs to a site: the role's code and name, and whether a link still waits."""

    person: StaffFacts
    role: str
    title: str
    held: frozenset[str]
    since: datetime
    last_seen: datetime | None
    invited: bool


def colleagues(tenant: Tenant) -> list[Colleague]:
    """Everyone who belongs to a site, oldest first."""
    query = (
        select(Staff, StaffGrant, StaffRole)
        .join(StaffGrant, StaffGrant.staff_id == Staff.id)
        .outerjoin(StaffRole, _OWN_ROLE)
        .where(StaffGrant.tenant_id == tenant.id, StaffGrant.role != STEWARD)
        .order_by(StaffGrant.created_at, Staff.id)
    )
    return [_colleague(tenant, *row) for row in session.execute(query)]


def _colleague(tenant: Tenant, row: Staff, grant: StaffGrant, own: StaffRole | None) -> Colleague:
    return Colleague(
        person=facts(row),
        role=grant.role,
        title=own.name if own else grant.role,
        held=held(grant.role, own.permissions if own else (), root=tenant.is_root),
        since=grant.created_at,
        last_seen=row.last_seen_at,
        invited=row.password_hash == UNSET,
    )


def sites_with_staff_like(part: str, *, limit: int = 500) -> list[int]:
    """Sites whose people have a login or a name with this in it."""
    query = (
        select(StaffGrant.tenant_id)
        .join(Staff, Staff.id == StaffGrant.staff_id)
        .where(
            StaffGrant.role != STEWARD,
            or_(Staff.login.icontains(part, autoescape=True), Staff.name == part),
        )
        .distinct()
        .limit(limit)
    )
    return list(session.scalars(query))


def owners_of(tenant_ids: Iterable[int]) -> dict[int, str]:
    """The login of whoever opened each of these sites."""
    query = (
        select(StaffGrant.tenant_id, Staff.login)
        .join(Staff, Staff.id == StaffGrant.staff_id)
        .where(
            StaffGrant.tenant_id.in_(list(tenant_ids)),
            StaffGrant.granted_by.is_(None),
            StaffGrant.role != STEWARD,
        )
        .order_by(StaffGrant.created_at.desc())
    )
    return {row.tenant_id: row.login for row in session.execute(query)}


def invited(tenant_id: int) -> StaffFacts | None:
    """The owner of a site who has not set a password yet."""
    query = (
        select(Staff)
        .join(StaffGrant, StaffGrant.staff_id == Staff.id)
        .where(StaffGrant.tenant_id == tenant_id, Staff.password_hash == UNSET)
        .where(StaffGrant.role.in_(OWNERS))
        .limit(1)
    )
    row = session.scalar(query)
    return facts(row) if row else None


def stewards_of(tenant: Tenant, *, now: datetime) -> list[Visit]:
    """Who may be in a site for a while, the one who asked first first."""
    query = (
        select(Staff, StaffGrant)
        .join(StaffGrant, StaffGrant.staff_id == Staff.id)
        .where(StaffGrant.tenant_id == tenant.id, StaffGrant.role == STEWARD)
        .where(StaffGrant.expires_at > now)
        .order_by(StaffGrant.created_at, Staff.id)
    )
    found = [_visit(person, grant) for person, grant in session.execute(query)]
    return [visit for visit in found if visit.via_id in tenant.chain]


def _visit(person: Staff, grant: StaffGrant) -> Visit:
    return Visit(
        person=facts(person),
        via_id=grant.via_id or 0,
        reason=grant.reason or "",
        since=grant.created_at,
        until=grant.expires_at or grant.created_at,
    )
