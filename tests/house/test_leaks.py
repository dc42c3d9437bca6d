"""Two alliances, every route of every face: nothing of one shows, or moves, in the other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.support import rivals
from tests.support.rivals import Rival, fill
from tests.support.worlds import Builder, HostClient

READ_ON_A_SHOP = ("storefront.", "signup.")
DEEP = {"number", "order_id"}


@pytest.fixture(scope="module")
def pair(app: Flask, builder: Builder) -> tuple[Rival, Rival]:
    """Left and Right, both in full use."""
    builder.app = app
    return (rivals.rival(builder.alliance(), "左岸"), rivals.rival(builder.alliance(), "右岸"))


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


def test_no_shop_page_shows_a_word_of_the_other_alliance(
    app: Flask, pair: tuple[Rival, Rival]
) -> None:
    left, right = pair
    for site in (right.alliance.hub, right.alliance.ada, right.alliance.bo):
        client = right.alliance.client(site)
        for rule in routes(app, *READ_ON_A_SHOP, method="GET"):
            path = fill(rule.rule, left.ids)
            answer = client.get(path)
            assert not echoless(said(answer), path, left), f"{rule.endpoint} on {site.slug}"
            assert answer.status_code < 500, f"{rule.endpoint}: {answer.status_code}"


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


def test_the_consoles_of_two_alliances_are_strangers(app: Flask, pair: tuple[Rival, Rival]) -> None:
    left, right = pair
    for role, home in (("operator", right.alliance.hub), ("agent", right.alliance.ada)):
        client = rivals.signed_in(right, role)
        for rule in routes(app, "console.", method="GET"):
            for slug in (home.slug, left.alliance.hub.slug, left.alliance.ada.slug):
                path = fill(rule.rule, left.ids, slug)
                answer = client.get(path)
                assert not echoless(said(answer), path, left), f"{rule.endpoint} as {role}"
                if "<slug>" in rule.rule and slug != home.slug:
                    assert answer.status_code == 404, f"{rule.endpoint}: {answer.status_code}"


def test_the_other_alliances_ids_move_nothing(
    app: Flask, pair: tuple[Rival, Rival], owner: Engine
) -> None:
    left, right = pair
    sites = (left.alliance.hub, left.alliance.ada, left.alliance.bo)
    before = rivals.rows_of(owner, sites)
    for role, home in (("operator", right.alliance.hub), ("agent", right.alliance.ada)):
        client = rivals.signed_in(right, role)
        token = rivals.Visitor(client).token(f"/s/{home.slug}/settings")
        for rule in routes(app, "console.", method="POST"):
            if "<slug>" not in rule.rule:
                continue
            for slug in (home.slug, left.alliance.hub.slug):
                _post(client, fill(rule.rule, left.ids, slug), token, left)
    assert rivals.rows_of(owner, sites) == before


def _post(client: FlaskClient, path: str, token: str, stranger: Rival) -> None:
    """Every field a form might have, filled with the stranger's ids."""
    fields = {**stranger.ids, "csrf_token": token, "amount": "1", "name": "x", "state": "off_sale"}
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
        assert contact not in said(client.get(path)), rule.endpoint


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
