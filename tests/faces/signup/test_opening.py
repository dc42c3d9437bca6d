"""Opening under pressure: two at one instant, clocks that jump, an empty pool, bad names, and what
it costs. Whoever is refused is told why, keeps what was typed, and nothing has moved."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from werkzeug.test import TestResponse

from kameng.config import settings, use_settings
from kameng.domains.accounts.staff import queries as staff_queries
from kameng.domains.agents import queries as agent_queries
from kameng.domains.agents import service as agents
from kameng.domains.terms.queries import PackageFacts
from kameng.domains.terms.rules import Allows
from kameng.faces.frame import opening
from kameng.kit import cache, clock, ids
from migrations import run
from tenants import registry
from tenants.context import shared, use
from tenants.database import session
from tests.support import accounts, terms
from tests.support.agents import settle
from tests.support.signup import answers, nothing_opened, post, token
from tests.support.worlds import Alliance, Builder

pytestmark = pytest.mark.usefixtures("app")
STATEMENTS, TRANSACTIONS = 15, 5
"""What one signup asks of the database; a change that asks more must say why it is worth it."""


@pytest.fixture(autouse=True)
def unhurried() -> Iterator[None]:
    """Each test has the whole hour's allowance."""
    cache.client().flushdb()
    yield
    cache.client().flushdb()


@pytest.fixture
def spares(builder: Builder, alliance: Alliance) -> None:
    """After the alliance took what it needs."""
    alliance.whole()
    run.fill_pool(builder.owner, spares=3, now=clock.now())


@pytest.fixture
def package(alliance: Alliance) -> PackageFacts:
    return terms.package(alliance.hub, name="普及版", popular=True)


def drain(builder: Builder) -> None:
    """The pool is empty, and nobody else waits for it."""
    settle(builder.owner)
    with builder.owner.begin() as connection:
        connection.exec_driver_sql("DELETE FROM shared.schema_pool")


def at_once(*acts: Callable[[], TestResponse]) -> list[TestResponse]:
    """Each in a thread of its own, started together."""
    gate, answered = threading.Barrier(len(acts)), dict[int, TestResponse]()

    def run_one(number: int, act: Callable[[], TestResponse]) -> None:
        gate.wait(5)
        answered[number] = act()

    threads = [threading.Thread(target=run_one, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return [answered[number] for number in range(len(acts))]


def sender(alliance: Alliance, sent: dict[str, str]) -> Callable[[], TestResponse]:
    client = alliance.client(alliance.hub)
    ready = sent | {"csrf_token": token(client)}
    return lambda: client.post("/open", data=ready)


def children(alliance: Alliance) -> list[str]:
    with shared():
        slugs = [child.slug for child in registry.children_of(alliance.hub)]
    return [slug for slug in slugs if slug != alliance.ada.slug]


@pytest.mark.usefixtures("spares")
@pytest.mark.parametrize(("wanted", "said"), [("slug", "已被使用"), ("login", "该账号已被使用")])
def test_of_two_at_one_instant_one_opens_and_the_other_keeps_what_she_typed(
    alliance: Alliance,
    package: PackageFacts,
    monkeypatch: pytest.MonkeyPatch,
    wanted: str,
    said: str,
) -> None:
    """Both are past every check before either is written down."""
    both = threading.Barrier(2)
    apply = agents.apply

    def together(*args: object, **kwargs: object) -> object:
        both.wait(5)
        return apply(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(agents, "apply", together)
    first, second = answers(package, site_name="这家店"), answers(package, site_name="另一家店")
    second[wanted] = first[wanted]
    told = at_once(sender(alliance, first), sender(alliance, second))
    assert sorted(answer.status_code for answer in told) == [303, 422]
    winner, loser = (first, second) if told[0].status_code == 303 else (second, first)
    page = next(answer for answer in told if answer.status_code == 422).get_data(as_text=True)
    assert said in page
    for typed in ("slug", "site_name", "login", "email"):
        assert f'value="{loser[typed]}"' in page
    assert loser["application"] not in page, "that application is over; the form begins a new one"
    assert children(alliance) == [winner["slug"]]
    with shared():
        mine, theirs = staff_queries.by_login(loser["login"]), registry.by_slug(loser["slug"])
    assert (mine is None) == (wanted == "slug")
    assert (theirs is None) == (wanted == "login")


@pytest.mark.usefixtures("spares")
def test_one_form_sent_twice_at_one_instant_opens_one_shop(
    alliance: Alliance, package: PackageFacts
) -> None:
    sent = answers(package)
    told = at_once(sender(alliance, sent), sender(alliance, sent))
    assert [answer.status_code for answer in told] == [303, 303]
    assert children(alliance) == [sent["slug"]]
    with use(alliance.hub):
        assert len(agent_queries.applications(alliance.hub)) == 1


@pytest.mark.usefixtures("spares")
@pytest.mark.parametrize("step", ["claim", "dress", "set_live"])
def test_the_sweeper_beside_the_request_does_nothing_twice(
    alliance: Alliance, package: PackageFacts, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """It comes in the middle of a step of the request, and does all that is left to do."""
    whole, came = getattr(agents, step), threading.Event()

    def beside(*args: object, **kwargs: object) -> object:
        if not came.is_set():
            came.set()
            sweeper = threading.Thread(target=opening.finish_open_applications, args=[clock.now()])
            sweeper.start()
            sweeper.join(60)
        return whole(*args, **kwargs)

    monkeypatch.setattr(agents, step, beside)
    sent = answers(package)
    answer = post(alliance.client(alliance.hub), sent)
    assert answer.location.endswith("/?opened=1")
    assert children(alliance) == [sent["slug"]]


@pytest.mark.usefixtures("spares")
@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(days=-1)])
@pytest.mark.parametrize("step", ["claim", "dress", "set_live"])
def test_a_clock_that_jumps_while_a_shop_opens_stops_nothing(
    alliance: Alliance,
    package: PackageFacts,
    monkeypatch: pytest.MonkeyPatch,
    jump: timedelta,
    step: str,
) -> None:
    def die(*_args: object, **_kwargs: object) -> None:
        raise KeyboardInterrupt

    sent = answers(package)
    client = alliance.client(alliance.hub)
    with monkeypatch.context() as patched:
        patched.setattr(agents, step, die)
        with pytest.raises(KeyboardInterrupt):
            post(client, sent)
    with time_machine.travel(clock.now() + jump, tick=True):
        opening.finish_open_applications(clock.now())
        told = client.get(f"/open/{sent['application']}/state").get_json()
    assert told["state"] == "open"
    assert children(alliance) == [sent["slug"]]


@pytest.mark.usefixtures("spares")
def test_pressing_the_button_again_after_a_crash_opens_the_shop_at_once(
    alliance: Alliance, package: PackageFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError

    sent = answers(package)
    client = alliance.client(alliance.hub)
    with monkeypatch.context() as patched:
        patched.setattr(agents, "dress", die)
        assert post(client, sent).status_code == 500
    again = post(client, sent)
    assert again.location == f"/open/{sent['application']}"
    assert f"http://{sent['slug']}.localhost:8000" in client.get(again.location).get_data(True)


def test_without_spares_the_page_says_preparing_and_moves_on_by_itself(
    alliance: Alliance, builder: Builder, package: PackageFacts
) -> None:
    drain(builder)
    client = alliance.client(alliance.hub)
    asked = [answers(package) for _ in range(2)]
    for sent in asked:
        post(client, sent)
    path = f"/open/{asked[0]['application']}"
    page = client.get(path).get_data(as_text=True)
    assert "正在准备" in page
    assert f'data-wait="{path}/state"' in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert opening.finish_open_applications(clock.now()) == 0
    run.fill_pool(builder.owner, spares=1, now=clock.now())
    assert opening.finish_open_applications(clock.now()) == 1
    states = [state(client, sent) for sent in asked]
    assert states == ["open", "applied"], "one spare, and first come, first served"
    settle(builder.owner)
    assert state(client, asked[1]) == "open"


def state(client: FlaskClient, sent: dict[str, str]) -> str:
    return str(client.get(f"/open/{sent['application']}/state").get_json()["state"])


def test_a_platform_that_is_full_says_so_and_keeps_the_application(
    alliance: Alliance, builder: Builder, package: PackageFacts
) -> None:
    drain(builder)
    client, sent = alliance.client(alliance.hub), answers(package)
    post(client, sent)
    path = f"/open/{sent['application']}"
    assert "名额暂时已满" not in client.get(path).text
    usual = settings()
    use_settings(replace(usual, tenant_limit=0))
    try:
        assert "名额暂时已满" in client.get(path).text
    finally:
        use_settings(usual)
    run.fill_pool(builder.owner, spares=1, now=clock.now())
    opening.finish_open_applications(clock.now())
    assert state(client, sent) == "open"


@pytest.mark.usefixtures("spares")
def test_who_waits_below_a_site_suspended_meanwhile_is_told_why(
    alliance: Alliance, builder: Builder, package: PackageFacts
) -> None:
    drain(builder)
    client, sent = alliance.client(alliance.hub), answers(package)
    post(client, sent)
    with shared():
        registry.suspend(alliance.hub)
        session.commit()
    run.fill_pool(builder.owner, spares=1, now=clock.now())
    opening.finish_open_applications(clock.now())
    with shared():
        registry.resume(alliance.hub)
        session.commit()
    page = client.get(f"/open/{sent['application']}").text
    assert "没有开通" in page
    assert "不允许开通下级分站" in page
    assert children(alliance) == []


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("x" * 300, "30 位"),
        ("xn--fiqs8s", "xn--"),
        ("ｋｅｓｈｏｐ", "半角"),
        ("店铺", "30 位"),
        ("我的小店铺", "字母"),
        ("аdаshор", "字母"),
        ("a1ipay-shop", "品牌"),
        ("t4obao88", "品牌"),
        ("c0ns0le", "保留"),
        ("a--b", "连字符"),
    ],
)
def test_a_bad_name_is_refused_by_name_and_nothing_moves(
    alliance: Alliance, package: PackageFacts, slug: str, said: str
) -> None:
    sent = answers(package, slug=slug)
    answer = post(alliance.client(alliance.hub), sent)
    assert answer.status_code == 422
    assert said in verdict(answer)
    nothing_opened(alliance, sent)


def verdict(answer: TestResponse) -> str:
    """What stands under the name field."""
    page = answer.get_data(as_text=True)
    return page.split('id="slug-said"', 1)[1].split("</p>", 1)[0]


@pytest.mark.usefixtures("spares")
def test_names_like_a_live_shops_or_a_closed_ones_are_refused_and_nothing_moves(
    alliance: Alliance, package: PackageFacts
) -> None:
    client = alliance.client(alliance.hub)
    kept = answers(package, slug=f"moon{ids.uuid7().hex[-6:]}q")
    post(client, kept)
    with shared():
        site = registry.by_slug(kept["slug"])
        assert site is not None
        registry.suspend(site)
        session.commit()
    for slug, said in (
        (kept["slug"], "已被使用"),
        (kept["slug"].upper(), "已被使用"),
        (kept["slug"].replace("oo", "0o"), "太相似"),
        (kept["slug"][:-1] + "9", "太相似"),
        (kept["slug"].replace("m", "rn"), "太相似"),
        (kept["slug"][:4] + "-" + kept["slug"][4:], "太相似"),
    ):
        answer = post(client, answers(package, slug=slug))
        assert answer.status_code == 422, slug
        assert said in verdict(answer), slug
    with use(alliance.hub):
        assert len(agent_queries.applications(alliance.hub)) == 1


@pytest.mark.usefixtures("spares")
def test_an_agents_own_site_opens_sites_below_it_by_the_same_form(alliance: Alliance) -> None:
    terms.bind(alliance.ada, terms.package(alliance.hub, allows=Allows(child_sites=True)))
    sent = answers(terms.package(alliance.ada))
    client = alliance.client(alliance.ada)
    page = client.get("/open").get_data(as_text=True)
    assert f"隶属于「{alliance.ada.name}」" in page
    assert alliance.hub.name not in page, "whose stock it is stays between agent and master site"
    assert post(client, sent).location == f"http://{sent['slug']}.localhost:8000/?opened=1"
    with shared():
        site = registry.by_slug(sent["slug"])
    assert site is not None
    assert site.parent_id == alliance.ada.id
    assert f"隶属于「{alliance.ada.name}」" in client.get(f"/open/{sent['application']}").text


def test_an_account_there_already_is_shown_the_way_to_the_console(alliance: Alliance) -> None:
    terms.bind(alliance.ada, terms.package(alliance.hub, allows=Allows(child_sites=True)))
    ada = accounts.staff()
    sent = answers(terms.package(alliance.ada), login=ada.login)
    page = post(alliance.client(alliance.ada), sent).get_data(as_text=True)
    assert "该账号已被使用" in page
    assert "http://console.localhost:8000" in page


@pytest.mark.usefixtures("spares")
def test_a_signup_asks_the_database_no_more_than_this(
    alliance: Alliance, package: PackageFacts
) -> None:
    send = sender(alliance, answers(package))
    statements: list[str] = []
    begun: list[object] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    def count(connection: object) -> None:
        begun.append(connection)

    event.listen(Engine, "before_cursor_execute", note)
    event.listen(Engine, "begin", count)
    try:
        assert send().status_code == 303
    finally:
        event.remove(Engine, "before_cursor_execute", note)
        event.remove(Engine, "begin", count)
    assert (len(statements), len(begun)) == (STATEMENTS, TRANSACTIONS), "\n".join(statements)
