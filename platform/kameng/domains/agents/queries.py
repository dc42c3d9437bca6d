"""Reads of applications and kept names."""

from __future__ import annotations

from collections.abc import Sequence as Many
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, String, bindparam, select, tuple_

from kameng.domains.accounts.staff import owners
from kameng.domains.agents import rules
from kameng.domains.agents.models import Application, SiteName
from kameng.domains.agents.rules import State
from tenants import claims, registry
from tenants.database import session
from tenants.tree import Tenant

UNFINISHED = (State.APPLIED.value, State.CLAIMED.value)


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    """An application as the edge needs it; never the password hash.

    `newcomer`: until it is claimed, whether an account is to be opened with it.
    """

    id: UUID
    parent_id: int
    slug: str
    site_name: str
    package_id: UUID
    theme: str
    preset: str
    locale: str
    primary: str
    staff_id: UUID
    login: str
    owner_name: str
    state: State
    reason: str | None
    opened_id: int | None
    created_at: datetime
    opened_at: datetime | None
    newcomer: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """An application that is not at its end."""

    id: UUID
    state: State
    created_at: datetime


def below(tenant: Tenant) -> int:
    """How many sites stand directly below; inside `use(tenant)`."""
    return len(registry.children_of(tenant))


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


def unfinished(*, after: Waiting | None = None, size: int = 200) -> list[Waiting]:
    """Applications that a crash or an empty pool left behind, oldest first; in `shared()`.

    However young: ages are read off clocks, and clocks jump. One that is being opened this moment
    is in good hands twice, which does nothing twice.
    """
    order = (Application.created_at, Application.id)
    query = (
        select(Application.id, Application.state, Application.created_at)
        .where(Application.state.in_(UNFINISHED))
        .order_by(*order)
        .limit(size)
    )
    if after is not None:
        query = query.where(tuple_(*order) > (after.created_at, after.id))
    return [Waiting(row.id, State(row.state), row.created_at) for row in session.execute(query)]


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in the way of an application before it is made."""

    known: bool
    like: str | None
    login_taken: bool


_STANDING = select(
    select(Application.id)
    .where(Application.id == bindparam("application"), Application.tenant_id == bindparam("parent"))
    .exists()
    .label("known"),
    select(SiteName.slug).where(SiteName.look == bindparam("look")).scalar_subquery().label("like"),
    claims.is_used(bindparam("slug", type_=String)).label("used"),
    owners.is_login(bindparam("login", type_=String)).label("login_taken"),
)


def standing(parent: Tenant, application_id: UUID, *, slug: str, login: str) -> Standing:
    """Whether it was made before, and what others already have; one question, in `shared()`."""
    asked = {
        "application": application_id,
        "parent": parent.id,
        "look": rules.look_of(slug),
        "slug": slug,
        "login": login,
    }
    row = session.execute(_STANDING, asked).one()
    return Standing(row.known, row.like or (slug if row.used else None), row.login_taken)


def taken(names: Many[str]) -> dict[str, str]:
    """Which of these names are, or look like, one used now or before, and which; in `shared()`."""
    looks = {name: rules.look_of(name) for name in names}
    kept = select(SiteName.look, SiteName.slug).where(SiteName.look.in_(looks.values()))
    like = {row.look: row.slug for row in session.execute(kept)}
    used = registry.names_like(names)
    return {
        name: like.get(look, name) for name, look in looks.items() if look in like or name in used
    }


def facts(row: Application | Row[Any]) -> ApplicationFacts:
    """The public side of a row."""
    return ApplicationFacts(
        id=row.id,
        parent_id=row.tenant_id,
        slug=row.slug,
        site_name=row.site_name,
        package_id=row.package_id,
        theme=row.theme,
        preset=row.preset or "",
        locale=row.locale or "",
        primary=row.primary_color,
        staff_id=row.staff_id,
        login=row.login,
        owner_name=row.owner_name,
        state=State(row.state),
        reason=row.reason,
        opened_id=row.opened_id,
        created_at=row.created_at,
        opened_at=row.opened_at,
        newcomer=row.password_hash is not None,
    )
