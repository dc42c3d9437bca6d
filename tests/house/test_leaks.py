"""Two alliances and a third, empty one; every route of every face: nothing of one shows, or moves,
in another, and no statement that was sent for it breaks the rules of test_sql."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, event
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from kameng.config import ROLES
from tenants.tree import Tenant
from tests.house.statements import SENT
from tests.support import peeking, rivals
from tests.support.keys import Program
from tests.support.rivals import Rival, fill
from tests.support.worlds import Builder, HostClient

READ_ON_A_SHOP = ("storefront.", "signup.")
DEEP = {"number", "order_id"}


@pytest.fixture(scope="module")
def sent() -> Iterator[set[str]]:
    """Every statement of web and worker in this module, as the driver gets it."""
    heard: set[str] = set()

    def hear(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if connection.engine.url.username != ROLES["owner"]:
            heard.add(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    yield heard
    event.remove(Engine, "before_cursor_execute", hear)


@pytest.fixture(scope="module")
def pair(app: Flask, builder: Builder) -> tuple[Rival, Rival]:
    """Left and Right, both in full use."""
    builder.app = app
    return (rivals.rival(builder.alliance(), "左岸"), rivals.rival(builder.alliance(), "右岸"))


@pytest.fixture(scope="module")
def visitors(app: Flask, builder: Builder, pair: tuple[Rival, Rival]) -> tuple[Rival, Rival]:
    """Who must see nothing of Left: Right, and a third that has just opened and owns nothing."""
    return (pair[1], rivals.newcomer(builder.alliance(), "空城"))


def routes(app: Flask, *faces: str, method: str) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith(faces) and method in (rule.methods or ()):
            yield rule


def said(answer: TestResponse) -> str:
    """What an answer says, files included."""
    return answer.get_data().decode("utf-8", "replace")


def echoless(page: str, path: str, stranger: Rival) -> set[str]:
    """The stranger's words on a page, without the one the visitor typed into the address."""
    return {mark for mark in stranger.shown_in(page) if mark not in path}


def test_no_shop_page_shows_a_word_of_another_alliance(
    app: Flask, sent: set[str], pair: tuple[Rival, Rival], visitors: tuple[Rival, Rival]
) -> None:
    left, _ = pair
    for here in visitors:
        for site in (here.alliance.hub, here.alliance.ada, here.alliance.bo):
            client = here.alliance.client(site)
            for rule in routes(app, *READ_ON_A_SHOP, method="GET"):
                path = fill(rule.rule, left.ids)
                answer = client.get(path)
                assert not echoless(said(answer), path, left), f"{rule.endpoint} on {site.slug}"
                assert answer.status_code < 500, f"{rule.endpoint}: {answer.status_code}"


def test_no_link_for_looking_opens_anything_on_another_host(
    app: Flask, pair: tuple[Rival, Rival], visitors: tuple[Rival, Rival]
) -> None:
    """Drafts, versions, articles nobody is to see yet: each link is good at its own shop only."""
    left, _ = pair
    near = (left.alliance.hub, left.alliance.bo)
    others = [(here, site) for here in visitors for site in here.alliance.sites]
    for name, (path, token) in peeking.links(app, left).items():
        own = left.alliance.client(left.alliance.ada).get(f"{path}?look={token}")
        assert own.headers["X-Robots-Tag"] == "noindex, nofollow", name
        hidden = left.shown_in(said(own))
        for here, site in [*others, *((left, site) for site in near)]:
            client = here.alliance.client(site)
            seen, plain = (client.get(f"{one}?look={token}") for one in (path, "/"))
            for answer in (seen, plain):
                assert "X-Robots-Tag" not in answer.headers, f"{name} on {site.slug}"
                words = left.shown_in(said(answer))
                assert not words if here is not left else words <= _plainly(left, client)
            asked = {"path": "/", "page": "home", "section": {"id": "x", "type": "faq"}}
            refused = client.post(f"/look?look={token}", json=asked)
            assert refused.status_code == 403, f"{name} on {site.slug}"
            assert not left.shown_in(said(refused))
        assert hidden if name != "frame" else True, name


def _plainly(owner: Rival, client: FlaskClient) -> set[str]:
    """The words a shop shows to anybody."""
    return owner.shown_in(said(client.get("/")))


def test_no_form_of_a_shop_moves_anything_of_another_alliance(
    app: Flask, pair: tuple[Rival, Rival], visitors: tuple[Rival, Rival], owner: Engine
) -> None:
    """Every form, as a member and as a guest, with the stranger's ids in address and fields."""
    left, right = pair
    sites = (left.alliance.hub, left.alliance.ada, left.alliance.bo)
    before = rivals.rows_of(owner, sites)
    for here in visitors:
        visitor = rivals.Visitor(here.alliance.client(here.alliance.ada))
        if here is right:
            assert visitor.sign_in(right.contact).status_code == 303
        for rule in sorted(routes(app, *READ_ON_A_SHOP, method="POST"), key=_leaving):
            path = fill(rule.rule, left.ids)
            fields = {"quantity": "1", "sku": left.ids["sku_id"], "contact": left.contact}
            _post(visitor.client, path, visitor.token("/sign-in"), left, **fields)
    assert rivals.rows_of(owner, sites) == before


def _leaving(rule: Rule) -> bool:
    """What ends a session comes last."""
    return "sign_out" in rule.endpoint or "sign-out" in rule.rule


def test_the_bare_domain_and_the_sign_in_page_name_no_site(
    app: Flask, pair: tuple[Rival, Rival]
) -> None:
    left, right = pair
    bare = HostClient(app, app.response_class, host=left.alliance.settings.host())
    for client, path in ((bare, "/"), (left.alliance.console, "/sign-in")):
        page = said(client.get(path))
        for site in (left.alliance.hub, left.alliance.ada, right.alliance.hub):
            assert site.name not in page
            assert f"//{site.slug}." not in page


def test_the_consoles_of_two_alliances_are_strangers(
    app: Flask, pair: tuple[Rival, Rival], visitors: tuple[Rival, Rival]
) -> None:
    left, _ = pair
    for here, role, home in homes(visitors):
        client = rivals.signed_in(here, role)
        for rule in routes(app, "console.", method="GET"):
            for slug in among(rule, home, like(left, role)):
                path = fill(rule.rule, left.ids, slug)
                answer = client.get(path)
                assert not echoless(said(answer), path, left), f"{rule.endpoint} as {role}"
                assert answer.status_code < 500, f"{rule.endpoint}: {answer.status_code}"
                if "<slug>" in rule.rule and slug != home.slug:
                    assert answer.status_code == 404, f"{rule.endpoint}: {answer.status_code}"


def like(stranger: Rival, role: str) -> Tenant:
    """The stranger's site on which such a person works."""
    return stranger.alliance.hub if role == "operator" else stranger.alliance.ada


def among(rule: Rule, *sites: Tenant) -> list[str]:
    """The sites a rule is asked about: each, or once where its address names none."""
    return [one.slug for one in sites][: None if "<slug>" in rule.rule else 1]


def homes(visitors: tuple[Rival, Rival]) -> Iterator[tuple[Rival, str, Tenant]]:
    """Each alliance's people and the site they work on."""
    right, empty = visitors
    yield right, "operator", right.alliance.hub
    yield right, "agent", right.alliance.ada
    yield empty, "operator", empty.alliance.hub


def test_the_other_alliances_ids_move_nothing(
    app: Flask, pair: tuple[Rival, Rival], visitors: tuple[Rival, Rival], owner: Engine
) -> None:
    left, _ = pair
    sites = (left.alliance.hub, left.alliance.ada, left.alliance.bo)
    before = rivals.rows_of(owner, sites)
    for here, role, home in homes(visitors):
        client = rivals.signed_in(here, role)
        token = rivals.Visitor(client).token(f"/s/{home.slug}/settings")
        for rule in routes(app, "console.", method="POST"):
            if "<slug>" not in rule.rule:
                continue
            for slug in (home.slug, left.alliance.hub.slug):
                _post(client, fill(rule.rule, left.ids, slug), token, left)
    assert rivals.rows_of(owner, sites) == before


def test_no_face_is_left_out_and_the_rest_names_no_site(
    app: Flask, pair: tuple[Rival, Rival]
) -> None:
    """The faces above have tests of their own; whatever else there is, is asked here."""
    left, _ = pair
    tried = (*READ_ON_A_SHOP, "console.", "hooks.", "api.", "media.")
    others = [rule for rule in app.url_map.iter_rules() if not rule.endpoint.startswith(tried)]
    assert {rule.endpoint.split(".", 1)[0] for rule in others} <= {"landing", "frame"}
    bare = HostClient(app, app.response_class, host=left.alliance.settings.host())
    for rule in others:
        path = fill(rule.rule, left.ids)
        for client in (bare, left.alliance.console, left.alliance.hooks):
            answer = client.get(path)
            assert not echoless(said(answer), path, left), rule.endpoint
            assert answer.status_code < 500, rule.endpoint


def test_no_program_reads_a_word_of_another_alliance(
    app: Flask, pair: tuple[Rival, Rival], visitors: tuple[Rival, Rival]
) -> None:
    """With a key of one's own and the stranger's ids; and with that key at the stranger's door."""
    left, _ = pair
    for here in visitors:
        for role, program in here.programs.items():
            for rule in routes(app, "api.", method="GET"):
                path = fill(rule.rule, left.ids)
                answer = program.get(path)
                assert answer.status_code in (200, 404), f"{rule.endpoint} as {role}"
                assert not echoless(said(answer), path, left), f"{rule.endpoint} as {role}"
                there = Program(left.programs[role].client, program.key)
                assert there.get(path).status_code == 401, f"{rule.endpoint} as {role}"


def test_a_notification_told_to_the_platform_names_no_site(
    app: Flask, pair: tuple[Rival, Rival]
) -> None:
    left, _ = pair
    for method in ("GET", "POST"):
        for rule in routes(app, "hooks.", method=method):
            path = fill(rule.rule, left.ids)
            answer = left.alliance.hooks.open(path, method=method, data=b"{}" * (method == "POST"))
            assert not echoless(said(answer), path, left), rule.endpoint
            assert answer.status_code < 500, rule.endpoint


def _post(client: FlaskClient, path: str, token: str, stranger: Rival, **more: str) -> None:
    """Every field a form might have, filled with the stranger's ids."""
    fields = {**stranger.ids, "csrf_token": token, "amount": "1", "name": "x", "state": "off_sale"}
    fields |= more
    answer = client.post(path, data=fields)
    assert answer.status_code < 500, f"{path}: {answer.status_code}"
    assert not echoless(said(answer), path + str(fields), stranger), path


def test_a_parent_does_not_see_the_members_of_a_child(
    app: Flask, pair: tuple[Rival, Rival]
) -> None:
    """limits.md, privacy: order facts yes, contacts no."""
    left, _ = pair
    contact = f"{left.mark}kim@example.com"
    client = rivals.signed_in(left, "operator")
    for rule in routes(app, "console.", method="GET"):
        path = fill(rule.rule, left.ids, left.alliance.hub.slug)
        page = said(client.get(path))
        assert contact not in page, rule.endpoint
        assert not {one for one in left.marks if one[:3] in ("sk_", "whs") and one in page}


def test_a_child_does_not_see_what_is_its_parents_alone(
    app: Flask, pair: tuple[Rival, Rival]
) -> None:
    """Secrets in stock, and what the master pays: an agent's console shows neither."""
    left, _ = pair
    client = rivals.signed_in(left, "agent")
    for rule in routes(app, "console.", method="GET"):
        path = fill(rule.rule, left.ids, left.alliance.ada.slug)
        page = said(client.get(path))
        assert f"{left.mark}卡密004" not in page, rule.endpoint
        assert "8.00" not in page, rule.endpoint


def test_no_statement_sent_for_any_of_it_breaks_the_rules(
    app: Flask, sent: set[str], visitors: tuple[Rival, Rival]
) -> None:
    """What SQLAlchemy made of our expressions, too; the sources alone do not show that."""
    client = visitors[0].alliance.client(visitors[0].alliance.ada)
    for rule in routes(app, *READ_ON_A_SHOP, method="GET"):
        client.get(fill(rule.rule, visitors[0].ids))
    assert len(sent) > 20
    for name, pattern in SENT.items():
        assert [one for one in sent if pattern.search(one)] == [], name
