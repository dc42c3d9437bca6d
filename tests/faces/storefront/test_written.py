"""What a shop writes: notices, help and pages of its own, and how they are found; nothing of it
shows in another shop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kameng import config
from kameng.domains.agents.hostnames import filings
from kameng.domains.agents.hostnames import service as hostnames
from kameng.domains.catalog import queries as catalog
from kameng.domains.design.articles import service
from kameng.domains.design.articles.rules import Kind
from kameng.faces.frame import filings as shown
from kameng.faces.storefront import finding
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from tenants import hostnames as leading
from tenants import registry
from tenants.context import shared, use
from tenants.database import session
from tests.support import shop as shops
from tests.support import writing
from tests.support.shop import Shop
from tests.support.worlds import Builder, HostClient

OWN = "shop.written.example.com"


@pytest.fixture(scope="module")
def shop(app: Flask, builder: Builder) -> Shop:
    builder.app = app
    made = shops.furnish(builder.alliance())
    ada = made.alliance.ada
    writing.article(ada, "春节照常发货", summary="系统照常运行")
    writing.article(ada, "如何兑换", kind=Kind.HELP, slug="how-to")
    writing.article(ada, "还没写完", out=False, slug="draft")
    writing.page(ada, "about", "关于我们")
    writing.page(ada, "hidden", "内部页面", listed=False)
    return made


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A deployment that takes real money: only such a one is shown to search engines."""
    before = config.settings()
    config.use_settings(replace(before, test_payments=False, icp="粤ICP备1号", icp_police=""))
    yield
    config.use_settings(before)


@pytest.fixture(scope="module")
def ada(shop: Shop) -> FlaskClient:
    return shop.alliance.client(shop.alliance.ada)


def test_notices_stand_on_their_page_and_wherever_a_section_shows_them(
    shop: Shop, ada: FlaskClient
) -> None:
    section = {"id": "told", "type": "notices"}
    writing.page(shop.alliance.ada, "news", "消息", sections=[section], listed=False)
    for path in ("/notices", "/pages/news"):
        page = ada.get(path).text
        assert "春节照常发货" in page
        assert "系统照常运行" in page
    assert "如何兑换" not in ada.get("/notices").text


def test_help_stands_on_its_own_page_and_each_article_has_one(ada: FlaskClient) -> None:
    assert '<a href="/articles/how-to">' in ada.get("/help").text
    page = ada.get("/articles/how-to").text
    assert "<h1>如何兑换</h1>" in page
    assert "<p>如何兑换正文</p>" in page


@pytest.mark.parametrize("path", ["/articles/draft", "/articles/nothing", "/pages/nothing"])
def test_what_is_not_out_is_not_there(ada: FlaskClient, path: str) -> None:
    answer = ada.get(path)
    assert answer.status_code == 404
    assert "还没写完" not in answer.text


def test_an_article_appears_on_its_day(shop: Shop, ada: FlaskClient) -> None:
    site = shop.alliance.ada
    made = writing.article(site, "明天见", out=False, slug="tomorrow")
    for hours, status in ((1, 404), (-1, 200)):
        at = clock.now() + timedelta(hours=hours)
        with use(site):
            service.publish(site, made.id, at=at, actor=SYSTEM, now=clock.now())
            session.commit()
        assert ada.get("/articles/tomorrow").status_code == status


def test_a_page_of_the_shops_own_is_served_with_its_title(ada: FlaskClient) -> None:
    page = ada.get("/pages/about").text
    assert "<h1>关于我们</h1>" in page
    assert "关于我们正文" in page


@pytest.mark.parametrize(
    "path", ["/articles/how-to", "/pages/about", "/notices", "/help", "/", "/sitemap.xml"]
)
def test_nothing_a_shop_wrote_shows_in_another(shop: Shop, real: None, path: str) -> None:
    for site in (shop.alliance.hub, shop.alliance.bo):
        page = shop.alliance.client(site).get(path).text
        for word in ("春节", "兑换正文", "关于我们正文", "pages/about</loc>", "how-to</loc>"):
            assert word not in page


def locs(text: str) -> list[str]:
    """The addresses in a map, without the host."""
    tree = ElementTree.fromstring(text)
    found = [one.text or "" for one in tree.iter() if one.tag.endswith("}loc")]
    return ["/" + one.split("/", 3)[3] for one in found]


def test_the_map_holds_goods_categories_articles_and_listed_pages(
    shop: Shop, ada: FlaskClient, real: None
) -> None:
    found = locs(ada.get("/sitemap.xml").text)
    assert f"/p/{shop.sku.product_id}" in found
    assert {"/", "/c", "/help", "/articles/how-to", "/pages/about"} <= set(found)
    assert not {"/articles/draft", "/pages/hidden"} & set(found)


def test_a_large_shop_has_a_map_of_maps(
    shop: Shop, ada: FlaskClient, real: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "PER_MAP", 8)
    monkeypatch.setattr(catalog, "shelf_count", lambda _tenant: 17)
    assert locs(ada.get("/sitemap.xml").text) == [f"/sitemap-{part}.xml" for part in range(4)]
    assert locs(ada.get("/sitemap-1.xml").text) == [f"/p/{shop.sku.product_id}"]
    assert "/" in locs(ada.get("/sitemap-0.xml").text)
    for part in (9, 10**9, 10**30):
        assert ada.get(f"/sitemap-{part}.xml").status_code == 404


def test_robots_are_led_to_the_map_and_away_from_what_is_somebodys(
    ada: FlaskClient, real: None
) -> None:
    said = ada.get("/robots.txt").text
    assert "Disallow: /me\n" in said
    assert "/sitemap.xml" in said
    assert "Disallow: /\n" not in said


def test_a_test_installation_is_hidden_from_search_engines(ada: FlaskClient) -> None:
    if not config.settings().test_payments:
        pytest.skip("these tests take real money")
    assert "Disallow: /\n" in ada.get("/robots.txt").text
    assert ada.get("/sitemap.xml").status_code == 404
    assert '<meta name="robots" content="noindex">' in ada.get("/").text


def test_a_suspended_shop_is_hidden_and_shows_nothing_it_wrote(shop: Shop, real: None) -> None:
    site = shop.alliance.bo
    writing.page(site, "about", "分店介绍")
    with shared():
        registry.suspend(site)
        session.commit()
    client = shop.alliance.client(site)
    assert "Disallow: /\n" in client.get("/robots.txt").text
    for path in ("/pages/about", "/articles/how-to", "/help"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert "分店介绍" not in answer.text
    with shared():
        registry.resume(site)
        session.commit()


def test_a_page_is_known_by_one_address(shop: Shop, ada: FlaskClient, real: None) -> None:
    host = config.settings().address(config.settings().host(shop.alliance.ada.slug), "")
    page = ada.get("/c?sort=price_up").text
    assert f'<link rel="canonical" href="{host}/c">' in page
    product = f"/p/{shop.sku.product_id}"
    page = ada.get(f"{product}?sku={shop.sku.sku_id}").text
    assert f'<link rel="canonical" href="{host}{product}">' in page
    assert '"@type":"Product"' in page
    assert '<meta property="og:title"' in page
    assert "og:" not in ada.get("/search?q=x").text


def test_the_icon_a_browser_asks_for_is_the_themes(ada: FlaskClient) -> None:
    answer = ada.get("/favicon.ico")
    assert answer.status_code == 302
    assert ada.get(answer.location).mimetype == "image/svg+xml"


def test_a_host_of_ours_shows_our_filing_number(ada: FlaskClient, real: None) -> None:
    assert '<a href="https://beian.miit.gov.cn/" rel="noopener">粤ICP备1号</a>' in ada.get("/").text


def test_an_own_host_shows_its_own_filing_number_and_never_ours(
    app: Flask, shop: Shop, real: None
) -> None:
    site, now = shop.alliance.hub, clock.now()
    with use(site):
        hostnames.add(site, OWN, held_by=None, actor=SYSTEM, now=now)
        leading.lead(site, OWN, now=now)
        leading.prefer(site, OWN)
        session.commit()
    client = HostClient(app, app.response_class, host=OWN)
    assert "beian.miit" not in client.get("/").text
    numbers = filings.checked("粤ICP备2026000001号-2", "粤公网安备 44010002000001号")
    with use(site):
        hostnames.file(site, OWN, numbers, actor=SYSTEM)
        session.commit()
    shown.changed(site, OWN)
    page = client.get("/").text
    assert "粤ICP备2026000001号-2" in page
    assert "粤公网安备44010002000001号" in page
    assert "粤ICP备1号" not in page
