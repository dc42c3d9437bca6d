"""Who works for a site and as what: invited, added, given another role, sent away.

Inside `shared()`. Every verb locks the site's grants first, so that what the actor holds, who owns
the site and what a role means are read once and stay true until the commit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from kameng.domains.accounts import rules as account_rules
from kameng.domains.accounts.errors import (
    AlreadyStaff,
    LastOwner,
    LoginTaken,
    NoSuchRole,
    NoSuchStaff,
    NotYoursToGive,
)
from kameng.domains.accounts.passwords import UNSET
from kameng.domains.accounts.roles import queries as role_queries
from kameng.domains.accounts.roles import rules as roles
from kameng.domains.accounts.roles.queries import RoleFacts
from kameng.domains.accounts.staff import queries, rows, service
from kameng.domains.accounts.staff.models import Staff, StaffGrant, StaffToken
from kameng.domains.accounts.staff.queries import ACTIVE, StaffFacts
from kameng.domains.accounts.staff.rules import STEWARD
from kameng.kit import audit, ids
from kameng.kit.audit import Actor
from tenants.database import session
from tenants.tree import Tenant

INVITED, ADDED, CHANGED, REMOVED = "staff.invited", "staff.added", "staff.role", "staff.removed"


@dataclass(frozen=True, slots=True)
class Team:
    """A site's people and own roles, locked."""

    site: Tenant
    people: dict[UUID, str]
    own: dict[str, RoleFacts]

    def held(self, staff_id: UUID) -> frozenset[str]:
        """What a person may do on the site; a stranger nothing."""
        role = self.people.get(staff_id)
        return self.means(role) if role else frozenset()

    def means(self, role: str) -> frozenset[str]:
        """What a role lets people do here. Refuses NoSuchRole."""
        if role.startswith(roles.OWN) and role not in self.own:
            raise NoSuchRole()
        own = self.own[role].permissions if role in self.own else ()
        return roles.held(role, own, root=self.site.is_root)

    def called(self, role: str) -> str:
        """The own role's name, or the built-in role's code."""
        return self.own[role].name if role in self.own else role


def locked(site: Tenant) -> Team:
    """Everybody who belongs to the site, until the transaction ends."""
    query = (
        select(StaffGrant)
        .where(StaffGrant.tenant_id == site.id, StaffGrant.role != STEWARD)
        .order_by(StaffGrant.staff_id, StaffGrant.role)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    people = {row.staff_id: row.role for row in reversed(session.scalars(query).all())}
    own = {role.code: role for role in role_queries.own_roles(site.id)}
    return Team(site, people, own)


def invite(
    site: Tenant,
    *,
    login: str,
    name: str,
    email: str,
    role: str,
    by: UUID,
    actor: Actor,
    now: datetime,
) -> StaffFacts:
    """An account without a password and its role; the caller mails the link.

    Refuses BadLogin, BadContact, LoginTaken, and what `give` refuses.
    """
    team = locked(site)
    _check(team, role, by)
    plain, mail = account_rules.login(login), account_rules.email(email)
    found = session.scalar(select(Staff).where(Staff.login == plain).with_for_update())
    if found is not None:
        _take_up(found, name=name, email=mail)
    person = (
        queries.facts(found)
        if found
        else service.open_account(
            login=plain, password_hash=UNSET, name=name, email=mail, staff_id=ids.uuid7(), now=now
        )
    )
    service.grant(person.id, site.id, role, granted_by=by, now=now)
    told = {"name": person.name, "role": team.called(role)}
    audit.record(site, actor, INVITED, person.login, after=told)
    return person


def _take_up(row: Staff, *, name: str, email: str) -> None:
    """An invitation taken back before it was used leaves a name nobody has: it is invited again."""
    if row.password_hash != UNSET or row.state != ACTIVE or queries.grants_of(row.id):
        raise LoginTaken(login=row.login)
    row.name, row.email = name.strip()[:40] or row.login, email
    session.flush()


def add(
    site: Tenant, person: StaffFacts, role: str, *, by: UUID, actor: Actor, now: datetime
) -> None:
    """Somebody who has an account gets a role here. Refuses AlreadyStaff and as `invite`."""
    team = locked(site)
    _check(team, role, by)
    if person.id in team.people:
        raise AlreadyStaff(login=person.login)
    service.grant(person.id, site.id, role, granted_by=by, now=now)
    told = {"name": person.name, "role": team.called(role)}
    audit.record(site, actor, ADDED, person.login, after=told)


def change(
    site: Tenant, staff_id: UUID, role: str, *, by: UUID, actor: Actor, now: datetime
) -> StaffFacts:
    """Another role from the next request on.

    Refuses NoSuchStaff, RoleNotHere, NoSuchRole, BeyondPlatformLimit, NotYoursToGive (also to act
    on somebody who may do more), LastOwner.
    """
    team = locked(site)
    was = _role_of(team, staff_id)
    _check(team, role, by)
    roles.check_gift(team.held(staff_id), team.held(by), root=site.is_root)
    if role == was:
        return rows_facts(staff_id)
    if role not in roles.OWNERS:
        _keep_an_owner(team, without=staff_id)
    _forget(site, staff_id)
    session.execute(
        insert(StaffGrant).values(
            staff_id=staff_id, tenant_id=site.id, role=role, granted_by=by, created_at=now
        )
    )
    person = rows_facts(staff_id)
    before, after = {"role": team.called(was)}, {"role": team.called(role)}
    audit.record(site, actor, CHANGED, person.login, before=before, after=after)
    return person


def remove(site: Tenant, staff_id: UUID, *, by: UUID, actor: Actor, now: datetime) -> StaffFacts:
    """Out at the next request; a link not used yet ends. Refuses as `change`."""
    team = locked(site)
    was = _role_of(team, staff_id)
    roles.check_gift(team.held(staff_id), team.held(by), root=site.is_root)
    _keep_an_owner(team, without=staff_id)
    _forget(site, staff_id)
    session.execute(
        update(StaffToken)
        .where(
            StaffToken.staff_id == staff_id,
            StaffToken.tenant_id == site.id,
            StaffToken.used_at.is_(None),
        )
        .values(used_at=now)
    )
    person = rows_facts(staff_id)
    told = {"name": person.name, "role": team.called(was)}
    audit.record(site, actor, REMOVED, person.login, before=told)
    return person


def rows_facts(staff_id: UUID) -> StaffFacts:
    """The person, whose row is locked with the change."""
    return queries.facts(rows.locked(staff_id))


def _check(team: Team, role: str, by: UUID) -> None:
    roles.check_place(role, root=team.site.is_root)
    roles.check_gift(team.means(role), team.held(by), root=team.site.is_root)


def _role_of(team: Team, staff_id: UUID) -> str:
    if staff_id not in team.people:
        raise NoSuchStaff()
    return team.people[staff_id]


def _keep_an_owner(team: Team, *, without: UUID) -> None:
    """Somebody who can sign in and may do everything stays. Refuses LastOwner."""
    if team.people[without] not in roles.OWNERS:
        return
    others = [one for one, role in team.people.items() if role in roles.OWNERS and one != without]
    able = select(Staff.id).where(
        Staff.id.in_(others), Staff.state == ACTIVE, Staff.password_hash != UNSET
    )
    if session.scalar(able.limit(1)) is None:
        raise LastOwner()


def _forget(site: Tenant, staff_id: UUID) -> None:
    session.execute(
        delete(StaffGrant).where(
            StaffGrant.staff_id == staff_id,
            StaffGrant.tenant_id == site.id,
            StaffGrant.role != STEWARD,
        )
    )
    session.expire_all()


def held_or_refuse(team: Team, staff_id: UUID) -> frozenset[str]:
    """What the actor holds under the lock. Refuses NotYoursToGive to a stranger."""
    mine = team.held(staff_id)
    if not mine:
        raise NotYoursToGive(permissions=[])
    return mine
