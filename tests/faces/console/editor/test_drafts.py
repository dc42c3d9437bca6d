"""Saving, publishing and dropping what the editor changes; of two people, one is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from flask import Flask

from kameng.domains.design import queries as designs
from kameng.domains.design import service as design
from kameng.domains.design.drafts import queries as drafts
from kameng.domains.design.drafts import service
from kameng.domains.design.drafts.queries import DraftFacts
from kameng.domains.terms.rules import Allows
from kameng.faces.console.checks.rules import STOP, Said
from kameng.faces.console.editor import checklist
from kameng.kit import audit, clock
from tenants.context import use
from tenants.database import session
from tests.support import desk, editing
from tests.support.desk import Desk
from tests.support.editing import Editing, renamed
from tests.support.shop import Shop


@pytest.fixture
def ada(shop: Shop) -> Desk:
    return desk.at(shop.alliance, shop.alliance.ada, "agent")


def drafted(shop: Shop) -> DraftFacts | None:
    with use(shop.alliance.ada) as site:
        return drafts.one(site)


def live(shop: Shop) -> UUID:
    with use(shop.alliance.ada) as site:
        found = designs.live_revision(site)
    assert found
    return found.id


def test_a_save_changes_nothing_that_shoppers_see(shop: Shop, tab: Editing) -> None:
    before, shown = live(shop), shop.visitor().get("/").text
    step = tab.data["step"]
    answer = tab.save(renamed(tab, "改名中的店"))
    assert answer.status_code == 200
    assert answer.get_json()["step"] == step + 1
    assert (live(shop), shop.visitor().get("/").text) == (before, shown)
    again = editing.opened(tab.desk)
    assert again.data["document"]["site"]["name"] == "改名中的店"
    assert again.data["draft"]["who"] == tab.desk.person.name


def test_what_is_published_is_what_was_saved_and_is_written_down(shop: Shop, tab: Editing) -> None:
    tab.save(renamed(tab, "发布后的店"))
    answer = tab.publish()
    assert answer.status_code == 200
    assert live(shop) == UUID(tab.data["live"])
    assert "发布后的店" in shop.visitor().get("/").text
    with use(shop.alliance.ada) as site:
        acts = audit.about(site, tab.data["live"])
    assert [(one.action, one.actor_name) for one in acts] == [
        ("design.publish", tab.desk.person.name)
    ]
    assert editing.opened(tab.desk).data["draft"] is None


def test_a_hundred_saves_and_one_publication_are_one_revision(shop: Shop, tab: Editing) -> None:
    with use(shop.alliance.ada) as site:
        before = len(designs.history(site, size=200))
    for number in range(8):
        assert tab.save(renamed(tab, f"第{number}个名字")).status_code == 200
    assert tab.publish().status_code == 200
    with use(shop.alliance.ada) as site:
        assert len(designs.history(site, size=200)) == before + 1


def test_of_two_editors_the_second_is_told_who_and_when(shop: Shop, ada: Desk) -> None:
    other = desk.at(shop.alliance, shop.alliance.ada, "marketing")
    mine, theirs = editing.opened(ada), editing.opened(other)
    assert theirs.save(renamed(theirs, "对方的店")).status_code == 200
    kept = drafted(shop)
    answer = mine.save(renamed(mine, "我的店"))
    told = answer.get_json()
    assert answer.status_code == 409
    assert (told["who"], told["step"]) == (other.person.name, theirs.data["step"])
    assert told["when"]
    assert other.person.name in told["message"]
    assert drafted(shop) == kept
    assert mine.save(renamed(mine, "我的店"), step=told["step"]).status_code == 200


def test_the_back_button_brings_a_page_that_cannot_save_over_what_came_later(
    shop: Shop, tab: Editing
) -> None:
    old = dict(tab.data)
    tab.save(renamed(tab, "前进"))
    tab.publish()
    kept, shown = drafted(shop), live(shop)
    back = Editing(tab.desk, tab.token, old)
    assert back.save(renamed(back, "回头")).status_code == 409
    assert back.publish().status_code == 409
    assert back.send("draft/deletion", {"step": old["step"]}).status_code == 409
    assert (drafted(shop), live(shop)) == (kept, shown)


def test_a_save_whose_answer_was_lost_is_sent_again_without_harm(shop: Shop, tab: Editing) -> None:
    document, step = renamed(tab, "断网的店"), tab.data["step"]
    first = tab.save(document).get_json()
    again = tab.save(document, step=step)
    assert again.status_code == 200
    assert again.get_json()["step"] == first["step"]


def test_of_two_who_publish_at_once_one_is_told(shop: Shop, app: Flask, ada: Desk) -> None:
    tab = editing.opened(ada)
    tab.save(renamed(tab, "抢着发布"))
    other = editing.opened(desk.at(shop.alliance, shop.alliance.ada, "agent"))
    before = live(shop)
    with ThreadPoolExecutor(2) as both:
        answers = sorted(both.map(lambda one: one.publish().status_code, [tab, other]))
    assert answers == [200, 409]
    assert live(shop) != before


def test_a_version_that_went_live_meanwhile_is_not_published_over(shop: Shop, tab: Editing) -> None:
    tab.save(renamed(tab, "落后的店"))
    with use(shop.alliance.ada) as site:
        design.set_site(site, notice="后来的公告", author="Bea", now=clock.now())
        session.commit()
    shown = live(shop)
    answer = tab.publish()
    assert (answer.status_code, live(shop)) == (409, shown)
    assert (answer.get_json()["who"], answer.get_json()["live"]) == ("Bea", str(shown))
    again = editing.opened(tab.desk)
    assert [note["kind"] for note in again.data["notes"]] == ["caught_up"]
    assert again.data["document"]["site"]["notice"] == "后来的公告"
    assert again.data["document"]["site"]["name"] == "落后的店"
    assert again.publish().status_code == 200
    home = shop.visitor().get("/").text
    assert "后来的公告" in home
    assert "落后的店" in home


def test_a_dropped_draft_leaves_what_is_live(shop: Shop, tab: Editing) -> None:
    shown = tab.document["site"]["name"]
    tab.save(renamed(tab, "不要了的店"))
    answer = tab.send("draft/deletion", {"step": tab.data["step"]})
    assert answer.status_code == 200
    assert answer.get_json()["document"]["site"]["name"] == shown
    assert answer.get_json()["step"] == tab.data["step"] + 1
    assert editing.opened(tab.desk).data["draft"] is None


def test_a_page_and_the_whole_site_begin_anew(shop: Shop, tab: Editing) -> None:
    document = tab.document
    document["templates"]["home"]["sections"] = []
    document["tokens"] = {"primary": "#118844"}
    tab.save(document)
    sent = {key: tab.data[key] for key in ("step", "editor")}
    answer = tab.send("draft/default", sent | {"page": "home"}).get_json()
    assert answer["document"]["templates"]["home"]["sections"]
    assert answer["document"]["tokens"] == {"primary": "#118844"}
    sent["step"] = answer["step"]
    answer = tab.send("draft/default", sent | {"preset": tab.data["presets"][0]["key"]}).get_json()
    assert answer["document"]["tokens"] != {"primary": "#118844"}
    sent["step"] = answer["step"]
    for lost in ({"page": "nowhere"}, {"page": "page:about"}, {"preset": "nobody"}):
        assert tab.send("draft/default", sent | lost).status_code == 404
    kept = drafted(shop)
    assert kept
    assert kept.step == sent["step"]


def test_own_pages_are_made_renamed_and_deleted_in_the_document(shop: Shop, tab: Editing) -> None:
    document = tab.document
    main = {"id": "main", "type": "main_page"}
    document["pages"]["about"] = {"title": "关于我们", "sections": [main]}
    document["menus"]["main"] = [{"label": "关于", "link": {"kind": "page", "ref": "about"}}]
    answer = tab.save(document).get_json()
    assert answer["document"]["pages"]["about"]["sections"][0]["settings"]
    assert "page:about" in answer["links"]
    document = tab.document
    document["pages"]["us"] = document["pages"].pop("about")
    document["menus"]["main"][0]["link"]["ref"] = "us"
    assert tab.save(document).status_code == 200
    assert tab.publish().status_code == 200
    assert "关于我们" in shop.visitor().get("/pages/us").text
    document = tab.document
    del document["pages"]["us"]
    assert tab.save(document).get_json()["document"]["menus"]["main"] == []
    assert tab.publish().status_code == 200
    assert shop.visitor().get("/pages/us").status_code == 404


def test_a_section_copied_to_another_page_is_taken(shop: Shop, tab: Editing) -> None:
    document = tab.document
    copied = dict(document["templates"]["home"]["sections"][0])
    document["templates"]["category"]["sections"].append(copied)
    assert tab.save(document).status_code == 200
    document = tab.document
    document["templates"]["category"]["sections"].append(copied)
    answer = tab.save(document)
    assert answer.status_code == 422
    assert answer.get_json()["problems"][0]["path"] == "category.sections"


def test_a_theme_the_package_leaves_out_is_neither_saved_nor_published(
    shop: Shop, tab: Editing, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, shown = drafted(shop), live(shop)
    used = tab.document["theme"]
    other = next(name for name in ("neon", "mini") if name != used)
    monkeypatch.setattr(Allows, "has_theme", lambda self, name: name == used)
    answer = tab.save(tab.document | {"theme": other})
    assert answer.status_code == 422
    assert answer.get_json()["code"] == "theme_not_in_package"
    assert (drafted(shop), live(shop)) == (kept, shown)


def test_what_the_checklist_stops_is_said_and_not_published(
    shop: Shop, tab: Editing, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab.save(renamed(tab, "还不能发布的店"))
    kept, shown = drafted(shop), live(shop)
    stop = Said("这里打不开。", page="home", kind=STOP)
    monkeypatch.setattr(checklist, "CHECKS", (*checklist.CHECKS, ("-", lambda look: iter([stop]))))
    answer = tab.publish()
    told = answer.get_json()
    assert (answer.status_code, told["code"]) == (422, "looks_unready")
    assert told["message"] == "请先处理：这里打不开。尚未发布。"
    assert [one["text"] for one in told["findings"] if one["kind"] == STOP] == [stop.text]
    assert told["findings"][0]["where"] == {"page": "home", "section": ""}
    assert (drafted(shop), live(shop)) == (kept, shown)
    monkeypatch.undo()
    assert tab.publish().status_code == 200


@pytest.mark.parametrize("part", ["tokens", "site"])
def test_a_draft_the_theme_takes_no_more_shuts_nobody_out(
    shop: Shop, tab: Editing, part: str
) -> None:
    shown, now = live(shop), clock.now()
    with use(shop.alliance.ada) as site:
        old = tab.document | {part: {**tab.document[part], "of_old": "x"}}
        service.keep(site, old, step=tab.data["step"], editor="old", author="x", now=now)
        session.commit()
    again = editing.opened(tab.desk)
    assert [one["kind"] for one in again.data["notes"]] == ["left_out"]
    assert again.document["site"]["name"] == tab.document["site"]["name"], "the rest is kept"
    assert "of_old" not in again.document[part]
    assert live(shop) == shown
    kept = drafted(shop)
    assert kept
    assert kept.arrangement
    assert "of_old" in kept.arrangement[part], "looking at it changes nothing"
    assert again.save(renamed(again, "重新开始的店")).status_code == 200
    assert again.publish().status_code == 200
