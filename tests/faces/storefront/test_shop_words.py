"""What a shop says about itself."""

from __future__ import annotations

from tests.support.shop import Shop


def test_a_sub_site_names_the_master_as_its_seller(shop: Shop) -> None:
    assert shop.alliance.hub.name in shop.visitor().get("/").text


def test_an_agent_who_has_just_opened_is_greeted_once(shop: Shop) -> None:
    greeted = shop.visitor().get("/?opened=1").text
    assert "店铺已开通" in greeted
    assert 'href="/open/console"' in greeted
    assert shop.visitor().get("/open/console").location == "http://console.localhost:8000/sign-in"
    assert "店铺已开通" not in shop.visitor().get("/").text


def test_a_form_with_a_stale_token_says_what_to_do(shop: Shop) -> None:
    answer = shop.visitor().client.post("/orders/query", data={"csrf_token": "old"})
    assert answer.status_code == 400
    assert "Traceback" not in answer.text
