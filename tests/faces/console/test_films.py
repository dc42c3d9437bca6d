"""Films at the console: in by upload, counted and deleted as pictures are; nothing else gets in."""

from __future__ import annotations

import io
from typing import Any

import pytest

from kameng.domains.design.media import queries, rules
from kameng.faces.frame import uploading
from kameng.kit import audit, films
from tenants.context import use
from tenants.database import session
from tests.support import desk, editing, shop
from tests.support.films import film, kept
from tests.support.media import file_of, photo

MEDIA, EDITOR = "design/media", "design/editor"


@pytest.fixture(scope="module")
def furnished(app, builder):
    builder.app = app
    return shop.furnish(builder.alliance())


@pytest.fixture(scope="module")
def world(furnished):
    return furnished.alliance


@pytest.fixture(scope="module")
def agent(world):
    return desk.at(world, world.ada, "agent")


@pytest.fixture(scope="module")
def raw() -> bytes:
    return film()


@pytest.fixture(scope="module")
def row(world, raw) -> queries.MediaFacts:
    return kept(world.ada, raw)


def standing(site) -> tuple[Any, ...]:
    with use(site):
        return queries.stored(site), audit.lines(site)[1]


def newest(site) -> queries.MediaFacts:
    with use(site):
        return queries.page(site, size=1)[0][0]


def send(person, raw: bytes, name: str, to: str = f"{EDITOR}/films", field: str = "file", **head):
    return person.client.post(
        person.path(to),
        data={"csrf_token": desk.token(person.client), field: (io.BytesIO(raw), name)},
        headers={"Accept": "application/json", **head},
    )


def test_a_film_is_uploaded_in_the_editor_and_found_again(world, agent, raw) -> None:
    answer = send(agent, raw, "开箱 1.MOV")
    told = answer.get_json()
    assert (answer.status_code, told["name"]) == (200, "开箱 1")
    assert told["film"]["src"].endswith(".mp4")
    assert told["film"]["seconds"] == 1
    one = newest(world.ada)
    assert (str(one.id), one.kind) == (told["id"], "film")
    assert one.bytes > one.film.bytes
    list_ = agent.client.get(agent.path(f"{EDITOR}/choices") + "?kind=film").get_json()["items"]
    assert [item["id"] for item in list_][:1] == [told["id"]]
    assert "0:01 · 160\u00a0×\u00a096" in list_[0]["note"]
    pictures = agent.client.get(agent.path(f"{EDITOR}/choices") + "?kind=media").get_json()
    assert told["id"] not in {item["id"] for item in pictures["items"]}


def test_pictures_and_films_come_in_together_and_each_stands_by_itself(world, agent, raw) -> None:
    data = {"csrf_token": desk.token(agent.client)}
    both = [(io.BytesIO(file_of(photo(64, 48))), "a.mp4"), (io.BytesIO(raw), "b.jpg")]
    before, _lines = standing(world.ada)
    answer = agent.client.post(agent.path(MEDIA), data={**data, "files": both})
    assert answer.status_code == 303
    assert standing(world.ada)[0].pictures == before.pictures + 2
    assert newest(world.ada).kind == "film"
    page = agent.text(MEDIA)
    assert "media-play" in page
    assert "0:01 · 0.1\u00a0MB" in page


BAD = {
    "film_other_kind": lambda: b"<html><script>alert(1)</script>",
    "film_broken": lambda: film(sound=None)[:-200],
    "film_profile": lambda: film(pixels="yuv444p", sound=None),
    "film_codec": lambda: film("mp4", "mpeg4", None),
}


@pytest.mark.parametrize("code", BAD)
def test_what_is_no_film_of_ours_is_refused_and_nothing_is_stored(world, agent, code) -> None:
    before = standing(world.ada)
    answer = send(agent, BAD[code](), "film.mp4")
    assert (answer.status_code, answer.get_json()["code"]) == (422, code)
    assert answer.get_json()["message"]
    assert standing(world.ada) == before


def test_a_film_is_no_picture_where_a_picture_is_asked_for(world, agent, raw) -> None:
    before = standing(world.ada)
    answer = send(agent, raw, "a.jpg", f"{EDITOR}/pictures")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "picture_other_kind")
    assert "MP4" in answer.get_json()["message"]
    assert standing(world.ada) == before


def test_full_storage_and_too_many_films_are_said_by_name(world, agent, raw, monkeypatch) -> None:
    before = standing(world.ada)
    monkeypatch.setattr(rules, "MOST_BYTES", before[0].bytes + 1000)
    assert send(agent, raw, "a.mp4").get_json()["code"] == "storage_full"
    monkeypatch.setattr(uploading, "FILMS_OF_A_PERSON", 0)
    monkeypatch.setattr(films, "ready", pytest.fail)
    answer = send(agent, raw, "a.mp4")
    assert (answer.status_code, answer.get_json()["code"]) == (429, "films_too_many")
    assert standing(world.ada) == before


def test_no_transaction_is_open_while_a_film_is_worked_on(world, agent, raw, monkeypatch) -> None:
    made, seen = films.ready(raw), []

    def watched(_raw: bytes) -> films.Film:
        seen.append(session().in_transaction())
        return made

    monkeypatch.setattr(films, "ready", watched)
    assert send(agent, raw, "still.mp4").status_code == 200
    assert seen == [False]


def test_only_who_may_decorate_the_site_sends_films_and_with_a_token(world, agent, raw) -> None:
    before = standing(world.ada)
    support = desk.at(world, world.ada, "agent_staff")
    assert send(support, raw, "a.mp4").status_code == 403
    bare = agent.client.post(agent.path(f"{EDITOR}/films"), data={"file": (io.BytesIO(raw), "a")})
    assert bare.status_code in (302, 400, 403)
    assert send(agent, raw, "a.mp4", field="other").status_code == 400
    assert standing(world.ada) == before


def test_a_films_page_plays_it_and_it_goes_with_a_way_back(world, agent, row) -> None:
    page = agent.text(f"{MEDIA}/{row.id}")
    assert f"{row.film.digest}.mp4" in page
    assert 'preload="none"' in page
    assert "data-crop=" not in page
    assert "视频说明" in page
    assert "图片" not in page[page.index("<main") : page.index("</main")], "it is no picture"
    assert "0:01 · 160\u00a0×\u00a096 · 0.1\u00a0MB" in page, "a figure and its unit stay together"
    assert agent.post(f"{MEDIA}/{row.id}/parts", form="crop", x=0, y=0, width=50, height=40)
    answer = agent.post(f"{MEDIA}/{row.id}/deletion")
    assert answer.status_code == 303
    assert agent.get(f"{MEDIA}/{row.id}").status_code == 404
    agent.post(f"{MEDIA}/{row.id}/restoration")
    assert agent.get(f"{MEDIA}/{row.id}").status_code == 200


def test_a_film_the_shop_shows_is_warned_of_as_a_film_and_put_back_by_its_own_button(
    world, agent, row
) -> None:
    tab = editing.opened(agent)
    document = tab.document
    section = {"id": "film", "type": "video", "settings": {"video": str(row.id)}, "blocks": []}
    document["templates"]["home"]["sections"] = [section]
    assert tab.save(document).status_code == 200
    page = agent.text(f"{MEDIA}/{row.id}")
    assert "店铺正在使用这个视频" in page
    assert "图片正在使用" not in page, "no product of his shows a film"
    assert agent.post(f"{MEDIA}/{row.id}/deletion").status_code == 422
    assert agent.post(f"{MEDIA}/{row.id}/deletion", anyway="y").status_code == 303
    told = agent.text(MEDIA, bin="1")
    assert "恢复所选" not in told, "nothing is ticked there"
    agent.post(f"{MEDIA}/{row.id}/restoration")


def test_another_sites_film_is_nobodys(world, row) -> None:
    boss = desk.at(world, world.hub)
    assert boss.get(f"{MEDIA}/{row.id}").status_code == 404
    asked = boss.client.get(boss.path(f"{EDITOR}/choices") + f"?kind=film&ids={row.id}")
    assert asked.get_json()["items"] == []


def test_the_shop_shows_the_still_and_loads_no_film_before_somebody_plays_it(
    furnished, world, agent, row
) -> None:
    tab = editing.opened(agent)
    _with_film(tab, str(row.id))
    home = furnished.visitor(world.ada).get("/").get_data(as_text=True)
    assert f"{row.film.digest}.mp4" in home
    assert 'playsinline preload="none" width="160" height="96"' in home
    assert f"{row.digest}-160.webp" in home
    assert "autoplay" not in home


def test_a_section_whose_film_is_gone_is_left_out_and_the_checklist_says_so(
    furnished, world, agent
) -> None:
    tab = editing.opened(agent)
    gone = "0190a000-0000-7000-8000-000000000001"
    _with_film(tab, gone)
    assert "<video" not in furnished.visitor(world.ada).get("/").get_data(as_text=True)
    said = agent.client.get(agent.path(f"{EDITOR}/checklist")).get_json()["findings"]
    assert any("视频" in one["text"] and "删除" in one["text"] for one in said)


def _with_film(tab: editing.Editing, media_id: str) -> None:
    """Publish a home with one film section."""
    document = tab.document
    sections = document["templates"]["home"]["sections"]
    sections[:] = [one for one in sections if one["type"] != "video"]
    sections.append({"id": "film1", "type": "video", "settings": {"video": media_id}})
    saved = tab.save(document)
    assert saved.status_code == 200, saved.get_data(as_text=True)
    assert tab.publish().status_code == 200
