"""The editor's frame: the working draft seen as the shop, and single sections drawn anew for it."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from kameng.domains.design import queries as design
from kameng.domains.design.drafts import queries as drafts
from kameng.domains.design.drafts import service
from kameng.faces.frame import looks
from kameng.faces.storefront import editing
from kameng.kit import clock
from tenants.context import use
from tenants.database import session
from tests.support import shop as shops
from tests.support.shop import Shop
from tests.support.worlds import Builder

SECTION = re.compile(r'<(\w+) id="s-([a-z0-9_-]+)" class="sec ')
LONG = "长" * 500


@dataclass
class World:
    """Ada's shop with a working draft, and the tokens that show it."""

    shop: Shop
    app: Flask

    @property
    def draft(self) -> dict[str, Any]:
        with use(self.shop.alliance.ada):
            found = drafts.one(self.shop.alliance.ada)
        assert found
        assert found.arrangement
        return deepcopy(found.arrangement)

    def token(self, *, editing: bool = True, language: str = "zh-CN") -> str:
        with self.app.test_request_context(headers={"Accept-Language": language}):
            address = looks.link_draft(self.shop.alliance.ada, editing=editing)
        return address.partition("look=")[2]

    def page(self, path: str = "/") -> str:
        answer = self.shop.visitor().get(f"{path}?look={self.token()}")
        assert answer.status_code in (200, 404), path
        return answer.text

    def ask(self, token: str | None = None, tenant: Any = None, **what: Any) -> TestResponse:
        wanted = {"path": "/", "page": "home", **what}
        client = self.shop.visitor(tenant).client
        address = f"/look?look={self.token() if token is None else token}"
        return client.post(address, data=json.dumps(wanted), content_type="text/plain")

    def home(self, kind: str) -> dict[str, Any]:
        sections = self.draft["templates"]["home"]["sections"]
        found: dict[str, Any] = next(one for one in sections if one["type"] == kind)
        return found


@pytest.fixture(scope="module")
def world(app: Flask, builder: Builder) -> World:
    builder.app = app
    shop = shops.furnish(builder.alliance())
    ada = shop.alliance.ada
    with use(ada):
        made = {**design.live(ada), "site": {"name": "只在草稿里的名字"}}
        made.pop("digest", None)
        service.keep(ada, made, step=0, editor="t", author="Ada", now=clock.now())
        session.commit()
    return World(shop, app)


def told(answer: TestResponse) -> dict[str, Any]:
    """What the answer says, as JSON."""
    found: dict[str, Any] = json.loads(answer.text)
    return found


def pieces(html: str) -> dict[str, str]:
    """The sections of a page by their id, each the text of its whole element."""
    found = {}
    for match in SECTION.finditer(html):
        tag, at, depth = match.group(1), match.start(), 0
        for one in re.finditer(rf"<(/?){tag}\b[^>]*>", html[at:]):
            depth += -1 if one.group(1) else 1
            if depth == 0:
                found[match.group(2)] = html[at : at + one.end()]
                break
    return found


def test_the_draft_is_seen_with_its_link_and_by_nobody_else(world: World) -> None:
    plain = world.shop.visitor()
    assert "只在草稿里的名字" in plain.get(f"/?look={world.token(editing=False)}").text
    assert "只在草稿里的名字" not in plain.get("/").text
    assert "preview.js" in world.page()
    assert "preview.js" not in plain.get(f"/?look={world.token(editing=False)}").text
    assert "preview.js" not in plain.get("/").text


NAMES = {
    "/": "home",
    "/c": "category",
    "/orders": "order_query",
    "/sign-in": "sign_in",
    "/me/look": "member",
    "/pages/-": "not_found",
}


@pytest.mark.parametrize("path", NAMES)
def test_a_section_alone_is_the_same_text_as_in_its_page(world: World, path: str) -> None:
    draft, there = world.draft, pieces(world.page(path))
    parts = {f"group:{name}": page for name, page in draft["groups"].items()}
    parts[NAMES[path]] = draft["templates"][NAMES[path]]
    seen = 0
    for page, held in parts.items():
        for section in held["sections"]:
            answer = world.ask(path=path, page=page, section=section)
            assert answer.status_code == 200, answer.text
            assert told(answer)["html"] == there.get(section["id"], ""), section["type"]
            seen += bool(told(answer)["html"])
    assert seen >= 3


def test_what_is_on_the_screen_is_drawn_and_nothing_is_stored(world: World) -> None:
    before = world.draft
    hero = world.home("hero")
    hero["settings"]["title"] = "刚刚打的字"
    answer = world.ask(section=hero)
    assert "刚刚打的字" in told(answer)["html"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers
    assert world.draft == before
    assert "刚刚打的字" not in world.page()


def test_a_section_that_is_new_on_the_page_is_drawn_too(world: World) -> None:
    hero = world.home("hero")
    hero["id"] = "hero-2"
    assert 'id="s-hero-2"' in told(world.ask(section=hero))["html"]


@pytest.mark.parametrize(
    "broken",
    [
        {"settings": {"title": LONG}},
        {"settings": {"nobody_knows": 1}},
        {"type": "no_such_type"},
        {"id": '"><script>'},
        {"settings": {"title": 7}},
    ],
)
def test_settings_nobody_could_save_are_named_and_drawn_nowhere(
    world: World, broken: dict[str, Any]
) -> None:
    before = world.draft
    answer = world.ask(section={**world.home("hero"), **broken})
    assert answer.status_code == 422
    assert told(answer)["problems"]
    assert "html" not in told(answer)
    assert world.draft == before


@pytest.mark.parametrize(
    "what",
    [
        {"path": "https://elsewhere.example/"},
        {"path": "/../etc"},
        {"page": "home/../x"},
        {"section": "x"},
        {"more": 1},
    ],
)
def test_what_is_no_question_at_all_is_refused(world: World, what: dict[str, Any]) -> None:
    assert world.ask(**{"section": world.home("hero"), **what}).status_code == 400


def test_the_member_centre_is_looked_at_without_anybodys_account(world: World) -> None:
    plain = world.shop.alliance.client(world.shop.alliance.ada)
    assert plain.get("/me/look").status_code == 404
    assert 'class="me-bal"' in world.page("/me/look")


def test_pages_of_somebodys_account_are_not_drawn_in_pieces(world: World) -> None:
    answer = world.ask(path="/me", page="member", section=world.home("hero"))
    assert (answer.status_code, told(answer)) == (200, {"html": None})


def test_the_token_of_one_site_does_nothing_on_another(world: World) -> None:
    answer = world.ask(tenant=world.shop.alliance.hub, section=world.home("hero"))
    assert answer.status_code == 403
    strange = world.shop.visitor(world.shop.alliance.hub).get(f"/?look={world.token()}")
    assert "只在草稿里的名字" not in strange.text
    assert "preview.js" not in strange.text


def test_neither_a_forged_token_nor_a_link_for_looking_asks_for_sections(world: World) -> None:
    hero = world.home("hero")
    assert world.ask("", section=hero).status_code == 400
    assert world.ask("forged", section=hero).status_code == 403
    assert world.ask(world.token(editing=False), section=hero).status_code == 403


def test_a_link_that_is_over_shows_what_is_live(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = world.token()
    monkeypatch.setattr(looks, "DRAFT_AGE_SECONDS", -1)
    assert world.ask(token, section=world.home("hero")).status_code == 403
    assert "只在草稿里的名字" not in world.shop.visitor().get(f"/?look={token}").text


def test_new_colours_are_served_to_the_frame_and_bad_ones_refused(world: World) -> None:
    colours = told(world.ask(tokens={"primary": "#118844"}))["colours"]
    assert "#118844" in world.shop.visitor().get(colours).text
    assert world.ask(tokens={"primary": "red; }"}).status_code == 422
    assert world.draft["tokens"] != {"primary": "#118844"}


def test_the_first_colour_of_a_shop_nobody_has_drafted_is_seen_at_once(world: World) -> None:
    bo = world.shop.alliance.bo
    with world.app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        token = looks.link_draft(bo, editing=True).partition("look=")[2]
    answer = world.ask(token, bo, tokens={"primary": "#118844"})
    assert answer.status_code == 200, answer.text
    assert "#118844" in world.shop.visitor(bo).get(told(answer)["colours"]).text


def test_the_frame_shows_a_guest_and_holds_no_form_token(world: World) -> None:
    page = world.page("/sign-in")
    assert not re.search(r'name="csrf_token" value="[^"]', page)


@pytest.mark.parametrize("limit", ["OF_A_TOKEN", "OF_A_SITE"])
def test_more_sections_than_anybody_types_are_refused_by_name(
    world: World, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(editing, limit, 2)
    token, hero = world.token(), world.home("hero")
    answers = [world.ask(token, section=hero) for _ in range(4)]
    refused = answers[-1]
    assert (refused.status_code, told(refused)["code"]) == (429, "sections_too_many")
    assert told(refused)["problems"][0]["message"] == "修改太频繁，预览将在一分钟后恢复。"
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert "html" not in told(refused)
    monkeypatch.undo()
    assert world.ask(token, section=hero).status_code == 200


def test_one_link_has_one_allowance_however_its_signature_is_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signs that base64 passes over make another text of the same link; whoever was sent one would
    take the whole site's allowance from everybody who decorates it."""
    monkeypatch.setattr(editing, "OF_A_TOKEN", 2)
    token, hero = world.token(language="en"), world.home("hero")
    answers = [world.ask(token + "!!!!" * at, section=hero).status_code for at in range(4)]
    assert answers == [200, 200, 429, 429]
