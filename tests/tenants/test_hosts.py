"""What a process remembers of a host is what is true, whoever changed it and however he ended."""

from __future__ import annotations

import select
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from kameng.config import Settings
from kameng.kit import broadcast, cache
from kameng.kit.embedded import valkey
from tenants import hosts, registry
from tenants.context import shared
from tenants.database import session
from tenants.tree import Tenant
from tests.support import shop
from tests.support.looking import Beside, beside
from tests.support.worlds import Alliance

SOON = 20.0
"""The database's own list of changes is read each second; longer where other work waits."""


@pytest.fixture(scope="module")
def other(tools: Settings) -> Iterator[Beside]:
    """A process beside this one, on the same servers."""
    with beside(tools) as made:
        yield made


def host(site: Tenant) -> str:
    return f"{site.slug}.localhost"


def suspend(site: Tenant) -> None:
    with shared():
        registry.suspend(site)
        session.commit()


def soon(other: Beside, site: Tenant, state: str) -> bool:
    deadline = time.monotonic() + SOON
    while time.monotonic() < deadline:
        if other.state_of(host(site)) == state:
            return True
        time.sleep(0.05)
    return False


def test_what_is_suspended_here_is_refused_there_at_the_next_question(
    alliance: Alliance, other: Beside
) -> None:
    sites = [alliance.bo, alliance.ada, alliance.hub]
    for site in sites:
        other.warm(host(site))
    for site in sites:
        suspend(site)
        assert other.state_of(host(site)) == "suspended"


def test_a_site_below_a_suspended_one_sells_nothing_and_keeps_its_own_state(
    alliance: Alliance, other: Beside
) -> None:
    other.warm(host(alliance.bo))
    suspend(alliance.ada)
    assert other.state_of(host(alliance.bo)) == "suspended"
    assert other.state_of(host(alliance.hub)) == "live"
    with shared():
        below = registry.by_slug(alliance.bo.slug)
        registry.resume(alliance.ada)
        session.commit()
    assert below
    assert below.state == "live"
    assert other.state_of(host(alliance.bo)) == "live"


def test_a_process_killed_between_its_commit_and_its_word_is_found_out(
    alliance: Alliance, other: Beside, tools: Settings
) -> None:
    other.warm(host(alliance.ada))
    with beside(tools) as third:
        assert third.ask("suspend and die", alliance.ada.id) is None
    assert soon(other, alliance.ada, "suspended")


def test_a_change_by_hand_in_the_database_is_found_out(
    alliance: Alliance, other: Beside, owner: Engine
) -> None:
    other.warm(host(alliance.bo))
    with owner.connect() as line:
        rename = text("UPDATE shared.tenant SET state = 'suspended' WHERE id = :id")
        line.execute(rename, {"id": alliance.bo.id})
    assert soon(other, alliance.bo, "suspended")


def test_without_valkey_every_question_goes_to_the_database_and_is_right(
    alliance: Alliance, tools: Settings, tmp_path: Path
) -> None:
    server = valkey.start(tmp_path / "valkey", persistent=False)
    try:
        with beside(replace(tools, redis_url=server.url)) as lonely:
            lonely.warm(host(alliance.ada))
            server.stop()
            suspend(alliance.ada)
            assert lonely.ask("look", host(alliance.ada)) == ["suspended", 1]
            assert lonely.ask("look", host(alliance.bo)) == ["suspended", 1]
            server = valkey.start(tmp_path / "valkey", port=_port(server.url), persistent=False)
            lonely.warm(host(alliance.hub))
            assert lonely.state_of(host(alliance.ada)) == "suspended"
    finally:
        server.stop()


def _port(url: str) -> int:
    return int(url.rsplit(":", 1)[1].split("/")[0])


def test_an_answer_older_than_a_change_is_not_remembered(alliance: Alliance) -> None:
    asked: list[str] = []
    hosts.attach(hosts.Watch(lambda: frozenset({"main"})))
    try:
        for question in ("overtaken", "fresh", "never asked"):

            def look_up(question: str = question) -> Tenant:
                asked.append(question)
                if question == "overtaken":
                    hosts.drop([alliance.hub.id])
                return alliance.ada

            assert hosts.remembered("x", look_up) == alliance.ada
    finally:
        from kameng.kit import broadcast

        broadcast.configure()
    assert asked == ["overtaken", "fresh"]


def test_an_unknown_host_is_asked_for_every_time(alliance: Alliance, other: Beside) -> None:
    other.warm(host(alliance.hub))
    for _ in range(2):
        assert other.ask("look", "nobody.localhost") == ["", 1]


def test_a_rolled_back_change_is_told_to_nobody(alliance: Alliance, other: Beside) -> None:
    other.warm(host(alliance.ada))
    with shared():
        registry.suspend(alliance.ada)
        session.rollback()
    assert other.ask("look", host(alliance.ada)) == ["live", 0]


def test_a_site_whose_schema_is_behind_shows_that_it_is_worked_on(
    app: Flask, alliance: Alliance, owner: Engine
) -> None:
    for site in (alliance.hub, alliance.ada):
        shop.decorate(site)

    def brought_to(revision: str) -> None:
        move = "UPDATE shared.tenant_schema_state SET revision = :to WHERE schema_name = :name"
        with owner.connect() as line:
            line.execute(text(move), {"to": revision, "name": alliance.ada.schema})

    with owner.connect() as line:
        ask = text("SELECT revision FROM shared.tenant_schema_state WHERE schema_name = :name")
        head = line.execute(ask, {"name": alliance.ada.schema}).scalar_one()
    hosts.clear()
    brought_to("t0001")
    answer = alliance.client(alliance.ada).get("/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "正在维护" in answer.get_data(as_text=True)
    assert alliance.client(alliance.hub).get("/").status_code == 200
    brought_to(head)
    assert alliance.client(alliance.ada).get("/").status_code == 200


def test_word_of_a_change_has_arrived_when_it_is_told(tools: Settings) -> None:
    """Whoever is asked right after the answer has it to read, however busy the machine is."""
    cache.configure(tools.redis_url)
    line = cache.own_line()
    line.connect()
    try:
        line.send_command("SUBSCRIBE", broadcast.CHANNEL)
        line.read_response()
        heard = select.poll()
        heard.register(line._get_socket(), select.POLLIN)
        for _ in range(500):
            broadcast.publish([0])
            assert heard.poll(0)
            line.read_response()
    finally:
        line.disconnect()
