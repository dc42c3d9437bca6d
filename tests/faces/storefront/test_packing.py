"""Pages and files come packed, but no page in which a stranger's words stand beside a token."""

from __future__ import annotations

import gzip

from tests.support import shop as shops
from tests.support.shop import Shop

PACKED = {"Accept-Encoding": "gzip, br"}


def test_a_guests_page_comes_packed_and_is_the_same_page(shop: Shop) -> None:
    for path in ("/", f"/c/{shop.sku.category_id}", f"/p/{shop.sku.product_id}", "/search?q=x"):
        answer = shop.visitor().client.get(path, headers=PACKED)
        assert answer.headers["Content-Encoding"] == "gzip", path
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert gzip.decompress(answer.data).decode().endswith("</html>")


def test_a_browser_that_takes_no_packed_answers_gets_plain_ones(shop: Shop) -> None:
    answer = shop.visitor().get("/")
    assert "Content-Encoding" not in answer.headers
    assert answer.text.endswith("</html>")


def test_a_page_with_a_token_beside_words_of_the_address_is_not_packed(shop: Shop) -> None:
    for path in (f"/p/{shop.sku.product_id}?q=guess", "/sign-in?next=/guess", "/sign-up?q=guess"):
        answer = shop.visitor().client.get(path, headers=PACKED)
        assert 'name="csrf_token"' in answer.text, path
        assert "Content-Encoding" not in answer.headers, path


def test_a_members_page_that_is_not_there_is_not_packed_beside_words_of_its_address(
    shop: Shop,
) -> None:
    """A theme may put a form on every page of a member; one that is not there says its address."""
    shops.member(shop.alliance.ada, "pack@example.com")
    member = shop.visitor()
    member.sign_in("pack@example.com")
    for path in ("/pages/guess", "/articles/guess"):
        answer = member.client.get(path, headers=PACKED)
        assert answer.status_code == 404
        assert "Content-Encoding" not in answer.headers, path


def test_a_page_of_orders_is_never_packed(shop: Shop) -> None:
    answer = shop.visitor().client.get("/orders", headers=PACKED)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Content-Encoding" not in answer.headers


def test_the_files_of_a_theme_come_packed(shop: Shop) -> None:
    page = shop.visitor().get("/").text
    style = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    answer = shop.visitor().client.get(style, headers=PACKED)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data).startswith(b":root")
