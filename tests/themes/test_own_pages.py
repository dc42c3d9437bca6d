"""What a site writes itself: pages under its own address, menus, and what search engines read."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from typing import Any

import pytest

from tests.themes.own_pages import ABOUT, MENUS
from tests.themes.pages import common, every_page
from themes import engine

SITE = engine.start("clean", "standard", "星火点卡", "#1f5eff")
HOME = "https://ada.example.cn"


def site(**more: Any) -> dict[str, Any]:
    return engine.normalise({**deepcopy(SITE), "pages": {"about": deepcopy(ABOUT)}, **more})


def draw(template: str, saved: dict[str, Any] | None = None, **drops: Any) -> str:
    given = {**common(), "origin": HOME, "canonical": "/here", **drops}
    return engine.render("clean", template, arrangement=saved or site(), drops=given)


def machine(html: str) -> dict[str, Any]:
    """What the page tells machines, by type."""
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
    if found is None:
        return {}
    said = json.loads(found[1])
    return {one["@type"]: one for one in said.get("@graph", [said])}


def case(name: str, **more: Any) -> str:
    template, drops = every_page()[name]
    return draw(template, **(drops | more))


def paths(document: dict[str, Any]) -> list[str]:
    return [problem.path for problem in engine.check(document)]


def test_a_page_of_the_sites_own_is_drawn_under_its_slug() -> None:
    html = draw("page:about")
    assert "<h1>关于我们</h1>" in html
    assert "我们只卖官方卡密" in html
    assert "<title>关于我们 - 星火点卡</title>" in html
    assert 'content="星火点卡，十年老店。"' in html


def test_a_page_nobody_wrote_is_no_page() -> None:
    with pytest.raises(engine.ThemeError):
        draw("page:nothing")


def test_an_old_document_without_pages_and_menus_is_valid_and_looks_the_same() -> None:
    old = {key: value for key, value in SITE.items() if key not in ("pages", "menus")}
    assert engine.check(old) == []
    assert draw("home", old) == draw("home", SITE)


def test_a_page_cannot_lose_its_heading() -> None:
    saved = site(pages={"about": {**ABOUT, "sections": []}})
    assert [one["type"] for one in saved["pages"]["about"]["sections"]] == ["main_page"]


@pytest.mark.parametrize("slug", ["About", "../x", "a b", "", "x" * 60, "über"])
def test_an_address_is_plain(slug: str) -> None:
    assert engine.check({**SITE, "pages": {slug: ABOUT}})


@pytest.mark.parametrize("kind", ["main_product", "header", "footer"])
def test_what_belongs_elsewhere_is_refused_on_a_page(kind: str) -> None:
    own = {**ABOUT, "sections": [{"id": "x", "type": kind}]}
    assert "pages.about.sections.0" in paths({**SITE, "pages": {"about": own}})


def test_rich_text_of_a_page_is_stored_clean() -> None:
    own = deepcopy(ABOUT)
    own["sections"][1]["settings"]["body"] = "<p onclick=x>好<script>1</script></p>"
    stored = site(pages={"about": own})["pages"]["about"]["sections"]
    assert stored[1]["settings"]["body"] == "<p>好</p>"


def test_menus_lead_to_pages_and_say_where_one_is() -> None:
    html = draw("home", site(menus=MENUS), nav={"active": "home"})
    assert html.count('<a href="/pages/about">关于我们</a>') == 3
    assert '<a href="/" aria-current="page">首页</a>' in html
    assert '<details class="hd-menu">' in html
    assert 'href="/articles/refund"' in html
    assert "hd-menu" not in draw("home", site())


def test_a_menu_line_to_a_page_that_is_gone_is_refused_and_left_out() -> None:
    document = {**deepcopy(SITE), "menus": MENUS}
    assert "menus.main.1.link" in paths(document)
    assert "/pages/about" not in draw("home", document)


@pytest.mark.parametrize("ref", ["javascript:alert(1)", "http://plain.cn", 'https://x.cn/"'])
def test_a_menu_leads_nowhere_unsafe(ref: str) -> None:
    menus = {"main": [{"label": "x", "link": {"kind": "external", "ref": ref}}], "footer": []}
    assert paths({**SITE, "menus": menus}) == ["menus.main.0.link"]


def test_the_footer_keeps_the_order_query_and_the_filing_number_with_any_menu() -> None:
    html = draw("home", site(menus=MENUS))
    footer = html[html.index('class="ft"') :]
    assert 'href="/orders"' in footer
    assert '<a href="https://beian.miit.gov.cn/" rel="noopener">' in footer


def test_a_filing_number_is_the_hosts_and_never_the_documents() -> None:
    saved = site()
    saved["site"]["icp"] = "粤ICP备1号"
    shop = {"name": "星火"}
    assert "粤ICP备1号" not in draw("home", saved, shop=shop)


def test_the_front_page_tells_machines_of_the_shop_and_its_search() -> None:
    said = machine(case("home"))
    assert said["WebSite"]["url"] == f"{HOME}/"
    target = said["WebSite"]["potentialAction"]["target"]["urlTemplate"]
    assert target == f"{HOME}/search?q={{search_term_string}}"
    assert len(said["FAQPage"]["mainEntity"]) == 4


def test_a_product_tells_machines_its_offers_and_the_way_to_it() -> None:
    said = machine(case("product", canonical="/p/p0"))
    states = [one["availability"].rsplit("/", 1)[1] for one in said["Product"]["offers"]]
    assert states == ["InStock", "InStock", "LimitedAvailability", "OutOfStock"]
    assert said["Product"]["offers"][0]["url"] == f"{HOME}/p/p0?sku=s1"
    steps = [one["item"] for one in said["BreadcrumbList"]["itemListElement"]]
    assert steps == [f"{HOME}/", f"{HOME}/c/c0", f"{HOME}/p/p0"]


def test_an_article_tells_machines_when_it_was_written() -> None:
    said = machine(case("article"))
    assert said["Article"]["datePublished"] == "2026-11-20T09:00:00+08:00"
    assert said["BreadcrumbList"]["itemListElement"][1]["name"] == "公告"


def test_a_shared_link_has_a_card_with_whole_addresses() -> None:
    media = {"m1": {"src": "https://media.example.cn/m1.webp", "width": 1200, "height": 630}}
    saved = site()
    saved["site"] |= {"social": "m1", "favicon": "m1", "seo_title": "买卡就来星火"}
    html = draw("home", saved, media=media)
    assert "<title>买卡就来星火</title>" in html
    assert '<meta property="og:image" content="https://media.example.cn/m1.webp">' in html
    assert f'<link rel="canonical" href="{HOME}/here">' in html
    assert f'<meta property="og:url" content="{HOME}/here">' in html
    assert '<link rel="icon" href="https://media.example.cn/m1.webp">' in html


@pytest.mark.parametrize("theme", engine.THEMES)
def test_every_theme_has_a_card_and_a_home_screen_icon_that_are_no_svg(theme: str) -> None:
    made = engine.start(theme, engine.presets(theme)[0]["key"], "星火", "")
    given = {"origin": HOME, "canonical": "/", "categories": [], "products": [], "notices": []}
    html = engine.render(theme, "home", arrangement=made, drops=common("home", **given))
    card = re.search(r'property="og:image" content="([^"]+)"', html)
    assert card
    assert card.group(1).endswith(".webp")
    icon = re.search(r'<link rel="apple-touch-icon" href="([^"]+)"', html)
    assert icon
    found = engine.asset(*icon.group(1).removeprefix("/assets/").split("/", 3))
    assert found
    assert found.content_type == "image/png"


@pytest.mark.parametrize("name", ["search", "order", "member", "sign-in", "not-found", "suspended"])
def test_what_is_nobodys_business_is_not_found_by_search_engines(name: str) -> None:
    html = case(name)
    assert '<meta name="robots" content="noindex">' in html
    assert "og:" not in html
    assert machine(html) == {}


@pytest.mark.parametrize(
    "kept", [{"audience": "member"}, {"schedule": {"start": "2999-01-01T00:00:00+08:00"}}]
)
def test_questions_that_are_not_for_this_visitor_are_not_told_to_machines_either(
    kept: dict[str, Any],
) -> None:
    saved = site()
    ask = {"id": "ask", "type": "faq", "settings": kept, "blocks": []}
    asked = {"question": "会员暗号？", "answer": "<p>芝麻开门</p>"}
    ask["blocks"] = [{"id": "one", "type": "question", "settings": asked}]
    home = saved["templates"]["home"]["sections"]
    home[:] = [one for one in home if one["type"] != "faq"] + [ask]
    assert "芝麻" not in draw("home", engine.normalise(saved), member=None)
    del ask["settings"]
    assert "芝麻开门" in str(machine(draw("home", engine.normalise(saved)))["FAQPage"])


def test_a_test_site_is_found_by_no_search_engine() -> None:
    html = case("home", indexed=False)
    assert '<meta name="robots" content="noindex">' in html
    assert machine(html) == {}


@pytest.mark.parametrize("bad", ['"><script>alert(1)</script>', "</title><svg onload=x>"])
def test_no_text_leaves_the_head(bad: str) -> None:
    saved = site()
    saved["site"] |= {"seo_title": bad, "seo_description": bad}
    html = draw("home", saved, canonical=f"/{bad}", origin=HOME)
    assert bad not in html
    assert "canonical" not in html
