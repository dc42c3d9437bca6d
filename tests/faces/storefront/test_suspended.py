"""A suspended shop still owes what was paid: paid orders and the order query, nothing else."""

from __future__ import annotations

import pytest

from tenants import registry
from tenants.context import shared
from tenants.database import session
from tests.support.shop import QUERY_PASSWORD, Shop

from .test_order_access import SECRET, bought


def suspend(shop: Shop) -> None:
    with shared():
        registry.suspend(shop.alliance.ada)
        session.commit()


@pytest.mark.parametrize("path", ["/", "/c", "/search?q=x", "/sign-in", "/sign-up", "/notices"])
def test_a_suspended_shop_shows_its_notice(shop: Shop, path: str) -> None:
    suspend(shop)
    answer = shop.visitor().get(path)
    assert answer.status_code == 503
    assert shop.sku.product_name not in answer.text


def test_a_suspended_shop_sells_nothing(shop: Shop) -> None:
    visitor = shop.visitor()
    token = visitor.token(f"/p/{shop.sku.product_id}")
    suspend(shop)
    fields = {"sku": str(shop.sku.sku_id), "quantity": "1", "csrf_token": token}
    assert visitor.client.post("/orders", data=fields).status_code == 503


def test_a_paid_order_of_a_suspended_shop_is_still_found_and_shown(shop: Shop) -> None:
    _, number = bought(shop)
    suspend(shop)
    stranger = shop.visitor()
    answer = stranger.post(
        "/orders/query", seen_on="/orders", number=number, query_password=QUERY_PASSWORD
    )
    assert answer.status_code == 303
    assert SECRET.search(stranger.get(answer.location).text)


def test_the_sites_around_a_suspended_one_go_on(shop: Shop) -> None:
    suspend(shop)
    assert shop.visitor(shop.alliance.hub).get("/").status_code == 200
