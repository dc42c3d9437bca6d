"""Staff, roles and the matrix at the console: who may, who may no longer, and who never."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from werkzeug.routing import Rule

from kameng.domains.accounts.roles import rules
from kameng.domains.accounts.staff import invitations, ownroles, queries, team
from kameng.faces.console.team import words
from kameng.faces.frame import guards
from kameng.kit import audit, clock
from kameng.kit.audit import Actor
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant
from tests.house.test_guards import guard, path
from tests.support import accounts, desk, shop
from tests.support.desk import TOKEN, Desk
from tests.support.worlds import Alliance, Builder

BRIEFLY = {"HX-Request": "true"}


@pytest.fixture(scope="module")
def world(app: Flask, builder: Builder) -> Alliance:
    builder.app = app
    made = builder.alliance()
    for site in (made.hub, made.ada):
        shop.decorate(site)
    return made


@pytest.fixture(scope="module")
def hub(world: Alliance) -> Desk:
    return desk.at(world, world.hub)


@pytest.fixture(scope="module")
def ada(world: Alliance) -> Desk:
    return desk.at(world, world.ada, "agent")


def made_role(boss: Desk, name: str, *permissions: str) -> str:
    actor = Actor("staff", str(boss.person.id), boss.person.name)
    with shared():
        made = ownroles.make(
            boss.site, name, permissions, by=boss.person.id, actor=actor, now=clock.now()
        )
        session.commit()
    return made.code


def gives(boss: Desk, who: Desk, role: str) -> None:
    actor = Actor("staff", str(boss.person.id), boss.person.name)
    with shared():
        team.change(boss.site, who.person.id, role, by=boss.person.id, actor=actor, now=clock.now())
        session.commit()


def doors(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every route of a site at the console, with the permission it names."""
    for rule in app.url_map.iter_rules():
        name = guard(app, rule)
        if rule.endpoint.startswith("console.") and name.startswith("staff:"):
            yield rule, name.removeprefix("staff:")


def knocks(client: FlaskClient, rule: Rule, site: Tenant, token: str) -> int:
    """What a door answers; a refusal in one sentence, as a part of a page gets it, since nobody
    reads these thousands of pages."""
    address = path(rule).replace("/s/x", f"/s/{site.slug}", 1)
    if "GET" in (rule.methods or ()):
        return client.get(address, headers=BRIEFLY).status_code
    return client.post(address, data={"csrf_token": token}, headers=BRIEFLY).status_code


def test_every_permission_is_named_by_a_route_or_a_page_and_every_one_has_words(app: Flask) -> None:
    named = {permission for _rule, permission in doors(app)}
    on_pages = {"contacts.view", "orders.late"}
    assert named | on_pages == rules.ALL
    assert set(words.ACTS) == rules.ALL
    assert set(words.THINGS) == set(rules.TABLE)


@pytest.mark.parametrize("place", ["hub", "ada"])
def test_each_role_gets_through_its_own_doors_and_no_other(
    app: Flask,
    world: Alliance,
    request: pytest.FixtureRequest,
    place: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every role of the site at every route, forms too: behind a door that opens stands no view
    here, so that nothing is done 1,000 times that other tests do once."""
    boss: Desk = request.getfixturevalue(place)
    site, root = boss.site, boss.site.is_root
    someone = desk.at(world, site, "support")
    own = made_role(boss, f"矩阵 {place}", "orders.view", "roles.edit")
    token = desk.token(someone.client)
    monkeypatch.setattr(guards, "_answer", lambda *_: "let in")
    wrong = []
    for role in (*rules.roles_of(root=root), own):
        gives(boss, someone, role)
        given = ("orders.view", "roles.edit", "staff.view", "settings.view")
        held = rules.held(role, given, root=root)
        for rule, permission in doors(app):
            status = knocks(someone.client, rule, site, token)
            if status != (200 if permission in held else 403):
                wrong.append((role, rule.endpoint, permission, status))
    assert not wrong


def test_nobody_without_a_grant_finds_any_door(app: Flask, world: Alliance, ada: Desk) -> None:
    token = desk.token(ada.client)
    for rule, _permission in doors(app):
        assert knocks(ada.client, rule, world.hub, token) == 404, rule.endpoint


def test_a_permission_taken_away_is_gone_at_the_next_request(world: Alliance, hub: Desk) -> None:
    code = made_role(hub, "退款专员", "orders.refund", "settings.edit")
    clerk = desk.at(world, hub.site, "support")
    gives(hub, clerk, code)
    token = TOKEN.search(clerk.text("settings"))
    assert token
    form = {"csrf_token": token.group(1), "form": "site", "name": "改名"}
    page = hub.text(f"settings/roles/{code}")
    version = re.search(r'name="version"[^>]*value="(\d+)"', page) or re.search(
        r'value="(\d+)"[^>]*name="version"', page
    )
    assert version
    saved = hub.client.post(
        hub.path(f"settings/roles/{code}"),
        data={
            "csrf_token": desk.token(hub.client),
            "form": "own",
            "name": "退款专员",
            "version": version.group(1),
            "permission": ["orders.refund", "settings.view"],
        },
    )
    assert saved.status_code == 303
    assert clerk.client.post(clerk.path("settings"), data=form).status_code == 403
    assert "改名" not in clerk.text("settings")
    assert hub.post(f"settings/staff/{clerk.person.id}/removal").status_code == 303
    assert clerk.get("settings").status_code == 404


def test_staff_are_invited_by_a_link_that_works_once(
    world: Alliance, ada: Desk, owner: Engine
) -> None:
    answer = ada.post(
        "settings/staff",
        form="hire",
        kind="new",
        login=f"lin-{world.ada.slug}",
        name="小林",
        email="lin@example.com",
        role="agent_staff",
    )
    assert answer.status_code == 303
    with shared():
        person = queries.by_login(f"lin-{world.ada.slug}")
    assert person
    page = ada.text("settings/staff")
    assert "已邀请" in page
    assert f"/settings/staff/{person.id}/invitation" in page
    with use(world.ada):
        made = invitations.issue(world.ada, person.id, now=clock.now())
        session.commit()
    assert made
    browser = world.console
    welcome = browser.get("/welcome", query_string={"token": made.token}).get_data(as_text=True)
    assert "您可以进入后台了" in welcome
    entered = desk.post(
        browser,
        "/welcome",
        form="welcome",
        token=made.token,
        password="lin alone 2026",
        consent="y",
    )
    assert entered.status_code == 303
    assert browser.get(f"/s/{world.ada.slug}/orders").status_code == 200
    assert browser.get(f"/s/{world.ada.slug}/ledger").status_code == 403
    assert browser.get("/welcome", query_string={"token": made.token}).status_code == 410
    assert "已邀请" not in ada.text("settings/staff")
    with use(world.ada):
        acts = [line.action for line in audit.about(world.ada, person.login)]
    assert acts == ["staff.first_password", "staff.invited"]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"role": "operator"}, ""),
        ({"role": "steward"}, ""),
        ({"email": ""}, "发送邀请需要填写此项"),
        ({"email": "nobody"}, ""),
        ({"login": "no spaces!"}, ""),
        ({"kind": "known", "login": "somebody-else"}, ""),
    ],
)
def test_a_refused_invitation_keeps_what_was_typed_and_hires_nobody(
    ada: Desk, owner: Engine, fields: dict[str, str], says: str
) -> None:
    asked = {"kind": "new", "login": "kept-name", "name": "甲", "email": "k@example.com"}
    before = count(owner)
    answer = ada.post("settings/staff", form="hire", **{**asked, "role": "support", **fields})
    page = answer.get_data(as_text=True)
    assert 400 <= answer.status_code < 500
    assert says in page
    assert count(owner) == before
    if "kind" not in fields:
        assert f'value="{fields.get("login", "kept-name")}"' in page


def count(owner: Engine) -> list[int]:
    with owner.connect() as connection:
        return [
            connection.execute(text(f"SELECT count(*) FROM shared.{table}")).scalar_one()
            for table in ("staff", "staff_grant", "staff_role", "audit_log")
        ]


def test_somebody_of_another_alliance_stays_unknown(
    app: Flask, builder: Builder, ada: Desk, owner: Engine
) -> None:
    builder.app = app
    stranger = accounts.staff(builder.alliance().hub, role="operator")
    before = count(owner)
    answer = ada.post(
        "settings/staff", form="hire", kind="known", login=stranger.login, role="support"
    )
    assert answer.status_code == 404
    assert count(owner) == before


def test_nobody_of_a_site_above_is_given_a_small_role_that_shuts_him_out(
    world: Alliance, ada: Desk, owner: Engine
) -> None:
    boss, deputy = desk.at(world, world.hub), desk.at(world, world.hub, "support")
    visit = {"form": "visit", "reason": "帮忙设置店铺公告", "hours": "4"}
    assert boss.post(f"sites/{world.ada.id}/visits", **visit).status_code == 303
    before = count(owner)
    for person in (boss.person, deputy.person):
        asked = {"form": "hire", "kind": "known", "login": person.login, "role": "marketing"}
        assert ada.post("settings/staff", **asked).status_code == 404
    assert count(owner) == before
    inside = Desk(boss.client, world.ada, boss.person)
    assert inside.get("prices").status_code == 200
    assert boss.post(f"sites/{world.ada.id}/visits", **visit).status_code == 303
    below = accounts.staff(world.bo, role="agent")
    asked = {"form": "hire", "kind": "known", "login": below.login, "role": "support"}
    assert ada.post("settings/staff", **asked).status_code == 303


def test_an_agent_cannot_post_what_the_page_does_not_offer(ada: Desk, owner: Engine) -> None:
    code = made_role(ada, "试探", "home.view")
    before = count(owner)
    answer = ada.client.post(
        ada.path(f"settings/roles/{code}"),
        data={
            "csrf_token": desk.token(ada.client),
            "form": "own",
            "name": "试探",
            "version": "1",
            "permission": ["home.view", "secrets.reveal"],
        },
    )
    assert answer.status_code == 403
    assert "仅限主站" in answer.get_data(as_text=True)
    assert count(owner) == before
    page = ada.text("settings/roles")
    assert "分站永远没有的权限" in page
    assert "查看卡密内容" in page


def test_a_second_editor_is_told(hub: Desk) -> None:
    code = made_role(hub, "两人同改", "home.view")
    fields = {"form": "own", "name": "两人同改", "version": "1", "permission": "orders.view"}
    assert hub.post(f"settings/roles/{code}", **fields).status_code == 303
    again = hub.post(f"settings/roles/{code}", **fields)
    assert again.status_code == 409
    assert "刚刚修改" in again.get_data(as_text=True)
    assert hub.post(f"settings/roles/{code}/removal").status_code == 303


def test_the_matrix_can_be_read_without_seeing_it(hub: Desk) -> None:
    page = hub.text("settings/roles")
    cells = len(re.findall(r'<td class="other">', page))
    assert cells == len(rules.ALL) * page.count('<th scope="col" class="other"')
    assert page.count('<span class="visually-hidden">') >= cells


def test_the_last_owner_is_told_why_he_stays(app: Flask, builder: Builder) -> None:
    builder.app = app
    other = builder.alliance()
    boss = desk.at(other, other.hub)
    answer = boss.post(f"settings/staff/{boss.person.id}/removal")
    assert answer.status_code == 409
    assert "全部权限" in answer.get_data(as_text=True)
    assert boss.get("settings/staff").status_code == 200
