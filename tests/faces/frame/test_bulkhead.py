"""A site with too many visitors says so and comes back; neighbours and buyers see nothing."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from kameng.faces.frame import bulkhead, headers
from kameng.faces.frame.bulkhead import Bulkhead
from kameng.kit.shares import Crowded
from tenants.tree import Tenant
from tests.support import desk, shop
from tests.support.shop import Shop
from tests.support.worlds import Alliance


@pytest.fixture
def wall(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Bulkhead:
    """The wall before the app, in front of which nobody waits."""
    found: Bulkhead = app.extensions[bulkhead.NAME]
    monkeypatch.setattr(found.shares, "room", 0)
    return found


@pytest.fixture
def mall(wall: Bulkhead, alliance: Alliance) -> Shop:
    """Three furnished sites, each seen once by this process."""
    made = shop.furnish(alliance)
    for site in (alliance.hub, alliance.ada, alliance.bo):
        assert alliance.client(site).get("/").status_code == 200
    return made


@contextmanager
def rush(wall: Bulkhead, lane: object) -> Iterator[None]:
    """As many visitors in a lane as it takes."""
    with ExitStack() as stack:
        try:
            while True:
                paced = bulkhead._is_paced(lane)
                stack.enter_context(wall.shares.enter(lane, paced=paced))
        except Crowded:
            yield


def rushed(wall: Bulkhead, site: Tenant) -> ExitStack:
    stack = ExitStack()
    stack.enter_context(rush(wall, (site.id, "shop")))
    return stack


def refused(answer: TestResponse) -> bool:
    return answer.status_code == 503 and answer.headers.get("Retry-After") == "1"


def test_a_rush_on_one_site_is_refused_and_its_neighbour_is_served(
    wall: Bulkhead, mall: Shop
) -> None:
    with rushed(wall, mall.alliance.ada):
        assert refused(mall.alliance.client(mall.alliance.ada).get("/"))
        assert mall.alliance.client(mall.alliance.bo).get("/").status_code == 200
    assert mall.alliance.client(mall.alliance.ada).get("/").status_code == 200


def test_a_refused_purchase_leaves_no_order_and_says_so(wall: Bulkhead, mall: Shop) -> None:
    visitor = mall.visitor()
    page = f"/p/{mall.sku.product_id}?sku={mall.sku.sku_id}"
    token = visitor.token(page)
    fields = {"sku": str(mall.sku.sku_id), "quantity": "1", "csrf_token": token}
    with rushed(wall, mall.alliance.ada):
        answer = visitor.client.post("/orders", data=fields)
    text = answer.get_data(as_text=True)
    assert refused(answer)
    assert "没有下单、没有扣款" in text
    assert "http-equiv" not in text
    assert "Set-Cookie" not in answer.headers


def test_pages_of_placed_orders_and_payment_returns_stay_open(wall: Bulkhead, mall: Shop) -> None:
    visitor = mall.visitor()
    page = visitor.buy(mall.sku).headers["Location"]
    number = page.rsplit("/", 1)[-1] if "/pay/" not in page else ""
    order = f"/orders/{number or 'K20261122000001'}"
    with rushed(wall, mall.alliance.ada):
        for path in (order, f"{order}?paid=1", f"{order}/status"):
            assert visitor.get(path).status_code != 503, path


def test_a_rush_on_order_pages_does_not_shut_the_shop(wall: Bulkhead, mall: Shop) -> None:
    ada = mall.alliance.ada
    with rush(wall, (ada.id, "orders")):
        assert refused(mall.alliance.client(ada).get("/orders/K1"))
        assert mall.alliance.client(ada).get("/").status_code == 200


def test_notices_of_providers_are_never_held_up(wall: Bulkhead, mall: Shop) -> None:
    with ExitStack() as stack:
        for number in range(wall.shares.slots):
            stack.enter_context(wall.shares.enter(f"lane {number}"))
        assert mall.alliance.hooks.post("/stripe", data=b"{}").status_code == 400
        assert refused(mall.alliance.client(mall.alliance.bo).get("/"))


def test_the_page_speaks_the_visitors_language(wall: Bulkhead, mall: Shop) -> None:
    client = mall.alliance.client(mall.alliance.ada)
    with rushed(wall, mall.alliance.ada):
        chinese = client.get("/").get_data(as_text=True)
        english = client.get("/", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert 'lang="zh-CN"' in chinese
    assert "当前访客太多" in chinese
    assert 'http-equiv="refresh"' in chinese
    assert 'lang="en"' in english
    assert "Too many visitors" in english


def test_machines_and_htmx_get_what_they_can_read(wall: Bulkhead, mall: Shop) -> None:
    client = mall.alliance.client(mall.alliance.ada)
    with rushed(wall, mall.alliance.ada):
        machine = client.get("/", headers={"Accept": "application/json"})
        partial = client.get("/", headers={"HX-Request": "true"})
    assert json.loads(machine.data) == {"error": "busy", "retry_after": 1}
    assert partial.mimetype == "text/plain"
    assert partial.get_data(as_text=True) == "当前访客太多，请过几秒再试。"


def test_the_page_forbids_the_browser_what_every_page_does(wall: Bulkhead, mall: Shop) -> None:
    with rushed(wall, mall.alliance.ada):
        answer = mall.alliance.client(mall.alliance.ada).get("/")
    assert {name: answer.headers[name] for name in headers.ALWAYS} == headers.ALWAYS
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Host" in answer.headers["Vary"]


def test_hosts_nobody_knows_share_one_lane(wall: Bulkhead, mall: Shop) -> None:
    with rush(wall, (bulkhead.STRANGERS, "shop")):
        for name in ("one", "two"):
            assert refused(mall.alliance._on(f"{name}.nowhere.example").get("/"))
        assert mall.alliance.client(mall.alliance.ada).get("/").status_code == 200


@pytest.mark.parametrize("host", ["", ":", "a" * 300, "ADA.localhost:80.", "xn--\x80", "[::1]:80"])
def test_odd_host_names_have_a_lane_like_any_stranger(wall: Bulkhead, host: str) -> None:
    asked = {"HTTP_HOST": host, "PATH_INFO": "/", "REQUEST_METHOD": "GET"}
    assert wall.lane(asked) == (bulkhead.STRANGERS, "shop")


def test_all_hosts_of_a_site_share_its_lanes(wall: Bulkhead) -> None:
    for host in ("shop.example", "www.shop.example"):
        wall.learn(host, 7)
        assert wall.lane({"HTTP_HOST": f"{host.upper()}.:8000"}) == (7, "shop")


def test_a_site_is_known_by_whom_its_host_leads_to_now(wall: Bulkhead) -> None:
    wall.learn("moved.example", 7)
    wall.learn("moved.example", 8)
    assert wall.lane({"HTTP_HOST": "moved.example"}) == (8, "shop")


def test_the_memory_of_hosts_has_an_end(wall: Bulkhead, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulkhead, "HOSTS_KEPT", len(wall._sites) + 1)
    for number in range(20):
        wall.learn(f"{number}.many.example", number)
    assert len(wall._sites) == bulkhead.HOSTS_KEPT
    assert wall.lane({"HTTP_HOST": "19.many.example"}) == (19, "shop")


@pytest.mark.parametrize(
    ("path", "lane"),
    [
        *(("/s/ada-7/goods", 7), ("/s/ada-7", 7), ("/sign-in", ""), ("", "")),
        *((f"/s/{name}", bulkhead.STRANGERS) for name in ("", "shop", "nobody-has-this/goods")),
    ],
)
def test_the_console_has_a_lane_for_each_site(
    wall: Bulkhead, path: str, lane: int | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wall, "_sites", wall._sites.copy())
    wall.learn(f"{bulkhead.DESK}ada-7", 7)
    asked = {"HTTP_HOST": "console.localhost", "PATH_INFO": path, "REQUEST_METHOD": "POST"}
    assert wall.lane(asked) == ("console", lane)
    assert not bulkhead._is_paced(wall.lane(asked))


def test_made_up_names_at_the_console_crowd_out_nobody_who_works_there(
    wall: Bulkhead, alliance: Alliance
) -> None:
    agent = desk.at(alliance, alliance.ada, role="agent")
    assert agent.get("orders").status_code == 200
    with rush(wall, ("console", bulkhead.STRANGERS)):
        assert refused(agent.client.get("/s/made-up-name/orders"))
        assert agent.get("orders").status_code == 200


def test_refusals_are_written_down_in_one_line(
    wall: Bulkhead, mall: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ada = mall.alliance.ada
    wall._told_at = float("inf")
    wall.refused.clear()
    with rushed(wall, ada), caplog.at_level(logging.WARNING, "kameng.bulkhead"):
        for _ in range(3):
            mall.alliance.client(ada).get("/")
        wall._told_at = 0.0
        mall.alliance.client(ada).get("/")
    assert [line for line in caplog.messages if str(ada.id) in line] == [
        f"too busy: 4 requests of ({ada.id}, 'shop') were told to come back"
    ]
