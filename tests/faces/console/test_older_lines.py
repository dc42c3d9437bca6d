"""A second line of a template is there: whatever was made under the first comes up to the site's
own line, or is refused by name; nobody falls back to a line that was left, and nothing goes live
that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine

from kameng.domains.design import queries as designs
from kameng.domains.design import service as design
from kameng.domains.design.drafts import queries as drafts
from kameng.domains.design.presets import queries as presets_of
from kameng.domains.design.skins import queries as skins
from kameng.domains.design.skins import service as planning
from kameng.domains.design.skins.rules import State, Why
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import desk, editing, presets
from tests.support.desk import Desk
from tests.support.gallery import NEW, OLD, THEME, hung, two_lines
from tests.support.rollouts import Fleet, fleet
from tests.support.worlds import Builder
from themes import engine
from themes.engine import Shelf

ALL = {"chosen": (), "percents": (100,)}
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def galleries(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Shelf]:
    kinds: tuple[str, ...] = ("", "lossy", "pale")
    folders: dict[str, Path] = {one: tmp_path_factory.mktemp(f"lines{one}") for one in kinds}
    return {one: two_lines(folder, worse=one) for one, folder in folders.items()}


@pytest.fixture
def gallery(galleries: dict[str, Shelf], request: pytest.FixtureRequest) -> Iterator[Shelf]:
    with hung(galleries[getattr(request, "param", "")]) as shelf:
        yield shelf


@pytest.fixture(scope="module")
def world(app: Flask, builder: Builder) -> Fleet:
    builder.app = app
    return fleet(builder)


@pytest.fixture
def sites(world: Fleet, gallery: Shelf, owner: Engine) -> Fleet:
    world.forget(owner)
    for site in world.sites:
        with use(site):
            for one in skins.to_come(site):
                ended = planning.end if one.state is State.ON else planning.cancel
                more: dict[str, Any] = {"now": clock.now()} if one.state is State.ON else {}
                ended(site, one.id, actor=SYSTEM, **more)
            session.commit()
    world.forget(owner)
    return world


@pytest.fixture(scope="module")
def ada(world: Fleet) -> Desk:
    return desk.at(world.alliance, world.alliance.ada, "agent")


def live(site: Tenant) -> tuple[UUID, str]:
    """Which revision shoppers see, and on which line."""
    with use(site):
        found = designs.live_revision(site)
    assert found
    return found.id, found.theme_version


def beside(site: Tenant, arrangement: dict[str, Any], note: str = "另存") -> UUID:
    """A saved version that is not live."""
    with use(site):
        made = design.add_revision(site, arrangement, author="Ada", note=note, now=clock.now())
        session.commit()
    return made.id


def shown(site: Tenant, arrangement: dict[str, Any]) -> UUID:
    """Live, whatever anybody would say to it."""
    with use(site):
        saved = design.add_revision(site, arrangement, author="t", now=clock.now())
        before = design.hold(site)
        design.publish_revision(site, saved.id, expected=before, actor=SYSTEM, now=clock.now())
        session.commit()
    return saved.id


def stored(site: Tenant) -> dict[str, Any]:
    with use(site):
        found = designs.live(site)
    return {key: one for key, one in found.items() if key != "digest"}


def pressed(ada: Desk, revision: UUID) -> tuple[int, str]:
    """The button "publish" at a version; what it answered."""
    expected = str(live(ada.site)[0])
    answer = ada.post(f"design/revisions/{revision}/publication", expected=expected)
    return answer.status_code, answer.get_data(as_text=True)


def moved(sites: Fleet) -> None:
    """The roll-out is through."""
    sites.plan(**ALL)
    assert sites.until_ended() == "done"


def page(sites: Fleet) -> str:
    answer = sites.alliance.client(sites.alliance.ada).get("/")
    assert answer.status_code == 200
    return answer.text


def asked(document: dict[str, Any], words: str) -> dict[str, Any]:
    """With other words over its question list."""
    document["templates"]["home"]["sections"][0]["settings"]["title"] = words
    return document


def test_a_draft_of_an_older_line_opens_on_the_present_one_and_says_so(
    sites: Fleet, ada: Desk
) -> None:
    tab = editing.opened(ada)
    assert tab.save(asked(tab.document, "草稿里的问题")).status_code == 200
    moved(sites)
    again = editing.opened(ada)
    assert {note["kind"] for note in again.data["notes"]} >= {"migrated"}
    assert again.document["version"] == NEW
    assert again.document["templates"]["home"]["sections"][0]["settings"]["heading"] == (
        "草稿里的问题"
    )
    with use(ada.site):
        kept = drafts.one(ada.site)
    assert kept
    assert kept.arrangement
    assert kept.arrangement["version"] == OLD, "looking at it stores nothing"
    late = tab.publish()
    assert late.status_code == 409, "a tab from before has not seen the line that is live now"
    assert live(ada.site)[1] == NEW
    assert again.publish().status_code == 200
    assert live(ada.site)[1] == NEW
    assert "草稿里的问题" in page(sites)
    assert "newer" in page(sites)


@pytest.mark.parametrize("gallery", ["lossy"], indirect=True)
def test_a_draft_the_present_line_cannot_take_whole_opens_with_what_fits(
    sites: Fleet, ada: Desk
) -> None:
    tab = editing.opened(ada)
    assert tab.save(asked(tab.document, "会丢的字")).status_code == 200
    shown(ada.site, engine.start(THEME, "standard", "小艾", "#2563eb", NEW))
    again = editing.opened(ada)
    assert "left_out" in {note["kind"] for note in again.data["notes"]}
    assert "常见问题" in "".join(note["text"] for note in again.data["notes"])
    assert again.document["version"] == NEW
    assert again.publish().status_code == 200
    assert live(ada.site)[1] == NEW


def test_an_old_version_comes_back_on_the_present_line(sites: Fleet, ada: Desk) -> None:
    old, _line = live(ada.site)
    moved(sites)
    changed, _line = live(ada.site)
    status, _text = pressed(ada, old)
    assert (status, live(ada.site)[1]) == (303, NEW)
    assert live(ada.site)[0] not in (old, changed), "a new version: the old one stays as it was"
    assert "大家常问" in page(sites)
    with use(ada.site):
        assert designs.revision(ada.site, old)[1]["version"] == OLD


@pytest.mark.parametrize("gallery", ["lossy"], indirect=True)
def test_an_old_version_the_present_line_cannot_take_is_refused_by_name(
    sites: Fleet, ada: Desk
) -> None:
    old, _line = live(ada.site)
    shown(ada.site, engine.start(THEME, "standard", "小艾", "#2563eb", NEW))
    before = live(ada.site)
    status, text = pressed(ada, old)
    assert status == 422
    assert f"该版本是用模板 {OLD} 制作的" in text
    assert live(ada.site) == before


def test_a_withdrawn_line_lets_everybody_back_and_nobody_in(sites: Fleet, ada: Desk) -> None:
    first, html = live(ada.site), page(sites)
    moved(sites)
    withdrawn = live(ada.site)[0]
    sites.press("take_back")
    assert sites.until_ended() == "rolled_back"
    assert (live(ada.site), page(sites)) == (first, html), "byte for byte"
    status, text = pressed(ada, withdrawn)
    assert (status, live(ada.site)) == (422, first)
    assert f"该版本是用模板 {NEW} 制作的" in text
    with use(ada.site):
        now, expected = clock.now(), first[0]
        design.publish_revision(ada.site, withdrawn, expected=expected, actor=SYSTEM, now=now)
        session.commit()
    assert pressed(ada, first[0])[0] == 303
    assert (live(ada.site), page(sites)) == (first, html), "who was left there may go back alone"


def test_a_look_tried_before_the_move_goes_live_on_the_present_line(
    sites: Fleet, ada: Desk
) -> None:
    answer = ada.post("design/drafts", theme=THEME, preset="games")
    tried = UUID(answer.location.rpartition("/")[2])
    moved(sites)
    assert pressed(ada, tried)[0] == 303
    assert live(ada.site)[1] == NEW
    with use(ada.site):
        saved, now = designs.revision(ada.site, tried)[1], designs.live(ada.site)
    assert [one["type"] for one in now["templates"]["home"]["sections"]] == [
        one["type"] for one in saved["templates"]["home"]["sections"]
    ]


def test_a_skin_that_is_on_while_its_site_moves_still_ends(sites: Fleet, ada: Desk) -> None:
    first = live(ada.site)
    skin_id = planned(ada.site, asked(stored(ada.site), "春节常问"), timedelta())
    with use(ada.site):
        planning.begin(ada.site, skin_id, actor=SYSTEM, now=clock.now())
        session.commit()
    moved(sites)
    assert "春节常问" in page(sites)
    assert ada.post(f"design/skins/{skin_id}/ending").status_code == 303
    with use(ada.site):
        assert skins.one(ada.site, skin_id).state is State.OVER
    assert "大家常问" in page(sites)
    assert live(ada.site)[1] == NEW
    assert live(ada.site) != first


def planned(site: Tenant, arrangement: dict[str, Any], later: timedelta) -> UUID:
    revision, now = beside(site, arrangement, "春节"), clock.now()
    with use(site):
        made = planning.plan(
            site,
            revision,
            name="春节",
            starts=now + later,
            ends=now + later + DAY,
            actor=SYSTEM,
            now=now,
        )
        session.commit()
    return made.id


def turned(site: Tenant, later: timedelta) -> list[skins.Skin]:
    """The clock's turn."""
    with use(site):
        found = planning.look(site, has_theme=lambda name: True, now=clock.now() + later)
        session.commit()
    return found


def test_a_skin_planned_before_the_move_begins_on_the_present_line(sites: Fleet, ada: Desk) -> None:
    skin_id = planned(ada.site, asked(stored(ada.site), "元宵常问"), DAY)
    moved(sites)
    (begun,) = turned(ada.site, DAY)
    assert (begun.id, begun.state, live(ada.site)) == (skin_id, State.ON, (begun.revision_id, NEW))
    assert "元宵常问" in page(sites)
    (over,) = turned(ada.site, 3 * DAY)
    assert (over.state, live(ada.site)[1]) == (State.OVER, NEW)
    assert "大家常问" in page(sites)


@pytest.mark.parametrize("gallery", ["lossy"], indirect=True)
def test_a_planned_skin_that_fits_no_more_is_not_shown_and_says_why(
    sites: Fleet, ada: Desk
) -> None:
    skin_id = planned(ada.site, asked(stored(ada.site), "清明常问"), DAY)
    shown(ada.site, engine.start(THEME, "standard", "小艾", "#2563eb", NEW))
    before = live(ada.site)
    assert ada.post(f"design/skins/{skin_id}/beginning").status_code == 422
    assert live(ada.site) == before
    (stopped,) = turned(ada.site, DAY)
    assert (stopped.state, stopped.why, live(ada.site)) == (State.STOPPED, Why.UNFIT, before)


def test_an_offer_made_before_the_move_is_accepted_on_the_present_line(
    sites: Fleet, ada: Desk
) -> None:
    push = presets.given(sites.hub, presets.kept(sites.hub, "总部装修"), ada.site)
    moved(sites)
    assert ada.post(f"design/offers/{push}/publication").status_code == 303
    assert live(ada.site)[1] == NEW
    with use(ada.site):
        assert not presets_of.offers(ada.site)


def test_a_preset_of_the_line_hub_tries_first_is_no_fault_of_the_preset_at_who_waits_his_turn(
    sites: Fleet, ada: Desk
) -> None:
    shown(sites.hub, engine.upgrade(stored(sites.hub), NEW))
    kept, before = presets.kept(sites.hub, "主站新版"), live(ada.site)
    presets.given(sites.hub, kept, ada.site)
    with use(sites.hub):
        [push], _total = presets_of.pushes(sites.hub, kept.id)
    assert (push.state.value, push.reason) == ("failed", "preset_newer_line")
    refused = ada.post(f"design/presets/{kept.id}/trials")
    assert (refused.status_code, live(ada.site)) == (422, before)
    told = refused.get_data(as_text=True)
    assert f"这套预设用的是模板 {NEW} 版，您的店铺目前是 {OLD} 版" in told
    moved(sites)
    presets.given(sites.hub, kept, ada.site)
    with use(sites.hub):
        states = {one.state.value for one in presets_of.pushes(sites.hub, kept.id)[0]}
    assert "drafted" in states, "the same preset fits after the roll-out"


def pale(site: Tenant) -> dict[str, Any]:
    return engine.start(THEME, "standard", site.name, "#2563eb", NEW)


@pytest.mark.parametrize("gallery", ["pale"], indirect=True)
def test_a_line_nobody_can_read_moves_nobody(sites: Fleet) -> None:
    before = [live(one) for one in sites.sites]
    sites.plan(**ALL)
    assert sites.until_ended() == "done"
    assert sites.reasons()[sites.alliance.ada.id] == ("skipped", "unreadable")
    assert [live(one) for one in sites.sites] == before


@pytest.mark.parametrize("gallery", ["pale"], indirect=True)
def test_colours_nobody_can_read_go_live_by_no_way(sites: Fleet, ada: Desk) -> None:
    shown(ada.site, engine.switch(stored(ada.site), "mini", None))
    before, version = live(ada.site), beside(ada.site, pale(ada.site))
    status, text = pressed(ada, version)
    assert (status, live(ada.site)) == (422, before)
    assert "卡片上的次要文字" in text
    assert "难以分辨" in text
    skin_id = planned(ada.site, pale(ada.site), DAY)
    answer = ada.post(f"design/skins/{skin_id}/beginning")
    assert (answer.status_code, live(ada.site)) == (422, before)
    (stopped,) = turned(ada.site, DAY)
    assert (stopped.why, live(ada.site)) == (Why.UNFIT, before)
    assert ada.post(f"design/revisions/{version}/draft", step=step(ada.site)).status_code == 303
    tab = editing.opened(ada)
    assert tab.document["version"] == NEW, "a draft may hold it"
    refused = tab.publish()
    assert (refused.status_code, refused.get_json()["code"]) == (422, "looks_unready")
    assert live(ada.site) == before
    tab.send("draft/deletion", {"step": tab.data["step"]})


def step(site: Tenant) -> str:
    with use(site):
        found = drafts.one(site)
    return str(found.step if found else 0)


@pytest.mark.parametrize("gallery", ["pale"], indirect=True)
def test_who_has_such_colours_already_may_change_his_words_and_become_readable(
    sites: Fleet, ada: Desk
) -> None:
    good = live(ada.site)[0]
    bad = shown(ada.site, pale(ada.site))
    tab = editing.opened(ada)
    assert tab.save(editing.renamed(tab, "颜色不好的店")).status_code == 200
    told = ada.get("design/editor/checklist").get_json()["findings"]
    assert {one["kind"] for one in told if "卡片上的次要文字" in one["text"]} == {"warn"}
    assert tab.publish().status_code == 200
    assert "颜色不好的店" in page(sites)
    assert pressed(ada, bad)[0] == 303, "no worse than what shoppers see"
    shown(ada.site, engine.switch(stored(ada.site), "mini", None))
    before = live(ada.site)
    status, text = pressed(ada, bad)
    assert (status, live(ada.site)) == (422, before), "there is no way back to what nobody can read"
    assert "难以分辨" in text
    assert pressed(ada, good)[0] == 303
