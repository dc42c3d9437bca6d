"""Pictures at the console: in by upload, out by deletion, with a way back; and on products."""

from __future__ import annotations

import io
import re

import pytest

from kameng.domains.catalog.goods import queries as goods
from kameng.domains.design.media import queries, rules
from kameng.faces.frame import uploading
from kameng.kit import pictures
from tenants.context import use
from tenants.database import session
from tests.support import desk, shop
from tests.support.media import file_of, kept, photo

MEDIA = "design/media"
SMALL = file_of(photo(120, 90))


@pytest.fixture(scope="module")
def furnished(app, builder):
    builder.app = app
    return shop.furnish(builder.alliance())


@pytest.fixture(scope="module")
def world(furnished):
    return furnished.alliance


@pytest.fixture(scope="module")
def boss(world):
    return desk.at(world, world.hub)


@pytest.fixture(scope="module")
def agent(world):
    return desk.at(world, world.ada, "agent")


def stored(site) -> list[queries.MediaFacts]:
    with use(site):
        return queries.page(site, size=100)[0]


def send(person, *files: tuple[bytes, str], **fields):
    data = {"csrf_token": desk.token(person.client), **fields}
    data["files"] = [(io.BytesIO(raw), name) for raw, name in files]
    return person.client.post(person.path(MEDIA), data=data)


def test_an_agent_uploads_several_and_each_stands_by_itself(world, agent) -> None:
    before = len(stored(world.ada))
    answer = send(agent, (SMALL, "灯笼.jpg"), (b"<svg/>", "logo.svg"), (SMALL, "b.png"))
    assert answer.status_code == 303
    assert [one.name for one in stored(world.ada)[:2]] == ["b", "灯笼"]
    assert len(stored(world.ada)) == before + 2
    page = agent.text(MEDIA)
    assert "SVG" in page
    assert "//media." in page


def test_a_script_is_told_of_each_file(world, agent) -> None:
    before = len(stored(world.ada))
    token = desk.token(agent.client)
    for raw, status in ((SMALL, 200), (b"GIF89a....", 422)):
        answer = agent.client.post(
            agent.path(MEDIA),
            data={"csrf_token": token, "files": (io.BytesIO(raw), "x.jpg")},
            headers={"HX-Request": "true"},
        )
        assert answer.status_code == status
    assert len(stored(world.ada)) == before + 1


def test_no_transaction_is_open_while_a_picture_is_worked_on(world, agent, monkeypatch) -> None:
    real, seen = pictures.ready, []

    def watched(*given):
        seen.append(session().in_transaction())
        return real(*given)

    monkeypatch.setattr(pictures, "ready", watched)
    assert send(agent, (SMALL, "still.jpg")).status_code == 303
    one = stored(world.ada)[0]
    assert agent.post(f"{MEDIA}/{one.id}/parts", form="crop", x=0, y=0, width=50, height=40)
    assert seen == [False, False]


def test_a_full_storage_says_so(world, agent, monkeypatch) -> None:
    before = stored(world.ada)
    monkeypatch.setattr(rules, "MOST_PICTURES", len(before))
    send(agent, (SMALL, "more.jpg"))
    assert f"最多 {len(before)} 个图片和视频" in agent.text(MEDIA)
    assert stored(world.ada) == before


def test_a_picture_is_renamed_and_says_what_it_shows(world, agent) -> None:
    one = kept(world.ada, "旧名", seed=5)
    page = f"{MEDIA}/{one.id}"
    assert agent.post(page, form="name", name="新名", alt="一盏灯").status_code == 303
    assert "一盏灯" in agent.text(page)
    assert agent.post(page, form="name", name=" ", alt="").status_code == 422
    assert stored(world.ada)[0].name == "新名"


def test_a_part_becomes_a_picture_of_its_own(world, agent) -> None:
    one = kept(world.ada, "全图", seed=6)
    answer = agent.post(f"{MEDIA}/{one.id}/parts", form="crop", x=10, y=20, width=300, height=200)
    assert answer.status_code == 303
    part = stored(world.ada)[0]
    assert (part.width, part.height) == (300, 200)
    assert one.id in {row.id for row in stored(world.ada)}
    beyond = agent.post(f"{MEDIA}/{one.id}/parts", form="crop", x=900, y=0, width=300, height=50)
    assert beyond.status_code == 422
    assert stored(world.ada)[0].id == part.id


def test_a_deletion_is_undone_with_one_press(world, agent) -> None:
    one = kept(world.ada, "手滑", seed=7)
    answer = agent.post(f"{MEDIA}/{one.id}/deletion")
    page = agent.client.get(answer.location).get_data(as_text=True)
    action = re.search(r'action="([^"]+/restoration)"', page).group(1)
    assert agent.get(f"{MEDIA}/{one.id}").status_code == 404
    desk.post(agent.client, action)
    assert stored(world.ada)[0].id == one.id


def test_an_emptied_bin_cannot_be_taken_back(world, agent) -> None:
    one = kept(world.ada, "不要", seed=8)
    agent.post(f"{MEDIA}/{one.id}/deletion")
    assert "不要" in agent.text(MEDIA, bin="1")
    assert agent.post(f"{MEDIA}/bin/removal").status_code == 303
    assert agent.post(f"{MEDIA}/{one.id}/restoration").status_code == 404


def test_who_may_only_look_changes_nothing(world) -> None:
    one = kept(world.ada, "看看", seed=9)
    support = desk.at(world, world.ada, "agent_staff")
    assert support.get(MEDIA).status_code == 403
    assert support.post(f"{MEDIA}/{one.id}/deletion").status_code == 403
    assert one.id in {row.id for row in stored(world.ada)}


def test_a_master_cannot_reach_an_agents_picture_by_his_own_site(world, boss) -> None:
    one = kept(world.ada, "别家", seed=10)
    assert boss.get(f"{MEDIA}/{one.id}").status_code == 404
    assert boss.post(f"{MEDIA}/{one.id}/deletion").status_code == 404


def cards(furnished, site) -> str:
    return furnished.visitor(site).get("/").get_data(as_text=True)


def test_a_product_shows_its_picture_in_every_site_at_once(furnished, world, boss) -> None:
    one, product = kept(world.hub, "商品图", seed=11), furnished.sku.product_id
    assert one.digest not in cards(furnished, world.ada)
    answer = boss.post(f"goods/products/{product}/picture", picture=str(one.id))
    assert answer.status_code == 303
    for site in (world.hub, world.ada, world.bo):
        home = cards(furnished, site)
        assert f"/{world.hub.slug}/{one.id}/{one.digest}-480.webp 480w" in home
        assert 'width="960" height="576"' in home
        page = furnished.visitor(site).get(f"/p/{product}").get_data(as_text=True)
        assert f"{one.digest}-960.webp" in page
    assert boss.post(f"goods/products/{product}/picture", picture="").status_code == 303
    for site in (world.hub, world.bo):
        assert one.digest not in cards(furnished, site)


def test_the_first_row_of_a_shelf_is_fetched_at_once(furnished, world, boss) -> None:
    one, product = kept(world.hub, "首行", seed=12), furnished.sku.product_id
    boss.post(f"goods/products/{product}/picture", picture=str(one.id))
    shelf = furnished.visitor(world.ada).get("/c").get_data(as_text=True)
    found = re.search(rf"<img[^>]*{one.digest}[^>]*>", shelf).group(0)
    assert "lazy" not in found
    assert "srcset" in found


def test_a_picture_in_use_is_deleted_only_when_that_was_said(furnished, world, boss) -> None:
    one, product = kept(world.hub, "在用", seed=13), furnished.sku.product_id
    boss.post(f"goods/products/{product}/picture", picture=str(one.id))
    assert boss.post(f"{MEDIA}/{one.id}/deletion").status_code == 422
    assert one.digest in cards(furnished, world.ada)
    assert boss.post(f"{MEDIA}/{one.id}/deletion", anyway="y").status_code == 303
    assert one.digest not in cards(furnished, world.ada)


def test_a_product_takes_a_new_file_and_nothing_that_is_no_picture(furnished, world, boss) -> None:
    page = f"goods/products/{furnished.sku.product_id}/picture"
    for raw, status in ((b"<html>", 422), (SMALL, 303)):
        data = {"csrf_token": desk.token(boss.client), "picture": ""}
        data["picture_file"] = (io.BytesIO(raw), "新图.jpg")
        assert boss.client.post(boss.path(page), data=data).status_code == status
    with use(world.hub) as hub:
        ref = goods.product_for_edit(hub, furnished.sku.product_id).picture
    assert ref.startswith(f"{world.hub.slug}/{stored(world.hub)[0].id}/")


def test_no_product_is_shown_with_a_deleted_or_a_strangers_picture(furnished, world, boss) -> None:
    page = f"goods/products/{furnished.sku.product_id}/picture"
    gone, strange = kept(world.hub, seed=14), kept(world.ada, seed=15)
    boss.post(f"{MEDIA}/{gone.id}/deletion")
    with use(world.hub) as hub:
        before = goods.product_for_edit(hub, furnished.sku.product_id).picture
    for bad, status in ((gone.id, 404), (strange.id, 404), ("x", 422)):
        assert boss.post(page, picture=str(bad)).status_code == status
    with use(world.hub) as hub:
        assert goods.product_for_edit(hub, furnished.sku.product_id).picture == before


def test_many_uploads_in_a_while_are_refused_by_name_and_the_rest_is_kept(
    world, agent, monkeypatch
) -> None:
    monkeypatch.setattr(uploading, "OF_A_PERSON", 2)
    clerk = desk.at(world, world.ada, "marketing")
    before = len(stored(world.ada))
    answer = send(clerk, (SMALL, "一.jpg"), (SMALL, "二.jpg"), (SMALL, "三.jpg"))
    assert answer.status_code == 303
    assert len(stored(world.ada)) == before + 2
    page = clerk.text(MEDIA)
    assert "三：上传太频繁" in page or "三: 上传太频繁" in page


def test_a_site_has_an_allowance_besides_those_of_its_people(world, monkeypatch) -> None:
    monkeypatch.setattr(uploading, "OF_A_SITE", 1)
    people = [desk.at(world, world.bo, "marketing") for _ in range(2)]
    for person in people:
        send(person, (SMALL, "图.jpg"))
    assert len(stored(world.bo)) == 1
    assert "上传太频繁" in people[1].text(MEDIA)


def test_a_file_is_chosen_in_the_words_of_the_page_and_by_the_keyboard_too(agent) -> None:
    english = agent.text(MEDIA, lang="en")
    assert "Choose files" in english
    for page in ("design/site", "design/articles/new"):
        text = agent.text(page, lang="zh_CN")
        fields = re.findall(r'<input[^>]*type="file"[^>]*>', text)
        assert fields
        assert all("file-input" in one and "hidden" not in one for one in fields), fields
        assert text.count("选择文件") == len(fields)
