"""装修: articles, own pages, menus and site information, without a script; two editors never write
over each other, and odd input moves nothing."""

from __future__ import annotations

import html
import io
import re
from typing import Any

import pytest
from flask import Flask

from kameng.domains.design import queries as designs
from kameng.domains.design.articles import queries
from kameng.faces.frame import looks
from tenants.context import use
from tests.support import desk, media, shop, writing
from tests.support.desk import Desk
from tests.support.shop import Shop
from tests.support.worlds import Builder

SEEN = re.compile(r'name="seen"[^>]*value="([^"]*)"')


@pytest.fixture(scope="module")
def world(app: Flask, builder: Builder) -> Shop:
    builder.app = app
    return shop.furnish(builder.alliance())


@pytest.fixture(scope="module")
def ada(world: Shop) -> Desk:
    return desk.at(world.alliance, world.alliance.ada, "agent")


def seen(page: str) -> str:
    """The revision, or version, a form was drawn from."""
    found = SEEN.search(page)
    assert found
    return found[1]


def live(world: Shop) -> dict[str, Any]:
    with use(world.alliance.ada):
        return designs.live(world.alliance.ada)


def storefront(world: Shop, path: str) -> str:
    return world.alliance.client(world.alliance.ada).get(path).text


def written(world: Shop) -> list[str]:
    with use(world.alliance.ada):
        return [one.title for one in queries.page_of(world.alliance.ada).rows]


TYPED = {
    "form": "article",
    "kind": "help",
    "title": "如何兑换",
    "body": "第一步\n登录\n\n- 复制卡密\n- 粘贴",
    "slug": "redeem",
    "summary": "",
    "picture": "",
}


def test_an_article_is_written_published_taken_back_deleted_and_restored(
    world: Shop, ada: Desk
) -> None:
    assert "还没有文章" in ada.text("design/articles")
    answer = ada.post("design/articles", **TYPED, do="publish")
    assert answer.status_code == 303
    place = answer.location.split(f"/s/{ada.site.slug}/")[1]
    page = storefront(world, "/articles/redeem")
    assert "<p>第一步<br>登录</p><ul><li>复制卡密</li><li>粘贴</li></ul>" in page
    form = ada.text(place)
    assert "第一步\n登录\n\n- 复制卡密\n- 粘贴" in html.unescape(form)
    changed = {**TYPED, "title": "怎样兑换", "seen": seen(form)}
    assert ada.post(place, **changed).status_code == 303
    assert "怎样兑换" in storefront(world, "/articles/redeem")
    assert ada.post(place, **changed).status_code == 409
    for act, status in (("withdrawal", 404), ("publication", 200), ("removal", 404)):
        assert ada.post(f"{place}/{act}", form="day").status_code == 303
        assert world.visitor().get("/articles/redeem").status_code == status
    assert "怎样兑换" in ada.text("design/articles", state="deleted")
    assert ada.post(f"{place}/restoration").status_code == 303
    assert "怎样兑换" in storefront(world, "/articles/redeem")


def test_an_article_waits_for_the_typed_moment(world: Shop, ada: Desk) -> None:
    answer = ada.post("design/articles", **{**TYPED, "slug": "later", "title": "改天"}, do="keep")
    place = answer.location.split(f"/s/{ada.site.slug}/")[1]
    assert ada.post(f"{place}/publication", form="day", at="2099-01-01T08:00").status_code == 303
    assert "定时发布" in ada.text(place)
    assert world.visitor().get("/articles/later").status_code == 404


@pytest.mark.parametrize(
    "odd",
    [
        {"title": ""},
        {"title": "x" * 81},
        {"kind": "page"},
        {"slug": "../x"},
        {"slug": "redeem"},
        {"picture": "https://evil.example/x.png"},
        {"body": "x" * 40_001},
    ],
)
def test_an_odd_article_is_refused_and_what_was_typed_stays(
    world: Shop, ada: Desk, odd: dict[str, str]
) -> None:
    before = written(world)
    answer = ada.post("design/articles", **{"slug": "odd", **TYPED, "summary": "留下我", **odd})
    if odd.get("slug") != "redeem" or "怎样兑换" in before:
        assert answer.status_code == 422
        assert "留下我" in answer.text
        assert written(world) == before


def test_markup_in_an_article_is_cut_down(world: Shop, ada: Desk) -> None:
    body = '<p onclick="x()">好<script>alert(1)</script><img src=x onerror=y></p>'
    fields = {**TYPED, "slug": "hostile", "title": "{{ 7*7 }}", "body": body}
    assert ada.post("design/articles", **fields, do="publish").status_code == 303
    page = storefront(world, "/articles/hostile")
    assert "<p>好</p>" in page
    assert "{{ 7*7 }}" in page
    assert "onclick" not in page


PAGE = {"form": "page", "title": "关于我们", "slug": "about", "body": "老店", "listed": "y"}


def test_a_page_of_ones_own_is_made_changed_moved_and_deleted(world: Shop, ada: Desk) -> None:
    assert "还没有自定义页面" in ada.text("design/pages")
    fields = {**PAGE, "seen": seen(ada.text("design/pages/new"))}
    assert ada.post("design/pages", **fields).status_code == 303
    assert "<p>老店</p>" in storefront(world, "/pages/about")
    old = seen(ada.text("design/pages/about"))
    menu = {
        "do": "save",
        "seen": old,
        "main.label": "关于",
        "main.to": "page:about",
        "main.url": "",
    }
    assert ada.post("design/menus", **menu).status_code == 303
    assert ada.post("design/pages/about", **{**fields, "seen": old}).status_code == 409
    fresh = seen(ada.text("design/pages/about"))
    moved = {**PAGE, "slug": "us", "seen": fresh}
    assert ada.post("design/pages/about", **moved).status_code == 303
    assert world.visitor().get("/pages/about").status_code == 404
    assert 'href="/pages/us">关于</a>' in storefront(world, "/")
    gone = ada.post("design/pages/us/removal", seen=seen(ada.text("design/pages/us")))
    assert gone.status_code == 303
    assert live(world)["menus"]["main"] == []
    assert world.visitor().get("/pages/us").status_code == 404


def test_what_an_editor_put_on_a_page_survives_a_change_of_its_text(world: Shop, ada: Desk) -> None:
    faq = {"id": "faq", "type": "faq"}
    writing.page(world.alliance.ada, "rich", "富页面", sections=[faq])
    fields = {**PAGE, "slug": "rich", "seen": seen(ada.text("design/pages/rich"))}
    assert ada.post("design/pages/rich", **fields).status_code == 303
    types = [one["type"] for one in live(world)["pages"]["rich"]["sections"]]
    assert types == ["main_page", "faq", "rich_text"]


@pytest.mark.parametrize(
    "odd",
    [
        {"slug": "A b"},
        {"slug": "x" * 41},
        {"title": " "},
        {"title": "x" * 61},
        {"seen": "nonsense"},
        {"slug": "rich"},
        {"description": "x" * 161},
    ],
)
def test_an_odd_page_is_refused_and_nothing_moves(
    world: Shop, ada: Desk, odd: dict[str, str]
) -> None:
    before = live(world)
    fields = {**PAGE, "slug": "odd", "seen": seen(ada.text("design/pages/new")), **odd}
    if odd.get("slug") == "rich" and "rich" not in before["pages"]:
        writing.page(world.alliance.ada, "rich", "富页面")
        before = live(world)
        fields["seen"] = seen(ada.text("design/pages/new"))
    assert ada.post("design/pages", **fields).status_code == 422
    assert live(world) == before


def rows(*lines: tuple[str, str, str], do: str = "save", menu: str = "main") -> dict[str, Any]:
    parts = ("label", "to", "url")
    return {f"{menu}.{part}": [line[at] for line in lines] for at, part in enumerate(parts)} | {
        "do": do
    }


def test_rows_of_a_menu_are_moved_by_buttons_and_saved_at_the_end(world: Shop, ada: Desk) -> None:
    now = seen(ada.text("design/menus"))
    two = (("全部", "categories:", ""), ("博客", "external:", "https://blog.example.cn/"))
    for do, first in (("up:main:1", "博客"), ("down:main:0", "博客"), ("drop:main:0", "博客")):
        answer = ada.post("design/menus", **rows(*two, do=do), seen=now)
        assert answer.status_code == 200
        assert re.findall(r'name="main.label" value="([^"]*)"', answer.text)[0] == first
        assert "尚未保存" in answer.text
    assert len(re.findall(r'name="main.label"', ada.post(
        "design/menus", **rows(*two, do="add:main"), seen=now
    ).text)) == 3  # fmt: skip
    assert ada.post("design/menus", **rows(*reversed(two)), seen=now).status_code == 303
    labels = [one["label"] for one in live(world)["menus"]["main"]]
    assert labels == ["博客", "全部"]
    assert '<a href="https://blog.example.cn/">博客</a>' in storefront(world, "/")


def test_the_first_own_line_joins_the_themes_and_both_go_back_to_them(
    world: Shop, ada: Desk
) -> None:
    page = ada.text("design/menus")
    first = ada.post("design/menus", do="add:main", seen=seen(page)).text
    labels = re.findall(r'name="main.label" value="([^"]*)"', first)
    assert labels[:3] == ["首页", "全部商品", "订单查询"]
    assert labels[-1] == ""
    assert re.findall(r'value="([^"]*)" maxlength="20" autofocus', first) == [""], "one types there"
    assert 'maxlength="20" autofocus' not in page
    places = re.findall(r'value="(home|categories|orders|notices):" selected', first)
    assert set(places) >= {"home", "categories", "orders"}
    two = rows(("首页", "home:", ""), ("全部", "categories:", ""), do="usual:main")
    again = ada.post("design/menus", **two, seen=seen(page)).text
    assert 'name="main.label"' not in again
    assert "尚未保存" in again


@pytest.mark.parametrize(
    "line",
    [
        ("", "home:", "x"),
        ("x" * 21, "home:", ""),
        ("x", "page:nowhere", ""),
        ("x", "external:", "javascript:alert(1)"),
        ("x", "external:", "http://plain.cn"),
        ("x", "nonsense", ""),
        ("a\u202eb", "home:", ""),
    ],
)
def test_an_odd_line_of_a_menu_is_refused_and_nothing_moves(
    world: Shop, ada: Desk, line: tuple[str, str, str]
) -> None:
    before = live(world)
    answer = ada.post("design/menus", **rows(line), seen=seen(ada.text("design/menus")))
    assert answer.status_code == 422
    assert html.escape(line[0]) in answer.text
    assert live(world) == before


@pytest.mark.parametrize(
    "do", ["usual:none", "up:main:99", "down:x:0", "drop", "add:none", "up:main:-1", "", "x"]
)
def test_a_button_nobody_drew_moves_nothing(world: Shop, ada: Desk, do: str) -> None:
    before = live(world)
    answer = ada.post("design/menus", **rows(("全部", "categories:", ""), do=do), seen="x")
    assert answer.status_code in (200, 422)
    assert live(world) == before


INFO = {"form": "info", "logo_text": "星火", "notice": "照常营业", "seo_title": "买卡就来星火"}


def test_what_a_site_says_of_itself_stands_on_its_pages(world: Shop, ada: Desk) -> None:
    fields = {**INFO, "service_contact": "QQ 1", "service_url": "https://qq.example.cn/1"}
    fields |= {"seller": "星火网络", "licence": "粤B2-1", "seen": seen(ada.text("design/site"))}
    assert ada.post("design/site", **fields).status_code == 303
    page = storefront(world, "/")
    for word in ("照常营业", "<title>买卡就来星火</title>", "https://qq.example.cn/1", "粤B2-1"):
        assert word in page
    assert ada.post("design/site", **fields).status_code == 409


@pytest.mark.parametrize(
    "odd",
    [
        {"service_url": "javascript:alert(1)"},
        {"service_url": "http://plain.cn"},
        {"logo": "../../etc/passwd"},
        {"favicon": "https://evil.example/x.ico"},
        {"seo_title": "x" * 81},
        {"notice": "x" * 301},
        {"logo_text": "a\u202eb"},
    ],
)
def test_odd_site_information_is_refused_and_nothing_moves(
    world: Shop, ada: Desk, odd: dict[str, str]
) -> None:
    before = live(world)
    fields = {**INFO, "seen": seen(ada.text("design/site")), **odd}
    assert ada.post("design/site", **fields).status_code == 422
    assert live(world) == before


def test_only_who_may_change_the_design_does(world: Shop) -> None:
    guest = desk.at(world.alliance, world.alliance.ada, "support")
    assert guest.get("design/articles").status_code == 403
    assert guest.post("design/articles", **TYPED).status_code == 403
    writer = desk.at(world.alliance, world.alliance.ada, "marketing")
    assert writer.get("design/menus").status_code == 200


def test_a_logo_is_uploaded_with_the_form_and_stands_in_the_header(world: Shop, ada: Desk) -> None:
    fields = {**INFO, "seen": seen(ada.text("design/site"))}
    sent = {**fields, "logo_file": (io.BytesIO(media.file_of(media.photo(320, 80))), "logo.jpg")}
    assert ada.post("design/site", **sent).status_code == 303
    kept = live(world)["site"]["logo"]
    page = storefront(world, "/")
    assert 'class="logo-p" src="http://media.' in page
    again = {**INFO, "seen": seen(ada.text("design/site"))}
    assert ada.post("design/site", **again, logo=kept).status_code == 303
    assert live(world)["site"]["logo"] == kept
    gone = {**INFO, "seen": seen(ada.text("design/site")), "logo": ""}
    assert ada.post("design/site", **gone).status_code == 303
    assert "logo-p" not in storefront(world, "/")


def previewed(page: str) -> str:
    """Path and token of the link by which an article is looked at before shoppers see it."""
    found = re.search(r'href="https?://[^"/]+(/articles/[^"?]+\?look=[^"]+)"', page)
    return html.unescape(found[1]) if found else ""


def test_an_article_is_looked_at_before_it_is_out_by_its_link_alone(world: Shop, ada: Desk) -> None:
    fields = {**TYPED, "slug": "early", "title": "还没发布"}
    place = ada.post("design/articles", **fields, do="keep").location.split(f"{ada.site.slug}/")[1]
    link = previewed(ada.text(place))
    answer = world.visitor().get(link)
    assert "还没发布" in answer.text
    assert "这是预览" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    path, _, token = link.partition("?look=")
    for stranger in (path, f"{path}?look=x", f"{path}?look={token[:-3]}abc"):
        assert world.visitor().get(stranger).status_code == 404
    assert "还没发布" not in storefront(world, "/help")
    fields |= {"slug": "other", "title": "另一篇"}
    assert ada.post("design/articles", **fields, do="keep").status_code == 303
    assert world.visitor().get(f"/articles/other?look={token}").status_code == 404
    assert ada.post(f"{place}/publication", form="day").status_code == 303
    assert previewed(ada.text(place)) == ""
    assert "这是预览" not in storefront(world, link)
    assert "X-Robots-Tag" not in world.visitor().get(link).headers
    assert ada.post(f"{place}/removal").status_code == 303
    assert world.visitor().get(link).status_code == 404


def test_a_look_at_an_article_opens_nothing_on_another_site_and_ends(
    world: Shop, ada: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = world.alliance
    for site in (made.ada, made.bo):
        writing.article(site, "各自的草稿", out=False, slug="same")
    place = re.search(r'design/articles/[0-9a-f-]{36}(?=">各自的草稿)', ada.text("design/articles"))
    assert place
    link = previewed(ada.text(place[0]))
    assert world.visitor().get(link).status_code == 200
    assert world.visitor(made.bo).get(link).status_code == 404
    monkeypatch.setattr(looks, "AGE_SECONDS", -1)
    assert world.visitor().get(link).status_code == 404
