"""A planned skin and a roll-out that meet at one site: neither waits for the other for ever, and
the skin goes when its time is over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from kameng.domains.design import publishing
from kameng.domains.design import queries as designs
from kameng.domains.design import service as design
from kameng.domains.design.presets import offers
from kameng.domains.design.presets import queries as offered
from kameng.domains.design.presets.errors import PushDecided
from kameng.domains.design.rollouts import queries as rolling
from kameng.domains.design.skins import queries, service
from kameng.domains.design.skins.rules import Skin, State
from kameng.faces.frame import drawn
from kameng.faces.worker import rollouts, timetable
from kameng.faces.worker.queues import Due
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import desk, presets
from tests.support.gallery import NEW, THEME, hung, two_lines
from tests.support.rollouts import Fleet, fleet, published
from tests.support.worlds import Builder
from themes.engine import Shelf

ALL: dict[str, Any] = {"chosen": (), "percents": (100,)}
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def gallery_of_two(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    folder: Path = tmp_path_factory.mktemp("meeting")
    return two_lines(folder)


@pytest.fixture
def gallery(gallery_of_two: Shelf) -> Iterator[Shelf]:
    with hung(gallery_of_two) as shelf:
        yield shelf


@pytest.fixture(scope="module")
def world(app: Flask, builder: Builder) -> Fleet:
    builder.app = app
    return fleet(builder)


@pytest.fixture
def sites(world: Fleet, gallery: Shelf, owner: Engine) -> Fleet:
    with owner.begin() as line:
        line.execute(text("DELETE FROM shared.skin_schedule"))
        line.execute(text("DELETE FROM shared.due WHERE kind = 'design.skin'"))
    world.forget(owner)
    return world


def planned(site: Tenant, *, begun: bool = True) -> UUID:
    """A festive look for a day."""
    now = clock.now()
    with use(site):
        look = {key: one for key, one in designs.live(site).items() if key != "digest"}
        look["tokens"] = {**look["tokens"], "primary": "#b91c1c"}
        saved = design.add_revision(site, look, author="Ada", now=now)
        times = {"starts": now, "ends": now + DAY}
        made = service.plan(site, saved.id, name="春节", actor=SYSTEM, now=now, **times)
        if begun:
            service.begin(site, made.id, actor=SYSTEM, now=now)
        session.commit()
    return made.id


def skin(site: Tenant, skin_id: UUID) -> Skin:
    with use(site):
        return queries.one(site, skin_id)


def colour(site: Tenant) -> str:
    with use(site):
        return str(designs.live(site)["tokens"]["primary"])


def ended(site: Tenant, skin_id: UUID) -> Skin:
    with use(site):
        made = service.end(site, skin_id, actor=SYSTEM, now=clock.now())
        session.commit()
    return made


def pages(site: Tenant, times: int, *, failed: bool = False) -> None:
    """Somebody fetches a page of this site again and again."""
    for _ in range(times):
        drawn.page(site, {"theme": THEME, "version": NEW}, failed=failed)


def due_of(site: Tenant, kind: str) -> Due:
    """The time that is set for this at the site."""
    asked = "SELECT tenant_id, kind, key, at, attempts FROM shared.due WHERE kind = :k"
    with use(site):
        return Due(
            *session.execute(text(f"{asked} AND tenant_id = :t"), {"k": kind, "t": site.id}).one()
        )


def meanwhile(work: Callable[[], Any]) -> tuple[ThreadPoolExecutor, Future[Any]]:
    """Somebody else at the same site, given time to get as far as he can."""
    pool = ThreadPoolExecutor(1)
    going = pool.submit(work)
    wait([going], 2)
    return pool, going


def test_a_skin_that_is_ended_while_its_site_moves_waits_and_ends(
    sites: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The agent presses "end" in the middle of the clock's move of her site."""
    ada = sites.alliance.ada
    skin_id = planned(ada)
    sites.plan(**ALL)
    real, other = rollouts.engine.upgrade, []

    def slow(*given: Any) -> Any:
        if not other:
            other.append(meanwhile(lambda: ended(ada, skin_id)))
        return real(*given)

    monkeypatch.setattr(rollouts.engine, "upgrade", slow)
    with use(sites.hub):
        seen = rolling.one(sites.hub, sites.id)
    rollouts._move(ada.id, replace(seen, wave=1), ({}, {}))
    ((pool, going),) = other
    assert going.result(20).state is State.OVER
    pool.shutdown()
    assert sites.reasons()[ada.id][0] == "moved"
    assert colour(ada) == "#2563eb"


def test_a_skin_that_is_planned_while_the_clock_looks_at_the_others_is_planned(
    sites: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made of a template in the form, it is saved first; the clock holds the site's skins."""
    ada = sites.alliance.ada
    agent = desk.at(sites.alliance, ada, "agent")
    planned(ada)
    real, other = service.queries.to_come, []

    def slow(site: Tenant) -> Any:
        if not other:
            until = (clock.now() + 9 * DAY).strftime("%Y-%m-%dT%H:%M")
            begins = (clock.now() + 5 * DAY).strftime("%Y-%m-%dT%H:%M")
            other.append(None)
            what = {"what": "preset:mini:mix", "starts": begins, "ends": until}
            form = {"form": "skin", "name": "元宵", **what}
            other[:] = [meanwhile(lambda: agent.post("design/skins", **form))]
        return real(site)

    monkeypatch.setattr(service.queries, "to_come", slow)
    with use(ada):
        service.look(ada, has_theme=lambda _theme: True, now=clock.now() + 2 * DAY)
        session.commit()
    ((pool, going),) = other
    assert going.result(20).status_code == 303
    pool.shutdown()
    with use(ada):
        assert [one.name for one in queries.to_come(ada)] == ["元宵"]


def test_a_skin_with_a_new_notice_ends_though_its_site_was_moved(sites: Fleet) -> None:
    """She wrote a notice in the days of the skin, and the master rolled a newer line out."""
    ada = sites.alliance.ada
    skin_id = planned(ada)
    published(ada, "初一至初三照常发货")
    sites.plan(**ALL)
    assert sites.until_ended() == "done"
    assert ended(ada, skin_id).state is State.OVER
    with use(ada):
        live = designs.live(ada)
    assert (live["tokens"]["primary"], live["version"]) == ("#2563eb", NEW)
    assert live["site"]["notice"] == "初一至初三照常发货"
    assert skin(ada, skin_id).why is None


def test_somebody_who_comes_every_day_keeps_no_roll_out_from_its_end(
    sites: Fleet, owner: Engine
) -> None:
    """A site opens each time the last wave was watched long enough."""
    sites.plan(**ALL, wait_minutes=60)
    sites.tick(2)
    late = iter(sites.sites)
    for day in range(1, 4):
        site = next(late)
        with owner.begin() as line:
            gone = "DELETE FROM shared.theme_rollout_site WHERE tenant_id = :t"
            back = "UPDATE shared.theme_use SET line = '1.0' WHERE tenant_id = :t"
            line.execute(text(gone), {"t": site.id})
            line.execute(text(back), {"t": site.id})
        sites.tick(2, now=clock.now() + day * DAY)
    assert sites.facts().state.value == "done"


def test_good_pages_of_one_site_do_not_hide_that_others_fail(sites: Fleet) -> None:
    """Anybody fetches the front page of a good shop as often as he likes."""
    ada, bo = sites.alliance.ada, sites.alliance.bo
    sites.plan(**ALL, wait_minutes=60)
    sites.tick(2)
    for site in (ada, bo):
        pages(site, 5, failed=True)
    pages(sites.hub, 2000)
    assert sites.until_ended() == "rolled_back"


def test_an_offer_declined_while_it_is_published_waits_its_turn(sites: Fleet) -> None:
    """Two of the same shop decide about the master's look at the same moment."""
    hub, ada = sites.hub, sites.alliance.ada
    push = presets.given(hub, presets.kept(hub, "开门红"), ada)
    with use(ada):
        revision = offered.offer(ada, push).push.revision_id

    def declined() -> str:
        try:
            with use(ada):
                offers.decline(ada, push, actor=SYSTEM, now=clock.now())
                session.commit()
        except PushDecided as late:
            return late.code
        return ""

    assert revision
    with use(ada):
        live = design.hold(ada)
        pool, going = meanwhile(declined)
        publishing.publish(ada, revision, expected=live, actor=SYSTEM, now=clock.now())
        offers.published(ada, revision, now=clock.now())
        session.commit()
    assert going.result(20) == PushDecided.code
    pool.shutdown()
    with use(ada):
        found = designs.live_revision(ada)
    assert found
    assert found.id == revision


def test_a_skin_that_is_ended_as_its_time_comes_ends_once(
    sites: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The agent presses "end" in the second in which the clock would do it."""
    ada = sites.alliance.ada
    skin_id = planned(ada)
    one = due_of(ada, service.DUE)
    real, other = publishing.put_back, []

    def slow(*given: Any, **more: Any) -> Any:
        if not other:
            other.append(meanwhile(lambda: timetable.fire(one)))
        return real(*given, **more)

    monkeypatch.setattr(publishing, "put_back", slow)
    assert ended(ada, skin_id).state is State.OVER
    ((pool, going),) = other
    going.result(20)
    pool.shutdown()
    assert colour(ada) == "#2563eb"


def test_what_is_published_as_old_versions_go_waits_for_nobody(sites: Fleet) -> None:
    """A version is planned as the clock throws old ones away: it is needed by then, and stays."""
    ada = sites.alliance.ada
    published(ada, "今天发货")
    old = clock.now() - 400 * DAY
    with use(ada):
        look = {key: one for key, one in designs.live(ada).items() if key != "digest"}
        kept = [design.add_revision(ada, look, author="Ada", now=old).id for _ in range(60)]
        session.commit()
    one = due_of(ada, design.PRUNE)
    with use(ada):
        design.hold(ada)
        pool, going = meanwhile(lambda: timetable.fire(one))
        times = {"starts": clock.now() + DAY, "ends": clock.now() + 2 * DAY}
        service.plan(ada, kept[0], name="春节", actor=SYSTEM, now=clock.now(), **times)
        design.add_revision(ada, look, author="Ada", now=clock.now())
        session.commit()
    going.result(20)
    pool.shutdown()
    with use(ada):
        assert [designs.is_there(ada, each) for each in kept[:2]] == [True, False]


def test_what_a_shop_showed_before_it_was_moved_is_there_when_the_line_is_taken_back(
    sites: Fleet,
) -> None:
    """She tries look after look that day; the line turns out bad weeks later."""
    ada = sites.alliance.ada
    before = published(ada, "搬家前的公告")
    sites.plan(**ALL)
    assert sites.until_ended() == "done"
    with use(ada):
        look = {key: one for key, one in designs.live(ada).items() if key != "digest"}
        for _ in range(60):
            design.add_revision(ada, look, author="Ada", now=clock.now())
        session.commit()
    timetable.fire(due_of(ada, design.PRUNE))
    sites.press("take_back")
    assert sites.until_ended() == "rolled_back"
    with use(ada):
        live = designs.live_revision(ada)
    assert live
    assert live.id == before.id
