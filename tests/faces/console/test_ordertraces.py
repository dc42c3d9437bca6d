"""The page of an order tells how its price came about, as each site may know it."""

from __future__ import annotations

import pytest

from kameng.domains.orders import service as orders
from kameng.domains.pricing import service as pricing
from kameng.domains.pricing.markups.rules import Audience, Method, Place, Rounding, Scope
from kameng.domains.pricing.service import Details
from kameng.kit import clock
from tenants.context import use
from tenants.database import session
from tests.support import desk, shop
from tests.support.ledger import TESTER
from tests.support.orders import basket, kim, stocked

AGENTS = Place(Scope.ALL, None, Audience.CHILD)
SHOPPERS = Place(Scope.ALL, None, Audience.RETAIL)
TITLE = "售价是怎么来的"


def _set(site, place, method, asked, **more):
    with use(site):
        pricing.set_rule(
            site, place, method, asked, Rounding.NONE, actor=TESTER, now=clock.now(), **more
        )
        session.commit()


@pytest.fixture(scope="module")
def bought(app, builder):
    """Kim bought six at Bo's: Hub asks one yuan more, Ada half a yuan, Bo ten percent."""
    builder.app = app
    alliance = builder.alliance()
    shop.decorate(alliance.bo)
    goods = stocked(alliance.hub, cost="8.00", retail="10.00")
    _set(alliance.hub, AGENTS, Method.AMOUNT, "1")
    _set(alliance.ada, AGENTS, Method.AMOUNT, "0.5")
    _set(alliance.bo, SHOPPERS, Method.PERCENT, "20", details=Details(steps="5=10"))
    with use(alliance.bo):
        order = orders.place(alliance.bo, kim(), basket(goods, 6, shown="10.45"), now=clock.now())
        session.commit()
    return alliance, f"orders/{alliance.bo.id}/{order.number}"


def test_every_site_reads_the_trace_from_its_own_cost_on(bought):
    alliance, page = bought
    expected = {
        alliance.hub: ["8.00", "9.00", "9.50", "10.45"],
        alliance.ada: ["9.00", "9.50", "10.45"],
        alliance.bo: ["9.50", "10.45"],
    }
    for site, amounts in expected.items():
        role = "operator" if site.is_root else "agent"
        text = desk.at(alliance, site, role=role).text(page)
        told = text.split(TITLE)[1].split("资金分配")[0]
        found = [part.split("<")[0].strip() for part in told.split('class="money">')[1:]]
        assert found == amounts, site.slug


def test_the_order_goes_on_telling_the_rule_it_was_made_by(bought):
    alliance, page = bought
    there = desk.at(alliance, alliance.bo, role="agent")
    before = there.text(page)
    _set(alliance.bo, SHOPPERS, Method.FIXED, "33")
    _set(alliance.ada, AGENTS, Method.AMOUNT, "5")
    after = there.text(page)
    assert "5 件起" in after
    assert "33" not in after.split(TITLE)[1].split("资金分配")[0]
    assert before.split(TITLE)[1][:900] == after.split(TITLE)[1][:900]


def test_who_may_not_see_prices_sees_no_trace(bought):
    alliance, page = bought
    assert TITLE not in desk.at(alliance, alliance.hub, role="support").text(page)
