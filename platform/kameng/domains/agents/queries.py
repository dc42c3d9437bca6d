"""Reads of applications and kept names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from kameng.domains.agents import rules
from kameng.domains.agents.models import Application, SiteName
from kameng.domains.agents.rules import State
from tenants import registry
from tenants.database import session
from tenants.tree import Tenant

UNFINISHED = (State.APPLIED.value, State.CLAIMED.value)


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    """An application as the edge needs it; never the password hash."""

    id: UUID
    parent_id: int
    slug: str
    site_name: str
    package_id: UUID
    theme: str
    primary: str
    staff_id: UUID
    login: str
    owner_name: str
    state: State
    reason: str | None
    opened_id: int | None
    created_at: datetime
    opened_at: datetime | None


def application(application_id: UUID) -> ApplicationFacts | None:
    """One application; bound to a site, only one made there."""
    row = session.get(Application, application_id)
    return facts(row) if row else None


def applications(parent: Tenant, *, size: int = 50) -> list[ApplicationFacts]:
    """The newest applications made on this site."""
    query = (
        select(Application)
        .where(Application.tenant_id == parent.id)
        .order_by(Application.id.desc())
        .limit(size)
    )
    return [facts(row) for row in session.scalars(query)]


def unfinished(before: datetime, *, size: int = 200) -> list[UUID]:
    """Applications that a crash or an empty pool left behind, oldest first; in `shared()`."""
    query = (
        select(Application.id)
        .where(Application.state.in_(UNFINISHED), Application.created_at < before)
        .order_by(Application.created_at)
        .limit(size)
    )
    return list(session.scalars(query))


def taken_by(name: str) -> str | None:
    """The name, used now or before, that this one is or looks like; in `shared()`."""
    like = session.scalar(select(SiteName.slug).where(SiteName.look == rules.look_of(name)))
    if like is not None:
        return like
    return next(iter(registry.names_like([name])), None)


def facts(row: Application) -> ApplicationFacts:
    """The public side of a row."""
    return ApplicationFacts(
        id=row.id,
        parent_id=row.tenant_id,
        slug=row.slug,
        site_name=row.site_name,
        package_id=row.package_id,
        theme=row.theme,
        primary=row.primary_color,
        staff_id=row.staff_id,
        login=row.login,
        owner_name=row.owner_name,
        state=State(row.state),
        reason=row.reason,
        opened_id=row.opened_id,
        created_at=row.created_at,
        opened_at=row.opened_at,
    )
