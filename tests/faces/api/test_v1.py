"""Programs at the API of a site: what a key opens, what it does not, and when it opens nothing."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, event, text
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from kameng.domains.accounts.keys import rules, service
from kameng.domains.accounts.keys.service import NewKey
from kameng.domains.accounts.roles.rules import ALL, MASTER_ONLY
from kameng.domains.accounts.staff import team
from kameng.domains.accounts.staff.queries import StaffFacts
from kameng.domains.pricing import queries as pricing
from kameng.domains.pricing import service as prices
from kameng.domains.pricing.changes.entries import Kind
from kameng.domains.pricing.markups.rules import Audience, Method, Place, Rounding, Scope
from kameng.domains.pricing.service import Details
from kameng.faces.api.v1 import answers, asked
from kameng.faces.frame import keyholders
from kameng.kit import audit, clock, ids
from kameng.kit.errors import Refusal
from tenants import registry
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant
from tests.house.test_guards import guard, path
from tests.support import catalog, keys
from tests.support.keys import Program, hired
from tests.support.worlds import Alliance, Builder

ALL_PRICES = "/api/v1/prices"
ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class World:
    """An alliance with goods, and the people who run its sites."""

    alliance: Alliance
    hub: StaffFacts
    ada: StaffFacts
    skus: tuple[UUID, ...]


@pytest.fixture(scope="module")
def world(app: Flask, builder: Builder) -> World:
    """Hub sells three SKUs to Ada at cost + 10 %, from five pieces on + 5 %."""
    builder.app = app
    made = builder.alliance()
    with use(made.hub):
        there = [
            catalog.sku(made.hub, f"月卡{n}", cost="3.17", retail="10.00", secrets=0)
            for n in range(3)
        ]
        session.commit()
    found = tuple(sorted(one.sku_id for one in there))
    priced(made.hub, Audience.CHILD, "10", steps="5=5")
    return World(made, hired(made.hub, "operator"), hired(made.ada, "agent"), found)


def priced(site: Tenant, who: Audience, percent: str, *, steps: str = "") -> None:
    """Cost and so much: one rule for all goods."""
    with use(site):
        prices.set_rule(
            site,
            Place(Scope.ALL, None, who),
            Method.PERCENT,
            percent,
            Rounding.NONE,
            details=Details(steps=steps),
            actor=audit.SYSTEM,
            now=clock.now(),
        )
        session.commit()


@pytest.fixture(scope="module")
def key(world: World) -> NewKey:
    return keys.made(world.alliance.ada, world.ada)


@pytest.fixture
def ada(world: World, key: NewKey) -> Program:
    """Ada's program, at an address of its own."""
    return keys.program(world.alliance, world.alliance.ada, key.key)


def refusal(answer: TestResponse) -> tuple[int, str]:
    told = answer.get_json()
    assert set(told) == {"error", "message"}
    assert told["message"]
    return answer.status_code, told["error"]


def doors(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every address of the API, with the permission it names."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("api."):
            yield rule, guard(app, rule).removeprefix("api:")


def test_a_price_comes_with_its_bounds_and_its_trace(world: World, ada: Program) -> None:
    told = ada.get(f"{ALL_PRICES}/{world.skus[0]}").get_json()
    figures = {name: told[name] for name in ("price", "cost", "profit", "floor", "ceiling")}
    assert figures == {
        "price": "10.00",
        "cost": "3.487",
        "profit": "6.513",
        "floor": "3.487",
        "ceiling": None,
    }
    assert [step["code"] for step in told["trace"]] == ["cost", "retail_inherited"]
    assert told["trace"][0]["text"] == "您的成本"
    assert told["trace"][-1]["after"] == told["price"]


def test_what_stands_above_a_site_is_never_told(world: World, ada: Program) -> None:
    """Neither the master's cost nor its rule for agents, in the list or alone."""
    for page in (ALL_PRICES, f"{ALL_PRICES}/{world.skus[0]}"):
        said = ada.get(page).text
        assert "3.17" not in said
        assert "child_rule" not in said
        assert world.alliance.hub.name not in said


def test_a_master_site_reads_every_step_and_its_own_rule(world: World) -> None:
    boss = keys.program(
        world.alliance, world.alliance.hub, keys.made(world.alliance.hub, world.hub).key
    )
    told = boss.get(f"{ALL_PRICES}/{world.skus[1]}").get_json()
    assert told["cost"] == "3.17"
    assert [step["code"] for step in told["trace"]] == ["cost", "retail_suggested"]


def test_more_pieces_have_the_price_of_more_pieces(world: World, ada: Program) -> None:
    wanted = {"sku": ",".join(str(one) for one in world.skus), "quantity": "5"}
    told = ada.get(**wanted).get_json()["prices"]
    assert [one["sku"] for one in told] == [str(one) for one in world.skus]
    assert {one["cost"] for one in told} == {"3.3285"}
    with use(world.alliance.ada):
        known = pricing.price_list(world.alliance.ada, world.skus)
    for one in told:
        quote = known.quote(UUID(one["sku"]), 5)
        assert (one["price"], one["floor"]) == (str(quote.price), str(quote.floor))


def test_all_prices_are_read_a_piece_at_a_time(world: World, ada: Program) -> None:
    seen, after, answers = [], {}, 0
    while True:
        told = ada.get(limit="2", **after).get_json()
        seen += [one["sku"] for one in told["prices"]]
        answers += 1
        if told["next"] is None:
            break
        after = {"after": told["next"]}
    assert (seen, answers) == ([str(one) for one in world.skus], 2)


def test_own_rules_are_told_in_the_units_a_person_types(world: World) -> None:
    site, boss = world.alliance.bo, hired(world.alliance.bo, "agent")
    priced(site, Audience.RETAIL, "250", steps="5=200\n10=150.5")
    bo = keys.program(world.alliance, site, keys.made(site, boss).key)
    told = bo.get(f"{ALL_PRICES}/{world.skus[0]}", quantity="10").get_json()
    rule = told["trace"][-1]["rule"]
    assert (rule["method"], rule["value"]) == ("percent", "250")
    assert rule["steps"] == [
        {"quantity": 5, "value": "200"},
        {"quantity": 10, "value": "150.5"},
    ]
    assert "250%" in rule["text"]


def test_changes_are_read_from_the_last_one_seen_on(world: World) -> None:
    site = world.alliance.hub
    boss = keys.program(world.alliance, site, keys.made(site, world.hub).key)
    first = boss.get("/api/v1/changes", limit="100").get_json()
    last = first["changes"][-1]["id"]
    assert first["next"] is None
    priced(site, Audience.RETAIL, "300")
    priced(site, Audience.RETAIL, "310")
    told = boss.get("/api/v1/changes", after=last, limit="1").get_json()
    assert [one["kind"] for one in told["changes"]] == ["rule"]
    assert told["next"] == told["changes"][0]["id"]
    rest = boss.get("/api/v1/changes", after=told["next"]).get_json()
    assert len(rest["changes"]) == 1
    whole = boss.get(f"/api/v1/changes/{rest['changes'][0]['id']}").get_json()
    (moved,) = whole["entries"]
    assert (moved["of"], moved["before"]["value"], moved["after"]["value"]) == (
        "rule",
        "300",
        "310",
    )
    assert whole["next"] is None


def test_the_changes_of_another_site_are_not_there(world: World, ada: Program) -> None:
    assert ada.get("/api/v1/changes").get_json() == {"changes": [], "next": None}
    site = world.alliance.hub
    boss = keys.program(world.alliance, site, keys.made(site, world.hub).key)
    one = boss.get("/api/v1/changes").get_json()["changes"][0]["id"]
    assert refusal(ada.get(f"/api/v1/changes/{one}")) == (404, "no_such_change")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"quantity": "0"}, "bad_parameter"),
        ({"quantity": "-1"}, "bad_parameter"),
        ({"quantity": "1e400"}, "bad_parameter"),
        ({"quantity": "NaN"}, "bad_parameter"),
        ({"quantity": "５"}, "bad_parameter"),
        ({"quantity": "1000001"}, "bad_parameter"),
        ({"quantity": "9" * 400}, "bad_parameter"),
        ({"limit": "101"}, "bad_parameter"),
        ({"limit": ""}, "bad_parameter"),
        ({"after": "' OR 1=1"}, "bad_parameter"),
        ({"sku": "x"}, "bad_parameter"),
        ({"sku": ",".join(str(ids.uuid7()) for _ in range(101))}, "bad_parameter"),
        ({"quantitiy": "5"}, "unknown_parameter"),
        ({"quantity": ["1", "5"]}, "bad_parameter"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(
    ada: Program, query: dict[str, Any], code: str
) -> None:
    assert refusal(ada.get(**query)) == (422, code)


def test_a_mistyped_sign_is_no_fault(ada: Program) -> None:
    assert refusal(ada.get(sku="\x00")) == (400, "bad_request")


def test_unknown_goods_and_addresses_are_told_in_json(world: World, ada: Program) -> None:
    assert refusal(ada.get(f"{ALL_PRICES}/{ids.uuid7()}")) == (404, "no_such_goods")
    assert ada.get(sku=str(ids.uuid7())).get_json()["prices"] == []
    for lost in ("/api/v1/nothing", "/api/", "/api/v1/prices/x", "/api/v2/prices"):
        assert refusal(ada.get(lost)) == (404, "not_found")
    posted = ada.client.post(ALL_PRICES, headers={"Authorization": f"Bearer {ada.key}"})
    assert refusal(posted) == (405, "method_not_allowed")


def test_refusals_speak_the_askers_language(world: World) -> None:
    client = keys.program(world.alliance, world.alliance.ada).client
    chinese = client.get(ALL_PRICES).get_json()
    english = client.get(ALL_PRICES, headers={"Accept-Language": "en"}).get_json()
    assert chinese["error"] == english["error"] == "key_missing"
    assert "密钥" in chinese["message"]
    assert english["message"].startswith("Show a key")


def test_nothing_of_a_browser_opens_the_api_and_it_leaves_nothing_behind(
    world: World, ada: Program
) -> None:
    answer = ada.get(lang="en")
    assert answer.status_code == 200
    assert not answer.headers.getlist("Set-Cookie")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Authorization" in answer.headers["Vary"]
    assert "Access-Control-Allow-Origin" not in answer.headers
    for query in ({"key": ada.key}, {"access_token": ada.key}):
        bare = keys.program(world.alliance, world.alliance.ada)
        assert refusal(bare.get(**query)) == (401, "key_missing")


@pytest.mark.parametrize(
    "shown", ["", "Bearer", "Bearer ", "Basic {key}", "{key}", "Token {key}", "Bearer {key} x"]
)
def test_a_key_is_shown_in_one_way_only(world: World, key: NewKey, shown: str) -> None:
    client = keys.program(world.alliance, world.alliance.ada).client
    answer = client.get(ALL_PRICES, headers={"Authorization": shown.format(key=key.key)})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert key.key not in answer.text


def test_a_key_that_opens_nothing_is_not_told_why(world: World, key: NewKey, owner: Engine) -> None:
    """Made up, of the site above or below, revoked, over, its maker gone: one answer."""
    site, boss = world.alliance.ada, world.ada
    over, ended = keys.made(site, boss), keys.made(site, boss)
    clerk = hired(site, "agent_staff")
    orphan = keys.made(site, clerk)
    told: dict[str, Any] = {"actor": keys.actor(boss), "now": clock.now()}
    with shared():
        service.revoke(site, ended.id, **told)
        team.remove(site, clerk.id, by=boss.id, **told)
        session.commit()
    with owner.begin() as connection:
        past = text("UPDATE shared.api_key SET expires_at = :then WHERE id = :id")
        connection.execute(past, {"then": clock.now() - timedelta(seconds=1), "id": over.id})
    above = keys.made(world.alliance.hub, world.hub)
    answers = {
        keys.program(world.alliance, site, shown).get(lang="en").data
        for shown in (rules.draw(), above.key, over.key, ended.key, orphan.key)
    }
    assert len(answers) == 1
    elsewhere = keys.program(world.alliance, world.alliance.bo, key.key)
    assert refusal(elsewhere.get()) == (401, "key_refused")


def test_a_key_that_opens_nothing_costs_the_same_whatever_it_is(world: World, key: NewKey) -> None:
    """Unknown or of another site: the same statements, so the clock tells nothing either."""
    sent: list[list[str]] = []
    above = keys.made(world.alliance.hub, world.hub)

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent[-1].append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        for shown in (rules.draw(), above.key):
            program = keys.program(world.alliance, world.alliance.ada, shown)
            sent.append([])
            assert program.get().status_code == 401
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
    assert sent[0] == sent[1]
    assert len(sent[0]) == 1


def test_the_manual_names_every_address_and_every_refusal_in_both_languages(app: Flask) -> None:
    manual = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    own = {one.code for module in (keyholders, asked) for one in refusals_of(module)}
    codes = (
        own | set(answers.NAMES.values()) | {"no_such_goods", "no_such_change", "broken", "busy"}
    )
    for half in manual.split("\n## English"):
        for rule, permission in doors(app):
            address = re.sub(r"<uuid:", "<", rule.rule)
            assert f"`GET {address}` | `{permission}`" in half, address
        assert [code for code in sorted(codes) if f"`{code}`" not in half] == []
        assert [one.value for one in Kind if f"`{one.value}`" not in half] == []
        for limit in (keyholders.OFTEN, keyholders.WRONG):
            assert limit.split()[0] in half


def refusals_of(module: ModuleType) -> list[type[Refusal]]:
    """The refusals a module makes itself."""
    return [
        one
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Refusal) and one.__module__ == module.__name__
    ]


def test_a_revoked_key_is_a_strangers_at_the_next_request(world: World) -> None:
    site, boss = world.alliance.ada, world.ada
    new = keys.made(site, boss)
    program = keys.program(world.alliance, site, new.key)
    assert program.get().status_code == 200
    with shared():
        service.revoke(site, new.id, actor=keys.actor(boss), now=clock.now())
        session.commit()
    assert refusal(program.get()) == (401, "key_refused")


def test_a_permission_its_maker_lost_is_gone_at_the_next_request(world: World) -> None:
    site, boss, clerk = world.alliance.ada, world.ada, hired(world.alliance.ada, "agent_staff")
    program = keys.program(world.alliance, site, keys.made(site, clerk).key)
    assert program.get().status_code == 200
    with shared():
        team.change(site, clerk.id, "support", by=boss.id, actor=keys.actor(boss), now=clock.now())
        session.commit()
    assert refusal(program.get()) == (403, "key_not_allowed")


def test_each_key_opens_the_doors_it_was_made_for_and_no_other(
    app: Flask, world: World, owner: Engine
) -> None:
    """Every permission there is, written into a key by hand, at every address of the API: only what
    keys may hold, the maker holds and the address names lets anybody in."""
    wrong, here = [], world.alliance
    few = rules.OFFERED | MASTER_ONLY
    for site, boss, tried in ((here.hub, world.hub, ALL), (here.ada, world.ada, few)):
        new = keys.made(site, boss)
        program = keys.program(here, site, new.key)
        for permission in sorted(tried):
            with owner.begin() as connection:
                given = text("UPDATE shared.api_key SET permissions = :one WHERE id = :id")
                connection.execute(given, {"one": [permission], "id": new.id})
            for rule, named in doors(app):
                status = program.get(path(rule)).status_code
                opens = permission == named and permission in rules.OFFERED
                if (status == 403) is opens or status in (401, 429, 500):
                    wrong.append((site.slug, permission, rule.endpoint, status))
    assert not wrong


def test_every_address_names_what_keys_may_hold_and_keys_hold_no_more(app: Flask) -> None:
    named = {permission for _rule, permission in doors(app)}
    assert named == rules.OFFERED


def test_a_key_for_some_addresses_opens_nothing_elsewhere_and_the_owner_is_told(
    world: World,
) -> None:
    site = world.alliance.ada
    new = keys.made(site, world.ada, networks="203.0.113.0/24")
    home = keys.program(world.alliance, site, new.key, place="203.0.113.9")
    thief = keys.program(world.alliance, site, new.key, place="198.51.100.7")
    assert home.get().status_code == 200
    for _ in range(3):
        assert refusal(thief.get()) == (403, "address_refused")
    forged = {"Authorization": f"Bearer {new.key}", "X-Forwarded-For": "203.0.113.9"}
    assert thief.client.get(ALL_PRICES, headers=forged).status_code == 403
    with use(site):
        lines = [one for one in audit.about(site, new.name) if one.action == service.STOPPED]
    assert [(one.actor_kind, one.ip) for one in lines] == [("key", "198.51.100.7")]


def test_the_last_use_of_a_key_is_known(world: World, owner: Engine) -> None:
    new = keys.made(world.alliance.ada, world.ada)
    program = keys.program(world.alliance, world.alliance.ada, new.key, place="203.0.113.77")
    for _ in range(2):
        assert program.get().status_code == 200
    with owner.connect() as connection:
        used = text("SELECT used_from, used_at FROM shared.api_key WHERE id = :id")
        place, moment = connection.execute(used, {"id": new.id}).one()
    assert place == "203.0.113.77"
    assert clock.now() - moment < timedelta(minutes=1)


def test_a_suspended_site_and_all_below_it_answer_no_program(app: Flask, builder: Builder) -> None:
    builder.app = app
    other = builder.alliance()
    boss = hired(other.bo, "agent")
    program = keys.program(other, other.bo, keys.made(other.bo, boss).key)
    assert program.get().status_code == 200
    with shared():
        registry.suspend(other.ada)
        session.commit()
    assert refusal(program.get()) == (403, "site_shut")
    assert refusal(keys.program(other, other.ada, rules.draw()).get()) == (403, "site_shut")


def test_who_asks_too_often_waits_and_nobody_else_does(
    world: World, ada: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its key, wherever it asks from and whatever; another key has its own allowance."""
    monkeypatch.setattr(keyholders, "OFTEN", "6 per minute")
    site, new = world.alliance.ada, keys.made(world.alliance.ada, world.ada)
    for _ in range(3):
        moving = keys.program(world.alliance, site, new.key)
        assert moving.get(quantity="0").status_code == 422
        assert moving.get("/api/v1/changes").status_code == 200
    busy = keys.program(world.alliance, site, new.key)
    for disguise in (f"bearer   {new.key}", f"BEARER {new.key}  "):
        again = busy.client.get(ALL_PRICES, headers={"Authorization": disguise})
        assert again.status_code == 429
    told = busy.get()
    assert refusal(told) == (429, "too_many_requests")
    assert int(told.headers["Retry-After"]) > 0
    assert ada.get().status_code == 200


def test_who_tries_keys_is_not_looked_at_for_a_while(
    world: World, key: NewKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyholders, "WRONG", "5 per minute")
    thief = keys.program(world.alliance, world.alliance.ada)
    statuses = []
    for _ in range(6):
        thief.key = rules.draw()
        statuses.append(thief.get().status_code)
    assert statuses == [401] * 5 + [429]
    thief.key = key.key
    assert thief.get().status_code == 429
    assert keys.program(world.alliance, world.alliance.ada, key.key).get().status_code == 200


def test_no_key_stands_in_the_log(
    world: World, ada: Program, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ada.get()
    ada.get(quantity="x")
    keys.program(world.alliance, world.alliance.hub, ada.key).get()
    assert ada.key[len(rules.PREFIX) + rules.SHOWN :] not in caplog.text


def test_who_reads_for_the_api_stands_in_a_lane_of_his_own(app: Flask) -> None:
    wall = app.extensions["kameng.bulkhead"]
    environ = {"HTTP_HOST": "shop.example", "PATH_INFO": ALL_PRICES, "REQUEST_METHOD": "GET"}
    assert wall.lane(environ)[1] == "api"
