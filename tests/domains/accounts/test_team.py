"""Who works for a site: invited, given another role, sent away; and who may not do that."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from kameng.domains.accounts.errors import (
    AlreadyStaff,
    BeyondPlatformLimit,
    LastOwner,
    LoginTaken,
    NoSuchRole,
    NoSuchStaff,
    NotYoursToGive,
    RoleInUse,
    RoleNameTaken,
    RoleNotHere,
    StaleRole,
)
from kameng.domains.accounts.passwords import UNSET
from kameng.domains.accounts.roles import queries as roles
from kameng.domains.accounts.staff import invitations, ownroles, queries, service, team
from kameng.domains.accounts.staff.queries import StaffFacts
from kameng.kit import audit, clock, ids
from kameng.kit.audit import Actor
from kameng.kit.errors import Refusal
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant
from tests.support.worlds import Alliance


@pytest.fixture(scope="module")
def world(app, builder) -> Alliance:
    builder.app = app
    return builder.alliance()


def hired(site: Tenant, role: str, *, password: str = "not a hash") -> StaffFacts:
    """Somebody with a role, without the cost of a real password."""
    login = f"p{ids.uuid7().hex[-12:]}"
    with shared():
        made = service.open_account(
            login=login,
            password_hash=password,
            name=login,
            email=f"{login}@example.com",
            now=clock.now(),
        )
        service.grant(made.id, site.id, role, granted_by=made.id, now=clock.now())
        session.commit()
    return made


def by(person: StaffFacts) -> dict[str, Any]:
    """The actor of a verb."""
    return {"by": person.id, "actor": Actor("staff", str(person.id), person.name, "203.0.113.9")}


def done(work: Callable[[], Any]) -> Any:
    """A verb, committed."""
    with shared():
        answer = work()
        session.commit()
    return answer


def role_of(person: UUID, site: Tenant) -> list[str]:
    with shared():
        return [one.role for one in queries.grants_of(person) if one.tenant_id == site.id]


@contextmanager
def refused(kind: type[Refusal], owner: Engine):
    """The refusal, and nothing moved."""
    before = standing(owner)
    with pytest.raises(kind), shared():
        yield
    assert standing(owner) == before


def standing(owner: Engine) -> list[Any]:
    with owner.connect() as connection:
        return [
            connection.execute(text(query)).all()
            for query in (
                "SELECT id, login, email FROM shared.staff ORDER BY id",
                "SELECT staff_id, tenant_id, role FROM shared.staff_grant ORDER BY 1, 2, 3",
                "SELECT tenant_id, code, name, permissions, version FROM shared.staff_role"
                " ORDER BY 1, 2",
                "SELECT count(*) FROM shared.audit_log",
            )
        ]


def invites(boss: StaffFacts, site: Tenant, role: str, login: str = "") -> StaffFacts:
    name = login or f"n{ids.uuid7().hex[-12:]}"
    return team.invite(
        site,
        login=name,
        name="小林",
        email=f"{name}@example.com",
        role=role,
        now=clock.now(),
        **by(boss),
    )


def test_somebody_invited_sets_a_password_by_a_link_and_is_on_record(world: Alliance) -> None:
    boss = hired(world.ada, "agent")
    person = done(lambda: invites(boss, world.ada, "support"))
    with use(world.ada):
        made = invitations.issue(world.ada, person.id, now=clock.now())
        assert audit.about(world.ada, person.login)[0].action == team.INVITED
        session.commit()
    assert made is not None
    with shared():
        assert [one.invited for one in queries.colleagues(world.ada) if one.person == person] == [
            True
        ]
        invitations.accept(made.token, "a password of my own", now=clock.now())
        session.commit()
    assert role_of(person.id, world.ada) == ["support"]


def test_no_other_site_makes_a_link_for_somebody_invited(world: Alliance) -> None:
    person = done(lambda: invites(hired(world.ada, "agent"), world.ada, "support"))
    with use(world.bo):
        assert invitations.issue(world.bo, person.id, now=clock.now()) is None


def test_an_invitation_taken_back_ends_the_link_and_frees_the_name(world: Alliance) -> None:
    boss = hired(world.ada, "agent")
    person = done(lambda: invites(boss, world.ada, "support"))
    with use(world.ada):
        made = invitations.issue(world.ada, person.id, now=clock.now())
        session.commit()
    assert made is not None
    done(lambda: team.remove(world.ada, person.id, now=clock.now(), **by(boss)))
    with shared():
        assert invitations.guest(made.token, now=clock.now()) is None
    again = done(lambda: invites(boss, world.ada, "marketing", login=person.login))
    assert again.id == person.id
    assert role_of(person.id, world.ada) == ["marketing"]


def test_a_login_in_use_is_not_invited(world: Alliance, owner: Engine) -> None:
    boss, other = hired(world.ada, "agent"), hired(world.bo, "agent")
    with refused(LoginTaken, owner):
        invites(boss, world.ada, "support", login=other.login)
    waiting = done(lambda: invites(hired(world.bo, "agent"), world.bo, "support"))
    with refused(LoginTaken, owner):
        invites(boss, world.ada, "support", login=waiting.login)


@pytest.mark.parametrize("role", ["operator", "steward", "nobody", ""])
def test_an_agent_makes_nobody_what_his_site_has_not(
    world: Alliance, owner: Engine, role: str
) -> None:
    boss = hired(world.ada, "agent")
    with refused(RoleNotHere, owner):
        invites(boss, world.ada, role)


def test_nobody_is_given_more_than_the_giver_holds(world: Alliance, owner: Engine) -> None:
    boss, low = hired(world.hub, "operator"), hired(world.hub, "support")
    chief = done(
        lambda: ownroles.make(
            world.hub, "店长", ["staff.edit", "orders.view"], now=clock.now(), **by(boss)
        )
    )
    head = hired(world.hub, chief.code)
    for role in ("operator", "finance", "catalogue"):
        with refused(NotYoursToGive, owner):
            invites(head, world.hub, role)
    with refused(NotYoursToGive, owner):
        team.change(world.hub, head.id, "operator", now=clock.now(), **by(head))
    for person in (boss, low):
        with refused(NotYoursToGive, owner):
            team.remove(world.hub, person.id, now=clock.now(), **by(head))
    with refused(NotYoursToGive, owner):
        invites(low, world.hub, "catalogue")
    stranger = hired(world.ada, "agent")
    with refused(NotYoursToGive, owner):
        invites(stranger, world.hub, "support")


def test_the_platform_gives_no_agent_what_is_the_masters(world: Alliance, owner: Engine) -> None:
    boss = hired(world.ada, "agent")
    for permission in ("secrets.reveal", "import.edit", "sites.deposit", "ledger.prove"):
        with refused(BeyondPlatformLimit, owner):
            ownroles.make(world.ada, "越权", ["home.view", permission], now=clock.now(), **by(boss))


def test_what_a_table_says_beyond_the_limit_is_not_held(world: Alliance, owner: Engine) -> None:
    boss = hired(world.ada, "agent")
    made = done(
        lambda: ownroles.make(world.ada, "偷看", ["home.view"], now=clock.now(), **by(boss))
    )
    with owner.begin() as connection:
        connection.execute(
            text("UPDATE shared.staff_role SET permissions = :all WHERE code = :code"),
            {"all": ["home.view", "secrets.reveal"], "code": made.code},
        )
    thief = hired(world.ada, made.code)
    with shared():
        grant = queries.grants_of(thief.id)[0]
    assert grant.held(root=world.ada.is_root) == {"home.view"}


def test_the_last_owner_stays(world: Alliance, owner: Engine) -> None:
    site = world.bo
    boss = hired(site, "agent")
    with shared():
        for one in queries.colleagues(site):
            if one.person.id != boss.id:
                team.remove(site, one.person.id, now=clock.now(), **by(boss))
        session.commit()
    with refused(LastOwner, owner):
        team.remove(site, boss.id, now=clock.now(), **by(boss))
    with refused(LastOwner, owner):
        team.change(site, boss.id, "support", now=clock.now(), **by(boss))
    hired(site, "agent", password=UNSET)
    with refused(LastOwner, owner):
        team.remove(site, boss.id, now=clock.now(), **by(boss))
    second = hired(site, "agent")
    done(lambda: team.change(site, boss.id, "support", now=clock.now(), **by(second)))
    assert role_of(boss.id, site) == ["support"]


def test_two_owners_who_send_each_other_away_leave_one(app, builder) -> None:
    builder.app = app
    site = builder.alliance().bo
    one, two = hired(site, "agent"), hired(site, "agent")
    start, answers = threading.Barrier(2), []

    def away(me: StaffFacts, other: StaffFacts) -> None:
        start.wait()
        try:
            done(lambda: team.remove(site, other.id, now=clock.now(), **by(me)))
            answers.append("gone")
        except Refusal as refusal:
            answers.append(refusal.code)

    pair = [threading.Thread(target=away, args=who) for who in ((one, two), (two, one))]
    for thread in pair:
        thread.start()
    for thread in pair:
        thread.join()
    assert sorted(answers) == ["gone", "not_yours_to_give"]
    with shared():
        assert len(queries.colleagues(site)) == 1


def test_a_role_of_ones_own_is_changed_by_who_saw_it_last(world: Alliance, owner: Engine) -> None:
    boss = hired(world.hub, "operator")
    made = done(
        lambda: ownroles.make(world.hub, "夜班", ["orders.refund"], now=clock.now(), **by(boss))
    )
    assert made.permissions == {"orders.view", "orders.refund"}
    person = hired(world.hub, made.code)
    told = {"name": "夜班", "permissions": ["orders.view"], "now": clock.now()}
    done(lambda: ownroles.change(world.hub, made.code, version=1, **told, **by(boss)))
    with shared():
        assert queries.grants_of(person.id)[0].held(root=True) == {"orders.view"}
    with refused(StaleRole, owner):
        ownroles.change(world.hub, made.code, version=1, **told, **by(boss))
    with refused(RoleInUse, owner):
        ownroles.drop(world.hub, made.code, **by(boss))
    with refused(RoleNameTaken, owner):
        ownroles.make(world.hub, "夜班", ["home.view"], now=clock.now(), **by(boss))
    done(lambda: team.remove(world.hub, person.id, now=clock.now(), **by(boss)))
    done(lambda: ownroles.drop(world.hub, made.code, **by(boss)))
    with shared():
        line = audit.about(world.hub, "夜班")[1]
        assert made.code not in [one.code for one in roles.own_roles(world.hub.id)]
    assert line.before == {"name": "夜班", "permissions": ["orders.refund", "orders.view"]}
    assert line.after == {"name": "夜班", "permissions": ["orders.view"]}


def test_a_role_of_another_site_is_no_role_here(world: Alliance, owner: Engine) -> None:
    boss = hired(world.hub, "operator")
    made = done(
        lambda: ownroles.make(world.hub, "别处", ["home.view"], now=clock.now(), **by(boss))
    )
    agent = hired(world.ada, "agent")
    with refused(NoSuchRole, owner):
        invites(agent, world.ada, made.code)
    with refused(NoSuchRole, owner):
        ownroles.drop(world.ada, made.code, **by(agent))
    stranger = hired(world.ada, made.code)
    with shared():
        assert queries.grants_of(stranger.id)[0].held(root=False) == frozenset()


def test_somebody_of_another_site_is_not_touched_from_here(world: Alliance, owner: Engine) -> None:
    boss, other = hired(world.ada, "agent"), hired(world.hub, "support")
    for verb in (
        lambda: team.remove(world.ada, other.id, now=clock.now(), **by(boss)),
        lambda: team.change(world.ada, other.id, "support", now=clock.now(), **by(boss)),
    ):
        with refused(NoSuchStaff, owner):
            verb()
    done(lambda: team.add(world.ada, other, "support", now=clock.now(), **by(boss)))
    with refused(AlreadyStaff, owner):
        team.add(world.ada, other, "marketing", now=clock.now(), **by(boss))


@pytest.mark.parametrize(
    "verb",
    [
        "UPDATE shared.audit_log SET action = ''",
        "DELETE FROM shared.audit_log",
        "TRUNCATE shared.audit_log",
    ],
)
@pytest.mark.parametrize("inside", ["a site", "the registry"])
def test_the_log_is_never_rewritten(world: Alliance, verb: str, inside: str) -> None:
    binding = use(world.hub) if inside == "a site" else shared()
    with binding, pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text(verb))
