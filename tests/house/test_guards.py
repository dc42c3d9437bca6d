"""Every door names who may come in, and no form is taken from a stranger's page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.routing import Rule

from kameng.faces.frame import csrf
from tests.support import shop
from tests.support.worlds import Alliance

ALLOWED = {
    "storefront": re.compile(r"public|member|signature"),
    "signup": re.compile(r"public"),
    "landing": re.compile(r"public"),
    "media": re.compile(r"public"),
    "frame": re.compile(r"public"),
    "console": re.compile(r"entry|console|public|staff:[a-z]+\.[a-z]+"),
    "hooks": re.compile(r"signature|near"),
    "api": re.compile(r"api:[a-z]+\.[a-z]+"),
}
WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
PUBLIC_IN_CONSOLE = re.compile(r"console\.(asset|static|file|look_picture|theme_picture)s?")


def rules(app: Flask) -> Iterator[Rule]:
    """Every route of every face."""
    yield from app.url_map.iter_rules()


def guard(app: Flask, rule: Rule) -> str:
    """The guard a route's view wears, or nothing."""
    return getattr(app.view_functions[rule.endpoint], "guard", "")


def path(rule: Rule) -> str:
    """An address that fits the rule; the slug of a site is left to the caller."""
    spelt = re.sub(r"<uuid:\w+>", str(uuid4()), rule.rule)
    spelt = re.sub(r"<int:\w+>", "1", spelt)
    return re.sub(r"<(\w+:)?\w+>", "x", spelt)


def test_every_route_names_its_guard(app: Flask) -> None:
    nameless = [rule.endpoint for rule in rules(app) if not guard(app, rule)]
    assert not nameless


def test_every_face_uses_only_its_own_guards(app: Flask) -> None:
    for rule in rules(app):
        face = rule.endpoint.split(".", 1)[0]
        assert face in ALLOWED, f"{rule.endpoint}: a face this test does not know"
        assert ALLOWED[face].fullmatch(guard(app, rule)), f"{rule.endpoint}: {guard(app, rule)}"


def test_only_files_are_public_on_the_console(app: Flask) -> None:
    for rule in rules(app):
        if rule.endpoint.startswith("console.") and guard(app, rule) == "public":
            assert PUBLIC_IN_CONSOLE.fullmatch(rule.endpoint), rule.endpoint
            assert not (rule.methods or set()) & WRITING


def test_every_site_of_the_console_is_reached_only_with_a_permission_for_it(app: Flask) -> None:
    for rule in rules(app):
        if rule.endpoint.startswith("console.") and "<slug>" in rule.rule:
            assert guard(app, rule).startswith("staff:"), rule.endpoint


def test_only_signed_notifications_and_keys_go_without_a_form_token(app: Flask) -> None:
    exempt = csrf.protect._exempt_views
    for rule in rules(app):
        view = app.view_functions[rule.endpoint]
        if f"{view.__module__}.{view.__name__}" in exempt:
            assert re.fullmatch(r"signature|api:.+", guard(app, rule)), rule.endpoint
    assert not csrf.protect._exempt_blueprints


def test_reading_a_page_takes_no_other_method(app: Flask) -> None:
    """A form is posted: nothing that changes anything hangs on a GET route."""
    for rule in rules(app):
        methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        assert methods in ({"GET"}, {"POST"}), f"{rule.endpoint}: {methods}"


@pytest.mark.parametrize("face", ["storefront", "signup"])
def test_a_post_without_a_token_is_refused_in_a_shop(
    app: Flask, alliance: Alliance, face: str
) -> None:
    shop.decorate(alliance.ada)
    client = alliance.client(alliance.ada)
    for rule in rules(app):
        if rule.endpoint.startswith(f"{face}.") and "POST" in (rule.methods or ()):
            assert client.post(path(rule)).status_code == 400, rule.endpoint


def test_a_post_without_a_token_is_refused_in_the_console(app: Flask, alliance: Alliance) -> None:
    for rule in rules(app):
        if rule.endpoint.startswith("console.") and "POST" in (rule.methods or ()):
            address = path(rule).replace("/s/x", f"/s/{alliance.hub.slug}", 1)
            assert alliance.console.post(address).status_code == 400, rule.endpoint


def test_a_notification_without_a_signature_is_refused(app: Flask, alliance: Alliance) -> None:
    for rule in rules(app):
        if rule.endpoint.startswith("hooks.") and "POST" in (rule.methods or ()):
            answer = alliance.hooks.post(path(rule), data=b"{}")
            assert answer.status_code in (400, 401, 403), rule.endpoint


def test_nobody_asks_the_api_without_a_key(app: Flask, alliance: Alliance) -> None:
    """A member's cookie and a staff session are no key: every address wants one, in every way."""
    client = alliance.client(alliance.ada)
    for rule in rules(app):
        if rule.endpoint.startswith("api."):
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                answer = client.open(path(rule), method=method)
                assert answer.status_code == 401, rule.endpoint
                assert answer.is_json, rule.endpoint


def test_a_staff_cookie_never_reaches_a_shop(app: Flask, alliance: Alliance) -> None:
    """Host-only: without a Domain a browser sends it to the console's host and nowhere else."""
    cookies = alliance.console.get("/sign-in").headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert "Domain=" not in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie


def test_nobody_enters_the_console_without_signing_in(app: Flask, alliance: Alliance) -> None:
    for rule in rules(app):
        if not rule.endpoint.startswith("console.") or "GET" not in (rule.methods or ()):
            continue
        if guard(app, rule).startswith("staff:") or guard(app, rule) == "console":
            address = path(rule).replace("/s/x", f"/s/{alliance.hub.slug}", 1)
            answer = alliance.console.get(address)
            assert answer.status_code == 303, rule.endpoint
            assert "/sign-in" in answer.headers["Location"]
