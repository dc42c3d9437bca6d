"""The tree at the console: found, opened on behalf, moved, suspended, visited; and by whom not."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import Engine, event, text

from kameng.domains.accounts.staff import invitations
from kameng.domains.accounts.staff import queries as staff
from kameng.domains.notifications.kinds import Kind
from kameng.domains.notifications.notices import queries as inbox
from kameng.domains.orders import service as orders
from kameng.kit import audit, clock, ids
from migrations import run
from tenants import registry
from tenants.context import shared, use
from tenants.database import engines, session
from tenants.tree import Tenant
from tests.support import accounts, desk, shop, terms, tree
from tests.support.desk import Desk
from tests.support.orders import placed, relayed, stocked
from tests.support.worlds import Alliance, Builder


@pytest.fixture(scope="module")
def world(app, builder: Builder) -> Alliance:
    """Hub > Ada > Bo, dressed, on packages that allow sites below Ada."""
    builder.app = app
    made = builder.alliance()
    for site in (made.hub, made.ada, made.bo):
        shop.decorate(site)
    tree.bound(made)
    return made


@pytest.fixture(scope="module")
def hub(world: Alliance) -> Desk:
    return desk.at(world, world.hub)


@pytest.fixture(scope="module")
def ada(world: Alliance) -> Desk:
    return desk.at(world, world.ada, "agent")


@pytest.fixture(scope="module")
def rival(app, builder: Builder) -> Desk:
    builder.app = app
    other = builder.alliance()
    return desk.at(other, other.hub)


def rows(owner: Engine) -> list[object]:
    """What the acts of this page could have changed."""
    with owner.connect() as connection:
        return [
            connection.execute(text(query)).all()
            for query in (
                "SELECT id, path::text, state FROM shared.tenant ORDER BY id",
                "SELECT staff_id, tenant_id, role FROM shared.staff_grant ORDER BY 1, 2, 3",
                "SELECT count(*) FROM shared.application",
                "SELECT count(*) FROM shared.site_move",
                "SELECT tenant_id, parent_id, level_id FROM shared.tenant_terms ORDER BY 1",
            )
        ]


def test_the_list_finds_sites_by_name_subdomain_and_owner(world: Alliance, hub: Desk) -> None:
    owner = accounts.staff(world.bo, login=f"bo-{world.bo.slug}")
    for words in (world.bo.name, world.bo.slug, owner.login, f"{world.bo.slug}.localhost"):
        page = hub.text("sites", q=words)
        assert f"/sites/{world.bo.id}" in page, words
        assert f"/sites/{world.ada.id}" not in page, words
    assert "没有符合的内容" in hub.text("sites", q="niemand") or "/sites/" in hub.text("sites")


def test_filters_and_orders_of_the_list_answer(world: Alliance, hub: Desk) -> None:
    for query in (
        {"state": "live"},
        {"state": "suspended"},
        {"care": "attention"},
        {"care": "upgrade"},
        {"package": str(ids.uuid7())},
        {"level": str(ids.uuid7()), "package": "not an id"},
        *({"sort": sort} for sort in ("newest", "oldest", "name", "sales", "idle", "rubbish")),
        {"q": "%_'\"\\", "page": "999999"},
    ):
        answer = hub.client.get(hub.path("sites"), query_string=query)
        assert answer.status_code == 200, query
    assert f"/sites/{world.bo.id}" in hub.text("sites", sort="sales")
    assert f"/sites/{world.bo.id}" not in hub.text("sites", state="suspended")


def test_the_list_as_a_file_runs_no_formula(world: Alliance, hub: Desk, owner: Engine) -> None:
    with shared():
        registry.rename(world.bo, "=1+1")
        session.commit()
    answer = hub.get("sites/export", q=world.bo.slug)
    with shared():
        registry.rename(world.bo, world.bo.name)
        session.commit()
    body = answer.get_data(as_text=True)
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert body.startswith("\ufeff")
    assert body.count("\n") == 2
    assert "'=1+1" in body
    with use(world.hub):
        assert audit.about(world.hub, world.hub.slug)[0].action == "sites.exported"


def test_an_operator_sees_the_page_of_a_site_two_levels_down(world: Alliance, hub: Desk) -> None:
    page = hub.text(f"sites/{world.bo.id}")
    assert world.ada.name in page
    assert f"{world.bo.slug}.localhost" in page


def test_a_suspended_site_shuts_those_below_it_and_both_sides_keep_it(
    world: Alliance, hub: Desk
) -> None:
    assert hub.post(f"sites/{world.ada.id}/state", state="suspended").status_code == 303
    for site in (world.ada, world.bo):
        assert world.client(site).get("/").status_code == 503
    assert "随上级停用" in hub.text(f"sites/{world.bo.id}")
    for side in (world.hub, world.ada):
        with shared():
            assert audit.about(side, world.ada.slug)[0].action == "site.suspended"
    assert hub.post(f"sites/{world.ada.id}/state", state="live").status_code == 303
    for site in (world.ada, world.bo):
        assert world.client(site).get("/").status_code == 200


def test_a_move_is_shown_first_then_done_then_taken_back(
    world: Alliance, hub: Desk, owner: Engine
) -> None:
    offered = tree.offers(world.hub)
    stocked(world.hub, cost="8.00", retail="10.00")
    before = rows(owner)
    assert world.hub.name in hub.text(f"sites/{world.bo.id}/move")
    preview = hub.text(f"sites/{world.bo.id}/move", to=world.hub.id)
    assert "3 → 2" in preview
    assert rows(owner) == before
    fields = {"form": "move", "to": str(world.hub.id), "package": str(offered.id)}
    path = f"sites/{world.bo.id}/move?to={world.hub.id}"
    assert hub.post(path, **fields).status_code == 303
    assert tree.fresh(world.bo).chain == (world.hub.id, world.bo.id)
    page = hub.text(f"sites/{world.bo.id}")
    undo = re.search(r'action="/s/[^/]+/(sites/\d+/moves/[^"]+)"', page)
    assert undo
    assert hub.post(undo.group(1)).status_code == 303
    assert tree.fresh(world.bo).chain == world.bo.chain
    assert hub.post(undo.group(1)).status_code == 409


def test_a_move_that_is_refused_says_why_and_moves_nothing(
    world: Alliance, hub: Desk, owner: Engine
) -> None:
    order = placed(world.bo, stocked(world.hub))
    package = tree.offers(world.hub)
    before = rows(owner)
    preview = hub.text(f"sites/{world.bo.id}/move", to=world.hub.id)
    assert "1 笔订单尚未付款或发货" in preview
    fields = {"form": "move", "to": str(world.hub.id), "package": str(package.id)}
    answer = hub.post(f"sites/{world.bo.id}/move?to={world.hub.id}", **fields)
    assert answer.status_code == 409
    assert "1 笔订单尚未付款或发货" in answer.get_data(as_text=True)
    circle = {"form": "move", "to": str(world.bo.id), "package": str(package.id)}
    assert hub.post(f"sites/{world.ada.id}/move?to={world.bo.id}", **circle).status_code == 422
    for odd in ("", "0", "999999999", "x", "9" * 30):
        odd_fields = {"form": "move", "to": odd, "package": "rubbish"}
        assert hub.post(f"sites/{world.bo.id}/move", **odd_fields).status_code in (404, 422), odd
    assert rows(owner) == before
    with use(world.bo):
        orders.cancel(world.bo, order.number, actor=audit.SYSTEM, now=clock.now())
        session.commit()


def enter(at: Desk, site: Tenant, **changes: str) -> int:
    fields = {"form": "visit", "reason": "帮忙设置店铺公告", "hours": "4", **changes}
    return at.post(f"sites/{site.id}/visits", **fields).status_code


def test_staff_from_above_come_in_only_by_a_named_ending_grant(world: Alliance, hub: Desk) -> None:
    member = shop.member(world.bo, f"kim-{world.bo.slug}@example.com")
    owner = accounts.staff(world.bo)
    inside = Desk(hub.client, world.bo, hub.person)
    assert inside.get().status_code == 404
    assert enter(hub, world.bo, reason="x") == 422
    assert enter(hub, world.bo, hours="500") == 422
    assert inside.get().status_code == 404
    assert enter(hub, world.bo) == 303
    home = inside.text()
    assert "协管身份访问" in home
    assert "帮忙设置店铺公告" in home
    for page in ("orders", "goods", "settings", "prices"):
        text_ = inside.text(page)
        assert "协管身份访问" in text_
        assert member.email not in text_
    order = placed(world.bo, stocked(world.hub))
    seen = inside.text(f"orders/{world.bo.id}/{order.number}")
    for hidden in (order.contact, "203.0.113.9"):
        assert hidden not in seen
        assert hidden in desk.at(world, world.bo, "agent").text(
            f"orders/{world.bo.id}/{order.number}"
        )
    with use(world.bo):
        orders.cancel(world.bo, order.number, actor=audit.SYSTEM, now=clock.now())
        session.commit()
    for page in ("members", "secrets", "ledger", "audit", "sites", "packages"):
        assert inside.get(page).status_code == 403, page
    for act in (
        f"members/{member.id}/credits",
        "prices/rules",
        "ledger/proofs",
        f"secrets/cards/{ids.uuid7()}/reveal",
    ):
        assert inside.post(act).status_code in (403, 404), act
    for side in (world.hub, world.bo):
        with shared():
            line = audit.about(side, world.bo.slug)[0]
        assert line.action == "site.entered"
        assert (line.after or {})["reason"] == "帮忙设置店铺公告"
    with use(world.bo):
        mine = inbox.reader(owner.id, "agent", [])
        (told,), _ = inbox.inbox(world.bo, mine)
    assert told.kind == Kind.SITE_ENTERED
    assert "帮忙设置店铺公告" in told.said("zh_CN").text


def test_a_visit_ends_by_itself_and_early_from_either_side(world: Alliance, hub: Desk) -> None:
    inside = Desk(hub.client, world.bo, hub.person)
    assert enter(hub, world.bo, hours="1") == 303
    with time_machine.travel(clock.now() + timedelta(minutes=61), tick=True):
        assert inside.get().status_code == 404
    assert inside.get().status_code == 200
    assert inside.post(f"visits/{hub.person.id}/end").status_code == 303
    assert inside.get().status_code == 404
    assert enter(hub, world.bo) == 303
    assert hub.post(f"sites/{world.bo.id}/visits/{hub.person.id}/end").status_code == 303
    assert inside.get().status_code == 404
    assert enter(hub, world.bo) == 303
    bo = desk.at(world, world.bo, "agent")
    assert "结束访问" in bo.text()
    assert bo.post(f"visits/{hub.person.id}/end").status_code == 303
    assert inside.get().status_code == 404
    assert bo.post(f"visits/{hub.person.id}/end").status_code == 404
    with shared():
        assert audit.about(world.bo, world.bo.slug)[0].action == "site.left"


def test_a_visit_dies_with_the_place_of_its_sender(
    world: Alliance, hub: Desk, ada: Desk, owner: Engine
) -> None:
    """Ada's people are in Bo; Bo moves to Hub, and they are out at once."""
    assert enter(ada, world.bo) == 303
    inside = Desk(ada.client, world.bo, ada.person)
    assert inside.get().status_code == 200
    made = tree.move(world.bo, world.hub, tree.offers(world.hub).id)
    assert inside.get().status_code == 404
    with shared():
        assert staff.stewards_of(tree.fresh_here(world.bo), now=clock.now()) == []
    tree.move_back(world.bo, made.id)
    assert inside.get().status_code == 200
    assert inside.post(f"visits/{ada.person.id}/end").status_code == 303


def test_nobody_touches_a_sibling_a_parent_or_another_alliance(
    world: Alliance, hub: Desk, ada: Desk, rival: Desk, builder: Builder, owner: Engine
) -> None:
    """The matrix: every act, by everybody who may not."""
    sister = builder.site(f"sis-{world.hub.slug}", world.hub, "Sister")
    terms.bind(sister, tree.offers(world.hub, child_sites=True))
    sis = desk.at(world, sister, "agent")
    finance = desk.at(world, world.hub, "finance")
    helper = desk.at(world, world.hub, "support")
    enter(hub, world.ada)
    steward = Desk(hub.client, world.ada, hub.person)
    before = rows(owner)
    acts = {
        "state": {"state": "suspended"},
        "level": {"form": "level", "level_id": ""},
        "visits": {"form": "visit", "reason": "nothing good", "hours": "4"},
        "move": {"form": "move", "to": str(world.hub.id), "package": ""},
        f"moves/{ids.uuid7()}/undo": {},
        f"visits/{hub.person.id}/end": {},
        "invitation": {},
        "deposits": {"form": "deposit", "amount": "10", "once": "x"},
    }
    for who, target in (
        (sis, world.ada),
        (sis, world.bo),
        (sis, sister),
        (sis, world.hub),
        (ada, sister),
        (ada, world.ada),
        (ada, world.hub),
        (rival, world.ada),
        (rival, world.hub),
        (helper, world.ada),
        (steward, world.bo),
    ):
        pass_ = {"csrf_token": desk.token(who.client)}
        for act, fields in acts.items():
            path = who.path(f"sites/{target.id}/{act}")
            answer = who.client.post(path, data={**fields, **pass_})
            assert answer.status_code in (403, 404), (who.site.slug, target.slug, act)
        assert who.get(f"sites/{target.id}").status_code in (403, 404)
    for act in ("state", "visits", "move"):
        assert finance.post(f"sites/{world.ada.id}/{act}", **acts[act]).status_code == 403
    for slug in (world.hub.slug, sister.slug):
        assert ada.client.get(f"/s/{slug}/sites").status_code == 404
    assert ada.post(f"sites/{world.bo.id}/move", **acts["move"]).status_code == 403
    assert rows(owner) == before
    steward.post(f"visits/{hub.person.id}/end")


def wish(package_id: object, **changes: str) -> dict[str, str]:
    number = ids.token(4).lower().replace("-", "x").replace("_", "y")
    return {
        "form": "open",
        "application": str(ids.uuid7()),
        "name": f"new{number}",
        "site_name": "新开的店",
        "package": str(package_id),
        "primary": "#2563eb",
        "owner": "new",
        "login": f"own{number}",
        "email": f"own{number}@example.com",
        **changes,
    }


def opened(at: Desk, fields: dict[str, str]) -> Tenant:
    answer = at.post("sites/new", **fields)
    assert answer.status_code == 303, answer.get_data(as_text=True)[-3000:]
    onward = at.client.get(answer.location)
    assert onward.status_code == 303
    with shared():
        found = registry.by_slug(fields["name"])
    assert found is not None
    assert found.state == "live"
    return found


def test_a_site_opened_for_somebody_new_is_theirs_by_a_link_and_nobody_knew_a_password(
    world: Alliance, hub: Desk, builder: Builder, mails: list[object], app
) -> None:
    run.fill_pool(builder.owner, spares=1, now=clock.now())
    package = tree.offers(world.hub)
    fields = wish(package.id)
    site = opened(hub, fields)
    assert site.parent_id == world.hub.id
    assert f"{fields['login']} 尚未设置密码" in hub.text(f"sites/{site.id}")
    assert desk.sign_in(world.console, fields["login"], "!").status_code == 403
    relayed()
    assert [job for job in mails if "mail_owner_invitation" in str(job)]
    with shared():
        person = staff.by_login(fields["login"])
    assert person is not None
    with use(site):
        made = invitations.issue(site, person.id, now=clock.now())
        session.commit()
    assert made is not None
    guest = world.console
    assert guest.get("/welcome?token=nonsense").status_code == 410
    page = guest.get(f"/welcome?token={made.token}").get_data(as_text=True)
    assert fields["login"] in page
    sent = {"form": "welcome", "token": made.token, "password": "a long new password"}
    assert desk.post(guest, "/welcome", **sent).status_code == 422
    weak = {**sent, "password": "123", "consent": "y"}
    assert desk.post(guest, "/welcome", **weak).status_code == 422
    assert desk.post(guest, "/welcome", **sent, consent="y").status_code == 303
    assert guest.get(f"/s/{site.slug}").status_code == 200
    again = desk.post(world.console, "/welcome", **sent, consent="y")
    assert again.status_code in (410, 422)
    with use(site):
        assert invitations.issue(site, person.id, now=clock.now()) is None
    assert hub.post(f"sites/{site.id}/invitation").status_code == 404


def test_an_agent_opens_a_site_below_under_his_own_name(
    world: Alliance, ada: Desk, builder: Builder
) -> None:
    run.fill_pool(builder.owner, spares=1, now=clock.now())
    package = tree.offers(world.ada)
    site = opened(ada, wish(package.id, owner="mine", login="", email=""))
    assert site.chain == (world.hub.id, world.ada.id, site.id)
    assert ada.client.get(f"/s/{site.slug}").status_code == 200
    with shared():
        assert [one.id for one, role in staff.staff_of(site.id)] == [ada.person.id]
    with use(world.ada):
        assert audit.about(world.ada, site.slug)[0].action == "site.applied"


def test_what_cannot_be_opened_is_refused_and_nothing_is_written(
    world: Alliance, hub: Desk, ada: Desk, rival: Desk, owner: Engine
) -> None:
    package = tree.offers(world.hub)
    before = rows(owner)
    refused = (
        {"name": world.ada.slug},
        {"name": "admin"},
        {"name": "x" * 300},
        {"login": ada.person.login},
        {"login": "", "email": ""},
        {"email": "not a mail"},
        {"owner": "known", "login": rival.person.login},
        {"owner": "somebody"},
        {"package": str(ids.uuid7())},
        {"application": "rubbish"},
        {"site_name": " "},
        {"primary": "red"},
    )
    pass_ = {"csrf_token": desk.token(hub.client)}
    for change in refused:
        sent = {**wish(package.id, **change), **pass_}
        answer = hub.client.post(hub.path("sites/new"), data=sent)
        assert answer.status_code in (403, 404, 409, 422), change
    theirs = wish(package.id)
    assert ada.post("sites/new", **theirs).status_code in (403, 404, 422)
    assert ada.post("sites/new", **{**theirs, "owner": "known"}).status_code == 422
    bo = desk.at(world, world.bo, "agent")
    assert bo.post("sites/new", **wish(package.id)).status_code == 403
    assert rows(owner)[2] == before[2]


CROWD = """
INSERT INTO shared.tenant
    (id, slug, name, schema_name, path, state, currency, application_id, created_at, live_at)
SELECT 9000000 + n, 'crowd' || :root || 'x' || n, '分站 ' || n,
    't_' || lpad(n::text, 13, '0'),
    CAST(:root AS text)::ltree || CAST(9000000 + n AS text), 'live', 'CNY',
    gen_random_uuid(), :now, :now
FROM generate_series(1, 5000) AS n
"""


def test_five_thousand_sites_take_as_many_statements_as_three(
    world: Alliance, hub: Desk, owner: Engine
) -> None:
    few = statements(lambda: hub.text("sites"))
    with owner.begin() as connection:
        asked = {"root": world.hub.id, "now": clock.now()}
        connection.execute(text(CROWD), asked)
    try:
        for query in ({}, {"q": "分站 4999"}, {"sort": "sales"}, {"care": "attention"}):
            assert statements(lambda query=query: hub.text("sites", **query)) <= few + 3, query
        counted = re.search(r"共 (50\d\d) 条", hub.text("sites"))
        assert counted
        lines = hub.get("sites/export").get_data(as_text=True).count("\n")
        assert lines == int(counted.group(1)) + 1
        for page in ("", "orders", "ledger"):
            assert len(hub.text(page)) < 200_000, page
    finally:
        with owner.begin() as connection:
            connection.execute(text("DELETE FROM shared.tenant WHERE id > 9000000"))


def statements(work: Callable[[], object]) -> int:
    """How many statements the web process sends while it does this."""
    sent: list[str] = []
    sites = [engines.named(role) for role in ("app", "app_shared")]

    def hear(_c: object, _k: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    for engine in sites:
        event.listen(engine, "before_cursor_execute", hear)
    try:
        work()
    finally:
        for engine in sites:
            event.remove(engine, "before_cursor_execute", hear)
    return len(sent)


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was queued, by name and arguments."""
    import rq

    queued: list[object] = []

    def enqueue(_queue: object, work: object, *given: object, **_: object) -> None:
        queued.append((getattr(work, "__name__", ""), given))

    monkeypatch.setattr(rq.Queue, "enqueue", enqueue)
    return queued
