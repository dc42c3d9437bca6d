"""Reads of staff accounts and grants; all inside `shared()`."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from kameng.domains.accounts.staff.models import Staff, StaffGrant
from tenants.database import session

ACTIVE = "active"
FROZEN = "frozen"


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
class Grant:
    """One person's role on one site."""

    tenant_id: int
    role: str


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
    """Every site the person may enter, with the role there."""
    query = (
        select(StaffGrant.tenant_id, StaffGrant.role)
        .where(StaffGrant.staff_id == staff_id)
        .order_by(StaffGrant.tenant_id, StaffGrant.role)
    )
    return [Grant(tenant_id, role) for tenant_id, role in session.execute(query)]


def staff_of(tenant_id: int) -> list[tuple[StaffFacts, str]]:
    """Everyone with a grant on a site, with the role, oldest first."""
    query = (
        select(Staff, StaffGrant.role)
        .join(StaffGrant, StaffGrant.staff_id == Staff.id)
        .where(StaffGrant.tenant_id == tenant_id)
        .order_by(StaffGrant.created_at, Staff.id)
    )
    return [(facts(row), role) for row, role in session.execute(query)]
