"""A newcomer opens a shop from one page and lands on it; whatever is odd opens nothing."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from kameng.domains.accounts.staff import queries as staff_queries
from kameng.domains.accounts.staff import service as staff
from kameng.domains.agents import queries as agent_queries
from kameng.domains.terms import queries as terms_queries
from kameng.domains.terms.queries import PackageFacts
from kameng.domains.terms.rules import Allows
from kameng.faces.frame import opening
from kameng.faces.signup import opened
from kameng.kit import cache, clock, ids
from kameng.kit.money import Money
from migrations import run
from tenants import registry
from tenants.context import shared, use
from tenants.database import session
from tests.support import accounts, terms
from tests.support.accounts import PASSWORD
from tests.support.agents import settle
from tests.support.signup import TOKEN, answers, nothing_opened, post
from tests.support.worlds import Alliance, Builder
from themes import engine

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def spares(builder: Builder, alliance: Alliance) -> None:
    """After the alliance took what it needs."""
    alliance.whole()
    run.fill_pool(builder.owner, spares=2, now=clock.now())


@pytest.fixture
def package(alliance: Alliance) -> PackageFacts:
    return terms.package(alliance.hub, name="普及版", popular=True)


def check(client: FlaskClient, slug: str) -> dict[str, Any]:
    told = client.get("/open/name", query_string={"slug": slug}).get_json()
    assert isinstance(told, dict)
    return told


def test_the_page_shows_packages_and_the_full_address(
    alliance: Alliance, package: PackageFacts
) -> None:
    terms.package(alliance.hub, name="旗舰版", fee=Money.of(388), position=1)
    page = alliance.client(alliance.hub).get("/open").get_data(as_text=True)
    for text in (
        "普及版",
        "免费",
        "最多人选",
        "旗舰版",
        "¥388.00/月",
        "一天内付费",
        ".localhost:8000",
    ):
        assert text in page
    assert not re.findall(r'name="package"[^>]*disabled', page)


def test_the_page_speaks_english_too(alliance: Alliance, package: PackageFacts) -> None:
    page = alliance.client(alliance.hub).get("/open?lang=en").get_data(as_text=True)
    assert "Your own shop, live in one minute" in page
    assert not re.search(r">[^<]*[\u4e00-\u9fff][^<]*</(h1|h2|label|legend)>", page)


def test_nothing_on_the_page_is_inline_or_from_elsewhere(
    alliance: Alliance, package: PackageFacts
) -> None:
    answer = alliance.client(alliance.hub).get("/open")
    page = answer.get_data(as_text=True)
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*src=)|\son[a-z]+=", page)
    assert not re.search(r"(src|href)=\"(https?:)?//", page)
    assert "form-action 'self' http://*.localhost:8000" in answer.headers["Content-Security-Policy"]
    for path in re.findall(r'(?:src|href)="(/open/style/[^"]+)"', page):
        style = alliance.client(alliance.hub).get(path, buffered=True)
        assert style.status_code == 200
        assert "immutable" in style.headers["Cache-Control"]


@pytest.mark.usefixtures("spares")
def test_a_newcomer_lands_on_her_live_branded_shop(
    alliance: Alliance, package: PackageFacts
) -> None:
    sent = answers(package)
    answer = post(alliance.client(alliance.hub), sent)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert answer.location == f"http://{sent['slug']}.localhost:8000/?opened=1"
    with shared():
        site = registry.by_slug(sent["slug"])
        assert site is not None
        owner = staff.sign_in(sent["login"], PASSWORD, None, now=clock.now())
        assert staff_queries.grants_of(owner.id) == [staff_queries.Grant(site.id, "agent")]
    assert site.chain == (alliance.hub.id, site.id)
    home = alliance.client(site).get("/")
    assert home.status_code == 200
    assert "小可的店" in home.get_data(as_text=True)


@pytest.mark.usefixtures("spares")
def test_the_same_form_twice_opens_one_shop(alliance: Alliance, package: PackageFacts) -> None:
    sent = answers(package)
    client = alliance.client(alliance.hub)
    post(client, sent)
    again = post(client, sent)
    page = client.get(again.location)
    assert again.location == f"/open/{sent['application']}"
    assert f"http://{sent['slug']}.localhost:8000" in page.get_data(as_text=True)
    assert client.get(again.location + "/state").get_json()["state"] == "open"
    with use(alliance.hub):
        assert len(agent_queries.applications(alliance.hub)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"package": ""},
        {"package": str(ids.uuid7())},
        {"slug": "admin"},
        {"slug": "a1ipay-shop"},
        {"slug": "'; DROP TABLE x; --"},
        {"site_name": ""},
        {"site_name": "x" * 400},
        {"primary": "url(//evil)"},
        {"login": "<b>"},
        {"email": "nobody"},
        {"password": "12345678"},
        {"consent": ""},
    ],
)
def test_odd_answers_show_the_form_again_and_open_nothing(
    alliance: Alliance, package: PackageFacts, changes: dict[str, str]
) -> None:
    sent = answers(package, **changes)
    answer = post(alliance.client(alliance.hub), sent)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'id="errors"' in page
    assert PASSWORD not in page
    nothing_opened(alliance, sent)


def test_markup_in_a_field_stays_text(alliance: Alliance, package: PackageFacts) -> None:
    sent = answers(package, site_name='"><script>alert(1)</script>', email="x")
    page = post(alliance.client(alliance.hub), sent).get_data(as_text=True)
    assert "<script>alert" not in page
    nothing_opened(alliance, sent)


def test_a_package_with_a_fee_opens_and_is_to_be_paid_within_a_day(alliance: Alliance) -> None:
    sent = answers(terms.package(alliance.hub, fee=Money.of(388)))
    assert post(alliance.client(alliance.hub), sent).status_code == 303
    with shared():
        site = registry.by_slug(sent["slug"])
        assert site
        held = terms_queries.terms_of(site.id)
    assert held
    assert held.valid_until == held.valid_from + timedelta(days=1)


def test_another_sellers_package_opens_nothing(alliance: Alliance, package: PackageFacts) -> None:
    sent = answers(terms.package(alliance.ada))
    assert post(alliance.client(alliance.hub), sent).status_code == 422
    nothing_opened(alliance, sent)


def test_a_taken_name_and_a_taken_login_are_said_at_their_fields(
    alliance: Alliance, package: PackageFacts
) -> None:
    other = accounts.staff()
    sent = answers(package, slug=alliance.ada.slug, login=other.login)
    page = post(alliance.client(alliance.hub), sent).get_data(as_text=True)
    assert "已被使用" in page
    assert "该账号已被使用" in page
    with use(alliance.hub):
        assert agent_queries.applications(alliance.hub) == []


def test_without_a_token_nothing_is_even_looked_at(
    alliance: Alliance, package: PackageFacts
) -> None:
    sent = answers(package)
    assert alliance.client(alliance.hub).post("/open", data=sent).status_code == 400
    nothing_opened(alliance, sent)


def test_the_name_is_checked_as_she_types(alliance: Alliance, package: PackageFacts) -> None:
    client = alliance.client(alliance.hub)
    free = check(client, "Ke-Shop-" + ids.uuid7().hex[-6:])
    assert free["state"] == "free"
    assert free["address"] == f"http://{free['name']}.localhost:8000"
    taken = check(client, alliance.ada.slug)
    assert (taken["state"], taken["address"]) == ("refused", "")
    assert taken["suggestions"]
    for name in ("admin", "x", "é", "-a-", "xn--abc", "阿达", "", "a" * 500, "a\tb"):
        assert check(client, name)["state"] == "refused"


def test_a_site_that_may_not_open_sites_says_so(alliance: Alliance) -> None:
    assert alliance.client(alliance.ada).get("/open").status_code == 403
    terms.bind(alliance.ada, terms.package(alliance.hub, allows=Allows(child_sites=True)))
    terms.package(alliance.ada)
    assert alliance.client(alliance.ada).get("/open").status_code == 200
    terms.bind(alliance.bo, terms.package(alliance.ada, allows=Allows(child_sites=True)))
    assert alliance.client(alliance.bo).get("/open").status_code == 403


def test_a_suspended_site_gives_nobody_a_shop_below_it(
    alliance: Alliance, package: PackageFacts, spares: None
) -> None:
    client, sent = alliance.client(alliance.hub), answers(package)
    token = TOKEN.search(client.get("/open").get_data(as_text=True))
    assert token
    with shared():
        registry.suspend(alliance.hub)
        session.commit()
    assert client.get("/open").status_code == 403
    assert client.post("/open", data=sent | {"csrf_token": token[1]}).status_code == 403
    nothing_opened(alliance, sent)


def test_an_application_shows_only_where_it_was_made(
    alliance: Alliance, builder: Builder, package: PackageFacts
) -> None:
    with builder.owner.begin() as connection:
        connection.exec_driver_sql("DELETE FROM shared.schema_pool")
    sent = answers(package)
    client = alliance.client(alliance.hub)
    assert post(client, sent).location == f"/open/{sent['application']}"
    page = f"/open/{sent['application']}"
    assert "正在准备" in client.get(page).get_data(as_text=True)
    for path in (page, page + "/state"):
        assert alliance.client(alliance.ada).get(path).status_code == 404
        assert client.get(path.replace(sent["application"], str(ids.uuid7()))).status_code == 404


def test_the_sweeper_finishes_what_an_empty_pool_left(
    alliance: Alliance, builder: Builder, package: PackageFacts
) -> None:
    with builder.owner.begin() as connection:
        connection.exec_driver_sql("DELETE FROM shared.schema_pool")
    sent = answers(package)
    client = alliance.client(alliance.hub)
    post(client, sent)
    settle(builder.owner)
    told = client.get(f"/open/{sent['application']}/state").get_json()
    assert told == {"state": "open", "url": f"http://{sent['slug']}.localhost:8000/?opened=1"}


@pytest.mark.usefixtures("spares")
@pytest.mark.parametrize("step", ["claim", "dress", "set_live"])
def test_a_crash_at_any_step_is_finished_later_and_opens_one_shop(
    alliance: Alliance, package: PackageFacts, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    class Killed(Exception):
        """Stands for the process that went away."""

    def die(*_args: object, **_kwargs: object) -> None:
        raise Killed

    sent = answers(package)
    client = alliance.client(alliance.hub)
    with monkeypatch.context() as patched:
        patched.setattr(f"kameng.domains.agents.service.{step}", die)
        assert post(client, sent).status_code == 500
    assert registry.by_host(f"{sent['slug']}.localhost") is None
    opening.finish_open_applications(clock.now())
    site = registry.by_host(f"{sent['slug']}.localhost")
    assert site is not None
    assert client.get(f"/open/{sent['application']}/state").get_json()["state"] == "open"
    with shared():
        owner = staff_queries.by_login(sent["login"])
        assert owner is not None
        assert len(staff_queries.grants_of(owner.id)) == 1
        assert {child.slug for child in registry.children_of(alliance.hub)} == {
            alliance.ada.slug,
            sent["slug"],
        }


def test_one_address_cannot_open_shops_all_day(alliance: Alliance, package: PackageFacts) -> None:
    client = alliance.client(alliance.hub)
    statuses = [post(client, answers(package, email="x")).status_code for _ in range(31)]
    assert statuses[:30] == [422] * 30
    assert statuses[30] == 429
    cache.client().flushdb()


def test_the_terms_can_be_read(alliance: Alliance) -> None:
    page = alliance.client(alliance.hub).get("/open/terms").get_data(as_text=True)
    assert "代理条款" in page
    assert opened.TERMS_VERSION in page


def test_one_application_that_always_fails_keeps_no_other_waiting(
    alliance: Alliance, builder: Builder, package: PackageFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(builder.owner)
    with builder.owner.begin() as connection:
        connection.exec_driver_sql("DELETE FROM shared.schema_pool")
    bad, good = answers(package), answers(package)
    client = alliance.client(alliance.hub)
    for sent in (bad, good):
        post(client, sent)
    run.fill_pool(builder.owner, spares=6, now=clock.now())
    whole = opening.open_site

    def broken(application_id: UUID, *, now: datetime) -> object:
        if str(application_id) == bad["application"]:
            raise KeyError("a preset that is gone")
        return whole(application_id, now=now)

    monkeypatch.setattr(opening, "open_site", broken)
    opening.finish_open_applications(clock.now())
    states = [
        client.get(f"/open/{sent['application']}/state").get_json()["state"] for sent in (bad, good)
    ]
    assert states == ["applied", "open"]


@pytest.mark.parametrize(("name", "primary"), [("小可的店", "#0f766e"), ("A & B <c>", "#ffffff")])
def test_a_new_shop_looks_as_the_theme_engine_would_begin_it(name: str, primary: str) -> None:
    begun = engine.start(opening.THEME, opening.PRESET, name, primary)
    assert opening.first_looks(opening.THEME, name, primary) == begun
    assert engine.check(begun) == []
