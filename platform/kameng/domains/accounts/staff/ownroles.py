"""The verbs on a site's own roles: made, changed, removed.

Inside `shared()`, under the team's lock.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, update

from kameng.domains.accounts.errors import (
    NoSuchRole,
    RoleInUse,
    RoleNameTaken,
    StaleRole,
    TooManyRoles,
)
from kameng.domains.accounts.roles import rules
from kameng.domains.accounts.roles.models import StaffRole
from kameng.domains.accounts.roles.queries import RoleFacts
from kameng.domains.accounts.staff import team as teams
from kameng.domains.accounts.staff.team import Team
from kameng.kit import audit, ids
from kameng.kit.audit import Actor
from tenants.database import session
from tenants.tree import Tenant

MADE, CHANGED, DROPPED = "role.created", "role.changed", "role.removed"


def make(
    site: Tenant, name: str, permissions: Iterable[str], *, by: UUID, actor: Actor, now: datetime
) -> RoleFacts:
    """A role of the site's own.

    Refuses BadRoleName, RoleNameTaken, RoleEmpty, NoSuchPermission, TooManyRoles,
    BeyondPlatformLimit, NotYoursToGive.
    """
    team, called = teams.locked(site), rules.check_name(name)
    mine = teams.held_or_refuse(team, by)
    given = rules.check_some(rules.with_what_they_need(permissions))
    rules.check_gift(given, mine, root=site.is_root)
    _free(team, called)
    if len(team.own) >= rules.MOST_ROLES:
        raise TooManyRoles(most=rules.MOST_ROLES)
    made = RoleFacts(f"{rules.OWN}{ids.uuid7().hex[-12:]}", called, given, 1)
    session.execute(
        insert(StaffRole).values(
            tenant_id=site.id,
            code=made.code,
            name=called,
            permissions=sorted(given),
            version=1,
            changed_at=now,
        )
    )
    audit.record(site, actor, MADE, called, after=_told(made))
    return made


def change(
    site: Tenant,
    code: str,
    *,
    name: str,
    permissions: Iterable[str],
    version: int,
    by: UUID,
    actor: Actor,
    now: datetime,
) -> RoleFacts:
    """Another name, other permissions: for everybody who has the role, at their next request.

    Refuses as `make` (what is given and what is taken must both be held), NoSuchRole, StaleRole.
    """
    team, called = teams.locked(site), rules.check_name(name)
    was, mine = _role(team, code), teams.held_or_refuse(team, by)
    if was.version != version:
        raise StaleRole()
    given = rules.check_some(rules.with_what_they_need(permissions))
    rules.check_gift(given - was.permissions, mine, root=site.is_root)
    rules.check_gift((was.permissions - given) & rules.limit(root=site.is_root), mine, root=True)
    if called != was.name:
        _free(team, called)
    new = RoleFacts(code, called, given, version + 1)
    session.execute(
        update(StaffRole)
        .where(StaffRole.tenant_id == site.id, StaffRole.code == code)
        .values(name=called, permissions=sorted(given), version=new.version, changed_at=now)
    )
    audit.record(site, actor, CHANGED, called, before=_told(was), after=_told(new))
    return new


def drop(site: Tenant, code: str, *, by: UUID, actor: Actor) -> RoleFacts:
    """Remove a role nobody has. Refuses NoSuchRole, RoleInUse, NotYoursToGive."""
    team = teams.locked(site)
    was = _role(team, code)
    rules.check_gift(team.means(code), teams.held_or_refuse(team, by), root=site.is_root)
    people = sum(role == code for role in team.people.values())
    if people:
        raise RoleInUse(people=people)
    session.execute(delete(StaffRole).where(StaffRole.tenant_id == site.id, StaffRole.code == code))
    audit.record(site, actor, DROPPED, was.name, before=_told(was))
    return was


def _role(team: Team, code: str) -> RoleFacts:
    if code not in team.own:
        raise NoSuchRole()
    return team.own[code]


def _free(team: Team, name: str) -> None:
    if any(role.name.casefold() == name.casefold() for role in team.own.values()):
        raise RoleNameTaken(name=name)


def _told(role: RoleFacts) -> dict[str, object]:
    return {"name": role.name, "permissions": sorted(role.permissions)}
