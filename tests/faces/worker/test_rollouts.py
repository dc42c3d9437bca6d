"""A new line of a theme reaches the sites in waves, stops by itself when it is bad, and leaves no
site half moved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from kameng.config import Settings
from kameng.domains.design import service as designs
from kameng.domains.design.rollouts import queries, service
from kameng.domains.design.rollouts.errors import RolloutMoved, RolloutOpen
from kameng.faces.frame import drawn, lines, opening
from kameng.faces.worker import rollouts, themelines
from kameng.faces.worker.refused import StartRefused
from kameng.kit import clock, tally
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import killing
from tests.support.gallery import NEW, OLD, THEME, hung, two_lines
from tests.support.rollouts import Fleet, fleet, published
from tests.support.worlds import Builder
from themes import engine
from themes.engine import Shelf
from themes.engine import shelf as engine_shelf

GONE = text("DELETE FROM shared.theme_rollout_site WHERE tenant_id = :t AND state = 'waiting'")
"""As if a site had opened after the roll-out was planned."""


@pytest.fixture(scope="module")
def galleries(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Shelf]:
    """The gallery of two lines, and those in which the second is worse."""
    made = {}
    for worse in ("", "broken", "lossy"):
        folder: Path = tmp_path_factory.mktemp(f"gallery{worse}")
        made[worse] = two_lines(folder, worse=worse)
    return made


@pytest.fixture
def gallery(galleries: dict[str, Shelf], request: pytest.FixtureRequest) -> Iterator[Shelf]:
    """The engine's gallery for one test; `indirect` names what is wrong with its second line."""
    with hung(galleries[getattr(request, "param", "")]) as shelf:
        yield shelf


@pytest.fixture(scope="module")
def world(app: Flask, builder: Builder) -> Fleet:
    builder.app = app
    return fleet(builder)


@pytest.fixture
def sites(world: Fleet, gallery: Shelf, owner: Engine) -> Fleet:
    """Four sites, as if nothing had ever been rolled out."""
    world.forget(owner)
    return world


def told(owner: Engine, kind: str, site: Tenant) -> int:
    found = text("SELECT count(*) FROM shared.notice WHERE tenant_id = :t AND kind = :k")
    with owner.connect() as line:
        return int(line.execute(found, {"t": site.id, "k": kind}).scalar_one())


def test_a_healthy_line_reaches_everybody_wave_by_wave(sites: Fleet, owner: Engine) -> None:
    sites.plan(wait_minutes=60)
    sites.tick(3)
    assert sites.lines() == [NEW, OLD, OLD, OLD]
    later = clock.now() + timedelta(minutes=61)
    sites.tick(3, now=later)
    assert sorted(sites.lines()) == [OLD] + [NEW] * 3
    sites.tick(1, now=later + timedelta(minutes=59))
    assert sites.lines().count(OLD) == 1
    sites.tick(3, now=later + timedelta(minutes=122))
    assert set(sites.lines()) == {NEW}
    assert sites.facts().is_open
    sites.tick(2, now=later + timedelta(minutes=240))
    assert sites.facts().state.value == "done"
    facts, contents = sites.live(sites.sites[1])
    assert facts.note == f"{OLD} → {NEW}"
    assert "'heading': '大家常问'" in contents
    assert told(owner, "rollout_done", sites.hub) == 1


@pytest.mark.parametrize("gallery", ["broken"], indirect=True)
def test_a_broken_line_stops_by_itself_and_everybody_is_back_byte_for_byte(
    sites: Fleet, owner: Engine
) -> None:
    before = [sites.live(site) for site in sites.sites]
    pages = [sites.alliance.client(site).get("/").text for site in sites.sites]
    sites.seen(sites.hub, 5)
    sites.plan(wait_minutes=60)
    sites.tick(2)
    assert sites.lines().count(NEW) == 1
    sites.seen(sites.hub, 2)
    sites.tick(1)
    assert sites.facts().state.value == "running", "two pages prove nothing"
    sites.seen(sites.hub, 3)
    assert sites.until_ended() == "rolled_back"
    facts = sites.facts()
    assert facts.stopped_why == service.BY_ERRORS
    assert facts.at_stop.failed == facts.at_stop.drawn == 5
    assert [sites.live(site) for site in sites.sites] == before
    assert [sites.alliance.client(site).get("/").text for site in sites.sites] == pages
    assert told(owner, "rollout_stopped", sites.hub) == 1
    assert told(owner, "line_put_back", sites.hub) == 1
    assert told(owner, "line_put_back", sites.alliance.ada) == 0


@pytest.mark.parametrize("gallery", ["broken"], indirect=True)
def test_who_published_since_is_told_instead_of_overwritten(sites: Fleet, owner: Engine) -> None:
    ada = sites.alliance.ada
    sites.plan(chosen=tuple(one.id for one in sites.sites[:2]), wait_minutes=60)
    sites.tick(2)
    newer = published(ada, "升级后改的公告")
    sites.seen(sites.hub, 4)
    assert sites.until_ended() == "rolled_back"
    assert sites.live(ada)[0].id == newer.id
    assert sites.reasons()[ada.id] == ("kept", "published")
    assert sites.live(sites.hub)[0].theme_version == OLD
    assert told(owner, "line_kept", ada) == 1


def test_pages_that_failed_before_stop_nobody(sites: Fleet) -> None:
    """A site whose own contents were bad all along says nothing against the new line."""
    ada = sites.alliance.ada
    with use(ada):
        facts, made = designs.held(ada)
        made["templates"]["home"]["sections"].append(
            {"id": "bad", "type": "rich_text", "settings": {"gone": 1}}
        )
        designs.replace(ada, made, expected=facts.id, author="test", now=clock.now())
        session.commit()
    sites.seen(ada, 6)
    tally.send()
    sites.plan(chosen=(ada.id, sites.hub.id), wait_minutes=60)
    sites.tick(2)
    assert sites.reasons()[ada.id][0] == "skipped", "and it cannot move, for it cannot be checked"
    sites.seen(ada, 6)
    sites.tick(1)
    assert sites.facts().state.value == "running"


def failing(site: Tenant, times: int) -> None:
    """Somebody fetches a page of this site that cannot be drawn, again and again."""
    for _ in range(times):
        drawn.page(site, {"theme": THEME, "version": NEW}, failed=True)


def test_no_single_site_takes_the_line_from_everybody(sites: Fleet) -> None:
    """What stands on a site's pages and who fetches them is its agent's."""
    ada, bo = sites.alliance.ada, sites.alliance.bo
    sites.plan(chosen=(), percents=(100,), wait_minutes=60)
    sites.tick(2)
    assert set(sites.lines()) == {NEW}
    sites.seen(sites.hub, 2)
    sites.seen(bo)
    failing(ada, 300)
    sites.tick(2)
    assert (sites.facts().state.value, set(sites.lines())) == ("running", {NEW})
    failing(bo, 1)
    assert sites.until_ended() == "rolled_back"
    assert set(sites.lines()) == {OLD}


def test_a_site_the_operator_chose_to_go_first_speaks_for_all(sites: Fleet) -> None:
    sites.plan(percents=(100,), wait_minutes=0)
    sites.tick(2)
    sites.seen(sites.alliance.ada)
    failing(sites.hub, 3)
    assert sites.until_ended() == "rolled_back"


@pytest.mark.parametrize("gallery", ["lossy"], indirect=True)
def test_a_site_that_does_not_fit_stays_as_it_is_and_is_told(sites: Fleet, owner: Engine) -> None:
    before = [sites.live(site) for site in sites.sites]
    sites.plan()
    assert sites.until_ended() == "done"
    assert sites.states() == {"skipped": 4}
    assert "title" in sites.reasons()[sites.alliance.ada.id][1]
    assert [sites.live(site) for site in sites.sites] == before
    assert told(owner, "line_left_out", sites.alliance.ada) == 1


def test_who_publishes_before_his_turn_keeps_his_newest_words(sites: Fleet) -> None:
    ada, bo = sites.alliance.ada, sites.alliance.bo
    sites.plan(begin=False)
    published(ada, "轮到之前改的公告")
    with use(bo):
        other = engine.switch(designs.held(bo)[1], "mini", None)
        session.rollback()
        facts, _ = designs.held(bo)
        chosen = designs.replace(bo, other, expected=facts.id, author="bo", now=clock.now())
        session.commit()
    sites.press("begin")
    assert sites.until_ended() == "done"
    facts, contents = sites.live(ada)
    assert facts.theme_version == NEW
    assert "轮到之前改的公告" in contents
    assert sites.live(bo)[0].id == chosen.id
    assert sites.reasons()[bo.id] == ("skipped", "elsewhere")


def test_two_clocks_move_each_site_once(sites: Fleet) -> None:
    before = [sites.live(site)[0].seq for site in sites.sites]
    sites.plan(percents=(100,))
    for _ in range(4):
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda _: rollouts.look_after(clock.now()), range(2)))
    assert sites.until_ended() == "done"
    assert set(sites.lines()) == {NEW}
    assert [sites.live(site)[0].seq for site in sites.sites] == [seq + 1 for seq in before]


def test_killed_anywhere_it_goes_on_where_it_was(
    sites: Fleet, settings: Settings, gallery: Shelf
) -> None:
    before = [sites.live(site)[0].seq for site in sites.sites]
    killer = killing.start(settings)
    try:
        deaths, given = 0, {"gallery": str(gallery.gallery), "theme": THEME}
        killer.warm("roll_out", **given)
        sites.plan(percents=(100,), chosen=())
        for step in killing.steps(40) if killing.SOAK else (3, 9, 2, 5, 7, 14):
            done = killer.run("roll_out", step, **given)
            deaths += done is None
            moved = [sites.live(site)[0] for site in sites.sites]
            assert sum(one.theme_version == NEW for one in moved) == sites.states().get("moved", 0)
    finally:
        killer.stop()
    assert deaths >= 3
    assert sites.until_ended() == "done"
    assert [sites.live(site)[0].seq for site in sites.sites] == [seq + 1 for seq in before]


def test_a_pause_holds_everybody_and_a_stop_leaves_who_has_moved(sites: Fleet) -> None:
    sites.plan(wait_minutes=60)
    sites.tick(2)
    sites.press("pause")
    sites.tick(3, now=clock.now() + timedelta(days=2))
    assert sites.lines().count(NEW) == 1
    sites.press("go_on")
    sites.tick(1)
    assert sites.facts().wave == 0, "what was seen before the pause is seen anew"
    sites.tick(2, now=clock.now() + timedelta(minutes=61))
    assert sites.lines().count(NEW) == 3
    sites.press("stop")
    sites.tick(3, now=clock.now() + timedelta(days=2))
    assert sites.lines().count(NEW) == 3
    with pytest.raises(RolloutMoved):
        sites.press("go_on")
    sites.press("take_back")
    assert sites.until_ended() == "rolled_back"
    assert set(sites.lines()) == {OLD}


def test_a_wave_without_a_site_keeps_nobody_waiting(sites: Fleet) -> None:
    sites.plan(chosen=(), percents=(1, 2, 3, 100), wait_minutes=60)
    for hours in range(4):
        sites.tick(3, now=clock.now() + timedelta(minutes=61 * hours))
    assert set(sites.lines()) == {NEW}
    assert sites.facts().state.value == "done"


def test_nobody_moves_past_a_clock_that_stops_it(
    sites: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One clock is in the middle of a site's move as another finds that the pages fail."""
    sites.plan(chosen=(sites.hub.id,), percents=(100,), wait_minutes=0)
    sites.tick(1)
    failing(sites.hub, 3)
    sites.press("pause")
    sites.press("go_on")
    real, other = rollouts.engine.upgrade, []

    def slow(*given: object) -> object:
        if not other:
            other.append(pool.submit(rollouts.look_after, clock.now()))
            wait(other, 0.5)
        return real(*given)  # type: ignore[arg-type]

    with ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr(rollouts.engine, "upgrade", slow)
        with use(sites.hub):
            seen = queries.one(sites.hub, sites.id)
        rollouts._move(sites.alliance.ada.id, replace(seen, wave=1), ({}, {}))
    assert other, "the move was under way"
    assert sites.until_ended() == "rolled_back"
    assert set(sites.lines()) == {OLD}


def test_new_sites_begin_on_the_proven_line(sites: Fleet, owner: Engine) -> None:
    root = sites.hub.id
    assert lines.usual(root, THEME) == OLD, "a line that lies there has proven nothing"
    sites.plan(wait_minutes=60)
    sites.tick(2)
    assert lines.usual(root, THEME) == OLD
    line = lines.usual(root, THEME)
    looks = opening.first_looks(THEME, "新开的店", "", "", line=line)
    assert looks["version"] == OLD
    late = sites.sites[-1]
    with owner.begin() as way:
        way.execute(GONE, {"t": late.id})
    for day in range(1, 6):
        sites.tick(2, now=clock.now() + timedelta(days=day))
    assert sites.facts().state.value == "done"
    assert sites.live(late)[0].theme_version == NEW, "who opened meanwhile came along"
    assert lines.usual(root, THEME) == NEW
    sites.press("take_back")
    assert sites.until_ended() == "rolled_back"
    assert lines.usual(root, THEME) == OLD


def test_a_theme_has_one_roll_out_at_a_time(sites: Fleet) -> None:
    sites.plan(begin=False)
    before = sites.states()
    with pytest.raises(RolloutOpen):
        sites.plan()
    assert sites.states() == before
    other = engine.lines("mini")
    assert lines.usual(sites.hub.id, "mini") == other[-1]


def test_nobody_moves_when_the_line_is_gone_from_the_gallery(
    sites: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    sites.plan()
    monkeypatch.setattr(engine_shelf, "current", Shelf())
    sites.tick(1)
    assert sites.facts().stopped_why == service.BY_LINE
    assert set(sites.lines()) == {OLD}


def test_what_began_before_lines_were_written_down_is_found(sites: Fleet, owner: Engine) -> None:
    with owner.begin() as line:
        line.execute(text("DELETE FROM shared.theme_use WHERE root_id = :r"), {"r": sites.hub.id})
    rollouts.note_lines(clock.now(), most=100_000)
    with owner.connect() as line:
        count = text("SELECT count(*) FROM shared.theme_use WHERE root_id = :r AND line = :l")
        assert line.execute(count, {"r": sites.hub.id, "l": OLD}).scalar_one() == 4


def test_a_page_costs_no_query_and_at_most_one_trip_for_being_counted(
    sites: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    trips: list[int] = []
    real = tally.cache.client
    sites.seen(sites.hub)
    tally.send()
    monkeypatch.setattr(tally.cache, "client", lambda: (trips.append(1), real())[1])
    monkeypatch.setattr(tally, "_next", float("inf"))
    sites.seen(sites.hub, 20)
    counted = len(trips)
    tally.send()
    assert len(trips) == counted + 1


def test_the_commands_count_look_ahead_and_stop_everything(
    sites: Fleet, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    before = [sites.live(site) for site in sites.sites]
    assert themelines.lines(settings) == 0
    own = capsys.readouterr().out.split(f"{sites.hub.slug}:\n")[1]
    assert re.search(rf"{THEME} +{re.escape(OLD)} +4 sites", own)
    unfit = themelines.dry_run(settings, THEME, NEW)
    said = capsys.readouterr().out
    assert unfit == ("does not fit" in said), "other tests' sites are asked, too"
    for one in sites.sites:
        assert f"  {one.slug}: 1 sections migrate" in said
    assert [sites.live(site) for site in sites.sites] == before
    with pytest.raises(StartRefused):
        themelines.dry_run(settings, THEME, "9.9")
    sites.plan()
    assert themelines.stop(settings, sites.hub.slug) == 0
    sites.tick(3)
    assert sites.facts().state.value == "stopped"
    assert set(sites.lines()) == {OLD}
