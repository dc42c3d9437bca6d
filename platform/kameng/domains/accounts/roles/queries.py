"""Reads of a site's own roles; inside `shared()`."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from kameng.domains.accounts.roles.models import StaffRole
from tenants.database import session


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """One own role of a site."""

    code: str
    name: str
    permissions: frozenset[str]
    version: int


def facts(row: StaffRole) -> RoleFacts:
    """The public side of a row."""
    return RoleFacts(row.code, row.name, frozenset(row.permissions), row.version)


def own_roles(tenant_id: int) -> list[RoleFacts]:
    """The roles a site made for itself, by name."""
    query = select(StaffRole).where(StaffRole.tenant_id == tenant_id).order_by(StaffRole.name)
    return [facts(row) for row in session.scalars(query)]
