"""分站存活: sites that opened in the same month, who sold and who still sells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from kameng.domains.orders import queries as orders
from kameng.domains.orders.facts import Start
from kameng.faces.console.survival.cohorts import Part, cohorts
from kameng.faces.frame.money import SHOP_TIME
from kameng.kit import clock
from tenants import overview
from tenants.context import shared
from tests.support import desk, tree
from tests.support.earning import order
from tests.support.worlds import Alliance, Builder

OPENED = text("UPDATE shared.tenant SET live_at = :at, state = :state WHERE id = :id")
PAID = text("UPDATE shared.order_index SET placed_at = :at, paid_at = :at WHERE order_id = :id")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_sites_of_a_month_are_counted_together_and_only_when_they_are_old_enough() -> None:
    july, november = datetime(2026, 7, 31, 17, tzinfo=UTC), NOW - timedelta(days=10)
    opened = {1: (july, True), 2: (july, False), 3: (july, True), 4: (november, True)}
    never = Start(None, by_30=False, by_90=False)
    starts = {
        1: Start(july + timedelta(days=2, hours=5), by_30=True, by_90=True),
        2: Start(july + timedelta(days=20), by_30=True, by_90=False),
        3: never,
        4: never,
    }
    young, old = cohorts(opened, starts, zone=SHOP_TIME, now=NOW)
    assert (old.month, old.opened, old.live, old.sold) == ("2026-08", 3, Part(2, 3), Part(2, 3))
    assert (old.days_to_first, old.by_30, old.by_90) == (2, Part(2, 3), Part(1, 3))
    assert (young.month, young.sold.percent, young.days_to_first) == ("2026-11", 0, None)
    assert (young.by_30.percent, young.by_90.percent) == (None, None)


@pytest.fixture(scope="module")
def world(app: Flask, builder: Builder, owner: Engine) -> Alliance:
    """Ada opened a hundred days ago, sold on her third day and her seventieth; Bo never did."""
    builder.app = app
    made = builder.alliance()
    tree.bound(made)
    began = clock.now() - timedelta(days=100)
    for site in (made.ada, made.bo):
        with owner.begin() as behind:
            behind.execute(OPENED, {"id": site.id, "at": began, "state": "live"})
    for days in (70, 3):
        sold = order(owner, made.ada)
        with owner.begin() as behind:
            behind.execute(PAID, {"id": sold, "at": began + timedelta(days=days)})
    order(owner, made.bo, "pending_payment")
    return made


def test_a_start_is_read_from_the_orders_that_were_paid(world: Alliance) -> None:
    with shared():
        opened = overview.opened_below(world.hub)
        found = orders.starts_of({site: at for site, (at, _live) in opened.items()})
    assert set(opened) == {world.ada.id, world.bo.id}
    ada = found[world.ada.id]
    assert ada.first == opened[world.ada.id][0] + timedelta(days=3)
    assert (ada.by_30, ada.by_90) == (True, True)
    assert found[world.bo.id] == Start(None, by_30=False, by_90=False)


def test_the_page_says_it_to_whoever_sees_the_sites(world: Alliance) -> None:
    hub = desk.at(world, world.hub)
    assert "sites/survival" in hub.text("sites")
    page = " ".join(hub.text("sites/survival").split())
    assert "2 家中 1 家" in page
    assert "50%" in page
    ada = desk.at(world, world.ada, role="agent")
    assert "1 家中 0 家" in ada.text("sites/survival")
    assert desk.at(world, world.bo, role="agent_staff").get("sites/survival").status_code == 403
