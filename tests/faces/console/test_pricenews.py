"""An agent finds on one page what decisions above did to the costs here."""

from datetime import timedelta

import pytest

from kameng.domains.pricing.changes import service as history
from kameng.domains.pricing.changes.entries import CostEntry, Kind, RuleEntry
from kameng.domains.pricing.markups.rules import Audience, Method, Place, Rule, Scope
from kameng.domains.pricing.news import digests, rules
from kameng.kit import clock, ids
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tests.support import desk, shop
from tests.support.catalog import ACTOR


@pytest.fixture(scope="module")
def world(app, builder):
    """Hub's agents pay a tenth more than the cost, and a cost of Hub's has doubled."""
    builder.app = app
    alliance = builder.alliance()
    return alliance, shop.furnish(alliance).sku


def _digest(world):
    (alliance, sku), (since, until) = world, rules.window_of(clock.now())
    place = Place(Scope.ALL, None, Audience.CHILD)
    rule = Rule(ids.uuid7(), place, Method.PERCENT, 100_000)
    cost = CostEntry(sku.sku_id, sku.cost, Money(sku.cost.micro * 2))
    with use(alliance.hub) as hub:
        told = {"actor": ACTOR}
        earlier = since - timedelta(hours=2)
        history.commit(hub, Kind.RULE, [RuleEntry(place, None, rule)], now=earlier, **told)
        history.commit(hub, Kind.COST, [cost], now=since, **told)
        session.commit()
    with use(alliance.ada) as ada:
        made = digests.digest(ada, since, until, now=clock.now())
        session.commit()
    return made


def test_an_agent_sees_the_digest_on_the_first_page_in_the_list_and_in_full(world):
    alliance, sku = world
    ada = desk.at(alliance, alliance.ada, "agent")
    assert "成本暂无变动" in ada.text("prices/news")
    made = _digest(world)
    assert "1 个商品成本变动" in ada.text()
    assert str(made) in ada.text("prices/news")
    page = ada.text(f"prices/news/{made}")
    assert sku.product_name in page
    assert "+100 %" in page
    bo = desk.at(alliance, alliance.bo, "agent")
    assert bo.get(f"prices/news/{made}").status_code == 404


def test_the_master_site_has_no_such_menu_and_says_why(world):
    hub = desk.at(world[0], world[0].hub)
    assert "成本变动" not in hub.text("prices")
    assert "主站没有上级" in hub.text("prices/news")
