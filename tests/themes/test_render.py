"""Drawing pages: all of them, in both languages, whatever the site has saved."""

from __future__ import annotations

import logging
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.themes import shown
from tests.themes.pages import common, every_page
from themes import engine

SITE = engine.start("clean", "standard", "星火点卡", "#1f5eff")
PAYLOADS = [
    "{{ 7*7 }}{% raw %}",
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "</title></style><svg onload=alert(1)>",
    "<!--",
    "${alert(1)}",
]
Tags = list[tuple[str, tuple[str, ...]]]


def draw(case: str, locale: str = "zh_CN", site: dict[str, Any] = SITE) -> str:
    template, drops = every_page()[case]
    return engine.render("clean", template, arrangement=site, drops=drops, locale=locale)


class _Skeleton(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: Tags = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))


def skeleton(html: str) -> Tags:
    """Tags and attribute names only: what an injected text must not change."""
    reader = _Skeleton()
    reader.feed(html)
    return reader.tags


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
@pytest.mark.parametrize("case", every_page())
def test_every_page_draws_in_every_language_and_nothing_is_skipped(
    case: str, locale: str, caplog: pytest.LogCaptureFixture
) -> None:
    engine.warm((locale,))
    with caplog.at_level(logging.WARNING, logger="themes"):
        html = draw(case, locale)
    assert [r.message for r in caplog.records if "slow section" not in r.message] == []
    assert f'<html lang="{locale.replace("_", "-")}">' in html
    assert html.count("<h1") == 1
    assert html.count("<main") == 1


def test_an_empty_arrangement_falls_back_to_the_themes_own_pages() -> None:
    assert draw("product", site={"theme": "clean"}).count('id="buy"') == 1


def poisoned(value: Any, payload: str) -> Any:
    """Every text of the drops replaced, keys the theme decides by kept."""
    keep = {"key", "art", "icon", "stock_word", "kind", "active", "state", "tone", "price", "total",
            "unit_price", "market", "balance", "id", "url", "status_url", "action"}  # fmt: skip
    if isinstance(value, dict):
        return {
            k: v if k in keep and isinstance(v, str) else poisoned(v, payload)
            for k, v in value.items()
        }
    if isinstance(value, list):
        return [poisoned(one, payload) for one in value]
    return payload if isinstance(value, str) and value else value


@pytest.mark.parametrize("case", ["home", "category", "product", "order", "order-query", "member"])
@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_of_a_shop_or_a_shopper_becomes_markup(case: str, payload: str) -> None:
    template, drops = every_page()[case]
    benign, hostile = (
        engine.render("clean", template, arrangement=SITE, drops=poisoned(drops, text))
        for text in ("x", payload)
    )
    skip = {"h3", "ul", "li", "p", "strong"} if case == "product" else set()
    left, right = ([t for t in skeleton(html) if t[0] not in skip] for html in (benign, hostile))
    assert left == right
    assert "49" not in hostile or "{{ 7*7 }}" in hostile or payload != PAYLOADS[0]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_url_of_a_drop_leaves_the_site(payload: str) -> None:
    template, drops = every_page()["home"]
    drops["products"][0]["url"] = payload
    html = engine.render("clean", template, arrangement=SITE, drops=drops)
    assert 'class="pc-link" href="#"' in html


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_setting_of_an_agent_becomes_markup(payload: str) -> None:
    def with_text(text: str) -> str:
        site = engine.start("clean", "standard", text[:80], "#1f5eff")
        for section in site["templates"]["home"]["sections"]:
            for key in ("title", "text", "kicker", "button"):
                if key in section["settings"]:
                    section["settings"][key] = text[:12]
        return draw("home", site=engine.normalise(site))

    assert skeleton(with_text("x")) == skeleton(with_text(payload))


def test_a_kept_section_is_drawn_anew_when_a_price_of_its_goods_changes() -> None:
    template, drops = every_page()["home"]
    site = SITE | {"digest": "kept"}
    shelf = [card | {"price": "12.34"} for card in drops["products"][:2]]
    drops["feeds"] = {"goods": shelf}
    first = engine.render("clean", template, arrangement=site, drops=drops)
    drops["feeds"] = {"goods": [shelf[0] | {"price": "98.76"}, shelf[1]]}
    second = engine.render("clean", template, arrangement=site, drops=drops)
    assert "98<small>" not in first
    assert "98<small>" in second
    assert engine.render("clean", template, arrangement=site, drops=drops) == second


def test_two_carousels_on_a_page_are_not_mistaken_for_each_others_slides() -> None:
    site = engine.start("clean", "standard", "星火", "")
    slides = [
        {"id": f"b{n}", "type": "slide", "settings": {"picture": "art:banner-mix"}}
        for n in range(3)
    ]
    one = {"type": "carousel", "v": 1, "settings": {}, "blocks": slides}
    site["templates"]["home"]["sections"] += [
        {"id": "carousel", **one},
        {"id": "carousel-2", **one},
    ]
    ids = re.findall(r' id="([^"]+)"', draw("home", site=engine.normalise(site)))
    assert sorted(ids) == sorted(set(ids))


def test_a_section_that_fails_is_skipped_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    template, drops = every_page()["home"]
    del drops["products"][0]["price"]
    html = engine.render("clean", template, arrangement=SITE, drops=drops)
    assert 'id="s-goods"' not in html
    assert 'id="s-faq"' in html
    assert "section skipped" in caplog.text


def test_a_page_without_its_own_section_is_an_error_not_an_empty_page() -> None:
    template, drops = every_page()["product"]
    del drops["skus"][0]["price"]
    with pytest.raises(engine.RenderFailed, match="main_product"):
        engine.render("clean", template, arrangement=SITE, drops=drops)


def test_a_broken_saved_section_is_left_out_of_the_live_page(
    caplog: pytest.LogCaptureFixture,
) -> None:
    site = engine.start("clean", "standard", "星火", "")
    site["templates"]["home"]["sections"][0]["settings"]["gone"] = 1
    site["templates"]["home"]["sections"][1]["type"] = "nobody_knows"
    html = draw("home", site=site)
    assert 'id="s-hero"' not in html
    assert 'id="s-goods"' in html
    assert "section left out" in caplog.text


def test_a_page_whose_own_section_was_lost_gets_it_back() -> None:
    site = engine.start("clean", "standard", "星火", "")
    site["templates"]["order"]["sections"] = []
    assert "data-secret" in draw("order", site=site)


@pytest.mark.parametrize("section", ["header", "hero", "hot", "goods", "faq", "footer", "tab_bar"])
def test_a_section_alone_is_the_same_string_as_in_its_page(section: str) -> None:
    template, drops = every_page()["home"]
    alone = engine.fragment("clean", template, section, arrangement=SITE, drops=drops)
    assert alone in draw("home")
    assert alone.strip()


def test_what_is_kept_of_one_shop_never_shows_in_another() -> None:
    draw("home")
    other = common("home", categories=[], products=[], notices=[])
    other["shop"] = {"name": "蓝鲸数卡", "url": "/", "service_contact": "QQ 1"}
    html = engine.render("clean", "home", arrangement={"theme": "clean"}, drops=other)
    assert "星火" not in html
    assert "蓝鲸数卡" in html


def test_the_test_payment_banner_shows_exactly_when_payments_are_a_test() -> None:
    template, drops = every_page()["home"]
    drops["shop"] = drops["shop"] | {"is_test_payments": False}
    assert "模拟收银台" in draw("home")
    assert "模拟收银台" not in engine.render("clean", template, arrangement=SITE, drops=drops)


def test_no_page_holds_an_inline_script_or_style() -> None:
    for case in every_page():
        for tag, attributes in skeleton(draw(case)):
            assert "style" not in attributes
            assert not any(name.startswith("on") for name in attributes)
            assert tag != "style"
            assert tag != "script" or attributes in {("src", "defer"), ("type",)}


def test_a_waiting_order_shows_no_secret_and_polls_its_status() -> None:
    html = draw("order-wait")
    assert "data-secret" not in html
    assert 'data-poll="/orders/' in html


def test_the_structured_data_of_a_product_cannot_close_its_script() -> None:
    template, drops = every_page()["product"]
    drops["product"]["name"] = "</script><script>alert(1)"
    html = engine.render("clean", template, arrangement=SITE, drops=drops)
    assert skeleton(html).count(("script", ("type",))) == 1
    assert "</script><script>alert" not in html


@pytest.mark.parametrize(
    ("theme", "preset"),
    [(theme, one["key"]) for theme in engine.THEMES for one in engine.presets(theme)],
)
def test_a_shop_without_goods_says_so_once_and_leads_nowhere_empty(theme: str, preset: str) -> None:
    page = shown.page("home-empty", theme=theme, preset=preset)
    assert page.count("商品正在上架") == 1
    hero = re.search(r'<div class="hero-t">.*?</div>', page, re.S)
    assert hero is None or 'href="/c"' not in hero.group(0)
    assert "商品正在上架" not in shown.page("home", theme=theme, preset=preset)
