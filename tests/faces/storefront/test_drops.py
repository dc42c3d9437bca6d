"""A theme sees plain values only: nothing with behaviour, nothing that could ask the database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kameng.faces.storefront import answer
from tests.support import shop as shops
from tests.support.shop import Shop

from .test_order_access import bought

PLAIN = (str, int, bool, type(None))


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, Any]]:
    """The drops of every page drawn during the test, by template."""
    drawn: dict[str, dict[str, Any]] = {}
    render = answer.engine.render

    def keep(theme: str, template: str, *, drops: dict[str, Any], **rest: Any) -> str:
        drawn[template] = drops
        return render(theme, template, drops=drops, **rest)

    monkeypatch.setattr(answer.engine, "render", keep)
    return drawn


def values(thing: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf of a drop with the way to it."""
    if type(thing) is dict:
        for key, inner in thing.items():
            yield from values(inner, f"{path}.{key}")
    elif type(thing) is list:
        for at, inner in enumerate(thing):
            yield from values(inner, f"{path}[{at}]")
    else:
        yield path, thing


def test_every_page_hands_plain_values_to_its_theme(
    shop: Shop, seen: dict[str, dict[str, Any]]
) -> None:
    visitor, number = bought(shop)
    pages = ["/", "/c", "/search?q=x", f"/p/{shop.sku.product_id}", "/orders", f"/orders/{number}"]
    pages += [
        "/me",
        "/me/orders",
        "/me/top-up",
        "/sign-in",
        "/sign-up",
        "/password/reset",
        "/notices",
        "/cart",
        "/no",
    ]
    for path in pages:
        visitor.get(path)
    assert len(seen) >= len(pages)
    for template, drops in seen.items():
        for path, value in values(drops):
            assert type(value) in PLAIN, f"{template}{path}: {type(value).__name__}"


def test_no_page_tells_what_a_site_above_pays(shop: Shop, seen: dict[str, dict[str, Any]]) -> None:
    visitor, number = bought(shop)
    for path in ("/", f"/p/{shop.sku.product_id}", f"/orders/{number}"):
        assert "8.00" not in visitor.get(path).text
    for template, drops in seen.items():
        assert not [path for path, value in values(drops) if value == "8.00"], template


def test_the_order_of_the_test_member_has_her_secret(shop: Shop) -> None:
    """The factory itself: a page without secrets would make every leak test pass."""
    visitor, number = bought(shop)
    assert "----pw" in visitor.get(f"/orders/{number}").text
    assert shops.QUERY_PASSWORD not in visitor.get(f"/orders/{number}").text
