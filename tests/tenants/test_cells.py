"""Several alliances, several databases, one registry: nothing crosses, and one that is away stops
nobody else."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
import rq
from flask import Flask
from sqlalchemy import text

from kameng.config import BadSettings, Settings, use_settings
from kameng.domains.accounts.errors import LoginTaken
from kameng.domains.agents.errors import NameRefused
from kameng.domains.agents.hostnames.rules import Fault
from kameng.domains.agents.hostnames.rules import State as Claimed
from kameng.domains.agents.rules import State
from kameng.faces.frame import cells as console_cells
from kameng.faces.frame import opening
from kameng.faces.worker import diagnosis, setting_up
from kameng.faces.worker.refused import StartRefused
from kameng.faces.worker.relay import Relay
from kameng.kit import cache, clock, ids, jobs
from migrations import cells as books
from tenants import context, directory, registry
from tenants.context import at, shared, use
from tenants.database import connect_engine, session
from tenants.errors import NameTaken
from tenants.tree import MAIN
from tests.support import agents, desk, hosts, payments, terms
from tests.support.cells import EAST, Shop, TwoCells, founder, two
from tests.support.shop import Visitor
from tests.support.ticking import tick


@pytest.fixture(scope="module")
def cells(tools: Settings, app: Flask) -> Iterator[TwoCells]:
    with two(tools, app) as made:
        yield made


def each(cells: TwoCells) -> list[tuple[str, Shop]]:
    return [(MAIN, cells.west), (EAST, cells.east)]


def test_each_alliance_lives_whole_in_its_own_database(cells: TwoCells) -> None:
    for cell, shop in each(cells):
        assert shop.site.cell == cell
        with at(cell), shared():
            assert registry.by_slug(shop.site.slug) is not None
        with at(EAST if cell == MAIN else MAIN), shared():
            assert registry.by_slug(shop.site.slug) is None
    assert cells.east.site.id > 1 << books.RANGE > cells.west.site.id


def test_the_same_visit_buys_in_each_and_one_address_takes_notice_for_both(
    cells: TwoCells,
) -> None:
    standin = payments.running(cells.settings)
    standin.reset()
    use_settings(dataclasses.replace(cells.settings, stripe_api_base=standin.base))
    hooks = cells.client("hooks")
    try:
        for cell, shop in each(cells):
            visitor = Visitor(cells.client(shop.site.slug))
            page = visitor.buy(shop.sku).location
            standin.pay(page)
            number = visitor.get("/orders").text.split('href="/orders/', 1)[1].split('"', 1)[0]
            assert standin.notify(hooks, standin.events("checkout.session.completed")[-1])
            Relay(cell=MAIN).drain()
            Relay(cell=cell).drain()
            assert "----pw" in visitor.get(f"/orders/{number}").text, cell
    finally:
        use_settings(cells.settings)


def test_a_cell_may_have_an_address_of_its_own_for_notices(cells: TwoCells) -> None:
    standin = payments.running(cells.settings)
    body, header = standin.signed({"id": ids.token(8), "type": "x", "data": {"object": {}}})
    hooks, headers = cells.client("hooks"), {"Stripe-Signature": header}
    assert hooks.post("/stripe/east", data=body, headers=headers).status_code == 200
    assert hooks.post("/stripe/nowhere", data=body, headers=headers).status_code == 404
    count = text("SELECT count(*) FROM shared.inbox WHERE raw = :raw")
    for cell, kept in ((EAST, 1), (MAIN, 0)):
        with at(cell), shared():
            assert session.scalar(count, {"raw": body}) == kept


def test_an_operator_works_in_his_cell_and_finds_no_door_to_the_other(cells: TwoCells) -> None:
    for (_, mine), (_, other) in zip(each(cells), reversed(each(cells)), strict=True):
        client = cells.client("console")
        assert desk.sign_in(client, mine.operator).status_code == 303
        home = client.get(f"/s/{mine.site.slug}/orders")
        assert home.status_code == 200
        assert mine.site.name in home.text
        assert other.site.name not in home.text
        assert client.get(f"/s/{other.site.slug}/orders").status_code == 404


def test_a_shops_cookie_opens_nothing_in_the_other_cell(cells: TwoCells) -> None:
    console = cells.client("console")
    desk.sign_in(console, cells.east.operator)
    kept = console.get_cookie("kameng", domain=cells.settings.host("console"))
    assert kept
    for _, shop in each(cells):
        visitor = cells.client(shop.site.slug)
        visitor.set_cookie("kameng", kept.value, domain=cells.settings.host(shop.site.slug))
        assert visitor.get("/me").status_code == 303


def test_a_mailed_link_brings_its_cell_along_and_leads_nowhere_else(cells: TwoCells) -> None:
    with at(EAST):
        link = console_cells.entrance("/welcome")
    path = link.split("localhost", 1)[1].split("/", 1)[1]
    client = cells.client("console")
    answer = client.get(f"/{path}?token=x")
    assert answer.location == "/welcome?token=x"
    with client.session_transaction(base_url=f"http://{client.host}") as kept:
        assert kept["guest_cell"] == EAST
    assert client.get("/at/east/%5Cevil.example").location == "/"


def test_a_name_or_a_login_of_another_cell_is_refused_and_nothing_is_opened(
    cells: TwoCells,
) -> None:
    for slug, login, refusal in (
        ("easta", "somebody", NameRefused),
        ("brandnew", cells.east.operator, LoginTaken),
    ):
        with pytest.raises(refusal):
            setting_up.found(cells.settings, slug, "x", founder(login))
        with shared():
            assert registry.by_slug(slug) is None
    assert directory.cell_of_host("brandnew.localhost") == MAIN


def test_an_agent_opens_below_his_alliance_in_its_cell(cells: TwoCells) -> None:
    parent = cells.east.site
    asked = agents.wish(terms.package(parent))
    with at(EAST):
        facts = agents.applied(parent, asked)
        assert opening.open_site(facts.id, now=clock.now()).state is State.OPEN
    found = registry.by_host(f"{asked.slug}.localhost")
    assert found
    assert (found.cell, found.root_id) == (EAST, parent.id)
    assert directory.cell_of_login(asked.login) == EAST


def test_an_own_domain_leads_to_its_cell_and_to_one_only(cells: TwoCells) -> None:
    host, west, east = "both.example.com", cells.west.site, cells.east.site
    with hosts.world() as world:
        for site in (west, east):
            world.prove(hosts.claimed(site, host))
        proofs = [claim.token for site in (west, east) for claim in hosts.names_of(site).claims]
        world.zone.texts[f"_kameng.{host}"] = proofs
        assert hosts.looked_at(east, host).state is Claimed.PROVEN
        assert hosts.looked_at(west, host).fault is Fault.TAKEN
        found = registry.by_host(host)
        assert found
        assert (found.cell, found.id) == (EAST, east.id)
        hosts.give_up(east)
        assert registry.by_host(host) is None
        assert hosts.looked_at(west, host).state is Claimed.PROVEN
        found = registry.by_host(host)
        assert found
        assert (found.cell, found.id) == (MAIN, west.id)


def test_who_loses_a_name_to_another_cell_is_refused_and_holds_nothing(cells: TwoCells) -> None:
    asked = agents.wish(terms.package(cells.west.site), slug=cells.east.site.slug)
    facts = agents.applied(cells.west.site, asked)
    assert opening.open_site(facts.id, now=clock.now()).state is State.REFUSED
    assert directory.cell_of_login(asked.login) == MAIN
    with shared():
        held = text("SELECT count(*) FROM shared.directory WHERE owner = :owner")
        assert session.scalar(held, {"owner": facts.id}) == 0


def test_a_refusal_that_comes_too_late_leaves_the_open_site_its_names(cells: TwoCells) -> None:
    """Of two who finish one application, the slower met something that has passed since."""
    parent = cells.east.site
    asked = agents.wish(terms.package(parent))
    with at(EAST):
        facts = agents.applied(parent, asked)
        assert opening.open_site(facts.id, now=clock.now()).state is State.OPEN
        assert opening._refuse(facts.id, "account_frozen").state is State.OPEN
    assert directory.cell_of_host(f"{asked.slug}.localhost") == EAST


def test_a_host_proven_in_one_cell_is_taken_by_no_other_until_it_is_lost(cells: TwoCells) -> None:
    host, west, east = "shop.example", cells.west.site, cells.east.site
    directory.hold_host(host, east)
    assert directory.cell_of_host(host) == EAST
    with at(EAST), shared():
        registry.add_host(east.id, host, now=clock.now(), canonical=False)
        session.commit()
    with pytest.raises(NameTaken):
        directory.hold_host(host, west)
    with at(EAST), shared():
        session.execute(text("DELETE FROM shared.hostname WHERE host = :host"), {"host": host})
        session.commit()
    directory.hold_host(host, west)
    assert directory.cell_of_host(host) == MAIN
    directory.release_host(host, west)


@jobs.job(queue="fast")
def note_where(tenant: object, what: str) -> None:
    cache.client().set(f"test:{what}", f"{context.cell()} {tenant.slug}")  # type: ignore[attr-defined]


def test_a_job_is_done_in_the_cell_of_its_site(cells: TwoCells) -> None:
    what = ids.token(8)
    with use(cells.east.site) as site:
        jobs.enqueue(note_where, site, what, key=what)
        session.execute(text("SELECT 1"))
        session.commit()
    line = cache.client()
    rq.SimpleWorker([rq.Queue("fast", connection=line)], connection=line).work(burst=True)
    assert line.get(f"test:{what}") == b"east easta"


def test_what_is_suspended_in_east_is_closed_at_the_next_visit(cells: TwoCells) -> None:
    shop = cells.client(cells.east.site.slug)
    assert shop.get("/").status_code == 200
    for verb, status in ((registry.suspend, 503), (registry.resume, 200)):
        with at(EAST), shared():
            verb(cells.east.site)
            session.commit()
        assert shop.get("/").status_code == status


def test_a_cell_that_is_away_stops_nobody_else(cells: TwoCells) -> None:
    west, east = cells.client(cells.west.site.slug), cells.client(cells.east.site.slug)
    assert (west.get("/").status_code, east.get("/").status_code) == (200, 200)
    cells.east_goes()
    try:
        gone = east.get("/")
        assert (gone.status_code, gone.headers["Retry-After"]) == (503, "30")
        assert west.get("/").status_code == 200
        assert desk.sign_in(cells.client("console"), cells.west.operator).status_code == 303
        Relay(cell=MAIN).drain()
        tick()
        assert not setting_up.migrate(cells.settings)
        found = {one.what: one.right for one in _doctor(cells)}
        assert (found["database"], found["east.database"]) == (True, False)
    finally:
        cells.east_comes()
    assert east.get("/").status_code == 200
    assert all(one.right for one in _doctor(cells))


def _doctor(cells: TwoCells) -> list[diagnosis.Finding]:
    return [
        one for cell in cells.settings.databases for one in diagnosis._cell(cells.settings, cell)
    ]


def test_a_database_of_another_cell_is_not_taken_in(cells: TwoCells) -> None:
    wrong = dataclasses.replace(cells.settings, cells=(("north", cells.server.url_admin),))
    assert not setting_up.migrate(wrong)
    main, east = (connect_engine(cells.settings.role_url("owner", name)) for name in (MAIN, EAST))
    try:
        with pytest.raises(books.NotThisCell, match="is cell east's"):
            books.join(main, east, "north", now=clock.now())
        with pytest.raises(books.NotThisCell, match="is cell main's"):
            books.join(main, main, EAST, now=clock.now())
    finally:
        for engine in (main, east):
            engine.dispose()


def test_there_is_no_founding_in_a_cell_that_is_not_there(cells: TwoCells) -> None:
    with pytest.raises(StartRefused, match="There is no cell 'nowhere'"):
        setting_up.found(cells.settings, "newone", "x", founder("newone"), cell="nowhere")


@pytest.mark.parametrize(
    "given",
    [
        "main=postgresql://a@b/c",
        "East=postgresql://a@b/c",
        "east",
        "east=postgresql://a@h/main",
        "east=postgresql://a@b/c west=postgresql://x@b:5432/c",
        "east=postgresql://a@b/c east=postgresql://a@b/d",
    ],
)
def test_cells_that_cannot_be_are_no_start(given: str) -> None:
    from kameng import config

    with pytest.raises(BadSettings, match="KAMENG_CELLS"):
        config._cells({"KAMENG_CELLS": given, "DATABASE_URL": "postgresql://o@h/main"})
