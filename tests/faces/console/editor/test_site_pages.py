"""What is set beside the editor and in it: nothing of it is lost to an open tab, and every bit of
what a site says of itself is seen in the draft's preview first and by shoppers when it is out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import expect

from kameng import config
from kameng.domains.design import queries as designs
from kameng.domains.design import service as designing
from kameng.kit import clock
from tenants.context import use
from tenants.database import session
from tests.support import editing, media, writing
from tests.support.decorating import Editor
from tests.support.desk import Desk
from tests.support.editing import Editing
from tests.support.shop import Shop
from themes import engine

KINDS = ("logo", "favicon", "social")
SAID = {
    "name": "甲乙丙点卡",
    "logo_text": "甲乙丙",
    "notice": "中秋照常发货",
    "service_contact": "QQ 24681357",
    "seo_description": "全天自动发货的点卡店",
    "seller": "甲乙丙商贸",
    "licence": "增值电信 B2-20260001",
}


@pytest.fixture
def real() -> Iterator[None]:
    """A deployment that takes real money: only such a one speaks to search engines."""
    before = config.settings()
    config.use_settings(replace(before, test_payments=False))
    yield
    config.use_settings(before)


def elsewhere(shop: Shop, **parts: Any) -> None:
    """Somebody saves a form of the design beside the editor: live at once."""
    site = shop.alliance.ada
    with use(site):
        live, facts = designs.live(site), designs.live_revision(site)
        assert facts
        whole = {key: value for key, value in live.items() if key != "digest"}
        made = engine.normalise({**whole, **parts})
        designing.replace(site, made, expected=facts.id, author="小林", now=clock.now())
        session.commit()


def menu(label: str) -> dict[str, Any]:
    return {"main": [{"label": label, "link": {"kind": "help"}}], "footer": []}


def test_a_menu_saved_beside_an_open_editor_is_not_lost_to_it(shop: Shop, tab: Editing) -> None:
    elsewhere(shop, menus=menu("怎么用"))
    document = tab.document
    document["site"]["notice"] = "旧标签页写的公告"
    assert tab.save(document).status_code == 200
    again = editing.opened(tab.desk)
    assert again.document["menus"]["main"][0]["label"] == "怎么用"
    assert again.document["site"]["notice"] == "旧标签页写的公告"
    assert [one["kind"] for one in again.data["notes"]] == ["caught_up"]
    assert again.save(again.document).status_code == 200
    assert again.publish().status_code == 200
    page = shop.alliance.client(shop.alliance.ada).get("/").text
    assert "怎么用" in page
    assert "旧标签页写的公告" in page


def test_all_a_site_says_of_itself_is_seen_in_the_draft_and_then_by_shoppers(
    shop: Shop, tab: Editing, real: None
) -> None:
    site, document = shop.alliance.ada, tab.document
    pictures = {kind: media.kept(site, kind, seed) for seed, kind in enumerate(KINDS, 1)}
    document["site"] |= SAID | {kind: str(one.id) for kind, one in pictures.items()}
    document["menus"] = {
        "main": [{"label": "看关于", "link": {"kind": "page", "ref": "about"}}],
        "footer": [{"label": "底部一行", "link": {"kind": "help"}}],
    }
    document["pages"]["about"] = {"title": "关于甲乙丙", "description": "", "sections": []}
    before = shop.alliance.client(site).get("/").text
    assert tab.save(document).status_code == 200
    seen = [*SAID.values(), "看关于", "底部一行", *(one.digest for one in pictures.values())]
    seen.remove(SAID["logo_text"])
    client = shop.alliance.client(site)
    assert all(text not in before for text in seen)
    assert client.get("/").text.count("看关于") == 0
    drafted = client.get(_path(editing.opened(tab.desk).data["preview"]["phone"]["home"])).text
    assert tab.publish().status_code == 200
    out = client.get("/").text
    of_search = {SAID["seo_description"], pictures["social"].digest}
    for text in seen:
        assert text in out, text
        assert text in drafted or text in of_search, text
    assert "关于甲乙丙" in client.get("/pages/about").text
    writing.article(site, "双节发货说明")
    assert "双节发货说明" in client.get("/notices").text


def _path(link: str) -> str:
    return "/" + link.split("/", 3)[3]


def test_every_page_of_the_site_is_one_press_away_from_the_editor(ada: Desk, tab: Editing) -> None:
    links = tab.data["panel"]["links"]
    assert len(links) >= 6
    for one in links:
        assert ada.client.get(one["url"]).status_code == 200, one


@pytest.mark.journey
@pytest.mark.slow
def test_who_comes_back_from_the_menus_is_where_she_was_and_sees_them(
    shop: Shop, editor: Editor
) -> None:
    page = editor.page
    with editor.context.expect_page() as opened:
        page.locator(".p-links a").first.click()
    assert opened.value.url.endswith("/design/menus")
    opened.value.close()
    elsewhere(shop, menus=menu("刚刚加的一行"))
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(editor.shop().get_by_text("刚刚加的一行").first).to_be_attached()
    expect(page.locator(".p-links")).to_be_visible()
    editor.row(0).locator(".e-row-tools .e-tool").nth(1).click()
    editor.saved()
    assert editing.opened(editor.desk).document["menus"]["main"][0]["label"] == "刚刚加的一行"
