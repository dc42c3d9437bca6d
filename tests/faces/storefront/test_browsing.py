"""Looking around in a shop: goods, prices and words of this site and of no other."""

from __future__ import annotations

from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import event

from kameng.domains.catalog import service as catalog_service
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from tenants.context import use
from tenants.database import engines, session
from tests.support import catalog
from tests.support import shop as shops
from tests.support.shop import Shop
from tests.support.worlds import Alliance, Builder

PAYLOAD = '"><script>alert(1)</script>{{ 7*7 }}'
GUEST_PAGES = ("/", "/c", "/search?q=x", "/notices")


def product_page(shop: Shop) -> str:
    return f"/p/{shop.sku.product_id}"


def test_a_sub_site_shows_the_goods_of_the_sites_above_it(shop: Shop) -> None:
    for site in (shop.alliance.hub, shop.alliance.ada, shop.alliance.bo):
        visitor = shop.visitor(site)
        for page in ("/", "/c", f"/c/{shop.sku.category_id}", product_page(shop)):
            answer = visitor.get(page)
            assert answer.status_code == 200
            assert shop.sku.product_name in answer.get_data(as_text=True), page


def test_the_front_page_leads_to_the_top_categories(shop: Shop) -> None:
    assert f'href="/c/{shop.sku.category_id}"' in shop.visitor().get("/").text


def test_search_finds_a_product_by_a_part_of_its_name(shop: Shop) -> None:
    words = shop.sku.product_name[:4]
    assert shop.sku.product_name in shop.visitor().get(f"/search?q={words}").text
    assert shop.sku.product_name not in shop.visitor().get("/search?q=不存在的商品").text


def test_the_price_of_the_page_is_the_price_in_the_form(shop: Shop) -> None:
    page = shop.visitor().get(product_page(shop)).text
    assert f'name="price.{shop.sku.sku_id}" value="10.00"' in page


def test_what_is_not_sold_here_is_not_found(shop: Shop, builder: Builder) -> None:
    stranger = builder.alliance()
    with use(stranger.hub):
        foreign = catalog.sku(stranger.hub)
        session.commit()
    for path in (f"/p/{foreign.product_id}", f"/c/{foreign.category_id}", f"/p/{uuid4()}"):
        assert shop.visitor().get(path).status_code == 404


def test_a_hidden_listing_is_gone_from_its_site_and_below_only(shop: Shop) -> None:
    with use(shop.alliance.ada):
        catalog_service.set_listing(
            shop.alliance.ada, shop.sku.sku_id, hidden=True, actor=SYSTEM, now=clock.now()
        )
        session.commit()
    assert shop.visitor(shop.alliance.hub).get(product_page(shop)).status_code == 200
    assert shop.visitor(shop.alliance.ada).get(product_page(shop)).status_code == 404
    assert shop.visitor(shop.alliance.bo).get(product_page(shop)).status_code == 404


def test_markup_in_a_name_is_printed_not_run(shop: Shop) -> None:
    with use(shop.alliance.hub):
        made = catalog.sku(shop.alliance.hub, "卡" + PAYLOAD, sku_name="规格" + PAYLOAD)
        session.commit()
    for page in ("/", f"/p/{made.product_id}", "/search?q=<script>alert(1)</script>"):
        text = shop.visitor().get(page).text
        assert "<script>alert(1)" not in text
        assert "49" not in text or "{{ 7*7 }}" in text


@pytest.mark.parametrize("path", ["/p/1", "/p/x'--", "/c/0", "/nothing", "/orders/../p"])
def test_a_wrong_address_is_a_page_of_the_shop(shop: Shop, path: str) -> None:
    answer = shop.visitor().get(path)
    assert answer.status_code in (303, 404)
    assert "Traceback" not in answer.text


def test_every_page_says_where_its_parts_may_come_from(shop: Shop) -> None:
    for page in (*GUEST_PAGES, product_page(shop), "/orders", "/sign-in", "/nothing"):
        answer = shop.visitor().get(page)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Referrer-Policy" in answer.headers
        assert "Host" in answer.headers["Vary"]


def test_a_guest_who_only_looks_gets_no_cookie(shop: Shop) -> None:
    for page in GUEST_PAGES:
        assert "Set-Cookie" not in shop.visitor().get(page).headers, page


def test_cookies_stay_on_their_host_and_out_of_scripts(shop: Shop) -> None:
    answer = shop.visitor().get("/sign-in")
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert "Domain=" not in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie


def test_the_files_of_a_page_are_kept_for_a_year_and_wrong_hashes_are_not_found(
    shop: Shop,
) -> None:
    visitor = shop.visitor()
    page = visitor.get("/").text
    files = [part.split('"')[0] for part in page.split('href="')[1:]]
    files = [one for one in files if one.startswith(("/assets/", "/tokens/"))]
    assert len(files) >= 2
    for path in files:
        answer = visitor.get(path)
        assert answer.status_code == 200, path
        assert "immutable" in answer.headers["Cache-Control"]
    assert visitor.get("/tokens/0000.css").status_code == 404


def test_english_is_one_click_away(shop: Shop) -> None:
    assert 'lang="zh' in shop.visitor().get("/").text
    assert 'lang="en"' in shop.visitor().get("/?lang=en").text


def test_a_product_page_asks_the_database_at_most_four_times(shop: Shop) -> None:
    """Caches of the process are warm, nothing of the page itself is kept."""
    visitor = shop.visitor()
    visitor.get(product_page(shop))
    asked: list[str] = []

    def hear(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    engine = engines.named("app")
    event.listen(engine, "before_cursor_execute", hear)
    try:
        assert visitor.get(product_page(shop)).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", hear)
    assert len(asked) <= 4, "\n\n".join(asked)


def test_a_shop_without_goods_still_has_a_front_page(app: Flask, alliance: Alliance) -> None:
    shops.decorate(alliance.hub)
    assert alliance.client(alliance.hub).get("/").status_code == 200
