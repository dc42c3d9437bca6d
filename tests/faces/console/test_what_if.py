"""What-ifs in the console: supposed, worked out, looked at, and only then decided."""

from __future__ import annotations

from uuid import UUID

import pytest

from kameng.domains.catalog.queries import sku_facts
from kameng.domains.pricing import queries as prices
from kameng.domains.pricing.changes import queries as history
from kameng.domains.pricing.changes.entries import Kind
from kameng.domains.pricing.markups.rules import Audience, Method, Way
from kameng.domains.pricing.markuptemplates import service as templates
from kameng.domains.pricing.markuptemplates.rules import Line
from kameng.domains.pricing.whatif import queries, turns
from kameng.domains.pricing.whatif.rules import State
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tests.support import desk, shop, tree
from tests.support.desk import Desk
from tests.support.shop import Shop

RULE = {"form": "rule", "about": "", "whom": "retail", "rounding": "none", "way": "half_up"}


@pytest.fixture
def hub(alliance, app) -> tuple[Desk, Shop]:
    made = shop.furnish(alliance.whole())
    return desk.at(alliance, alliance.hub), made


def _new(here: Desk) -> str:
    """A draft; the path of its page."""
    answer = here.post("prices/what-if", form="title", title="上游涨价")
    assert answer.status_code == 303
    return str(answer.location.split(f"/s/{here.site.slug}/")[1])


def _facts(here: Desk, page: str) -> queries.WhatIfFacts:
    with use(here.site):
        return queries.facts(here.site, UUID(page.rsplit("/", 1)[1]))


def test_a_dearer_cost_is_looked_at_everywhere_before_it_is_decided(hub) -> None:
    here, made = hub
    page, sku = _new(here), made.sku
    assert "还没有写假设" in here.text(page)
    cost = {"form": "cost", "about": f"sku:{sku.sku_id}", "move": "+1%"}
    assert here.post(f"{page}/costs", **cost).status_code == 303
    assert here.post(f"{page}/rules", **RULE, method="percent", value="1").status_code == 303
    drafted = here.text(page)
    assert sku.product_name in drafted
    assert "成本 + 1%" in drafted
    assert here.post(f"{page}/run").status_code == 303
    waiting = here.text(page)
    assert "排队中" in waiting
    assert "hx-trigger" in waiting
    assert 'http-equiv="refresh"' in waiting
    turns.go_on(here.site.id, page.rsplit("/", 1)[1])
    result = here.text(page)
    for site in (made.alliance.hub, made.alliance.ada, made.alliance.bo):
        assert site.name in result
    assert sku.product_name in here.text(f"{page}/sites/{made.alliance.bo.id}")
    with use(here.site):
        assert sku_facts(here.site, [sku.sku_id])[sku.sku_id].cost == sku.cost
        assert history.page(here.site).total == 0
    assert here.post(f"{page}/commit").status_code == 303
    with use(here.site):
        (change,) = history.page(here.site).items
        assert (change.kind, change.count) == (Kind.WHAT_IF, 2)
        dearer = sku_facts(here.site, [sku.sku_id])[sku.sku_id].cost
        assert dearer == sku.cost + Money(sku.cost.micro // 100)
    assert "这次试算已经生效" in here.text(page)


def test_what_cannot_be_read_is_refused_and_stays_in_its_field(hub) -> None:
    here, _ = hub
    page = _new(here)
    refused = here.post(f"{page}/costs", form="cost", about="", move="=1+1")
    assert refused.status_code == 422
    assert 'value="=1+1"' in refused.get_data(as_text=True)
    for move in ("-99999", "1e400", ""):
        assert here.post(f"{page}/costs", form="cost", about="", move=move).status_code == 422
    assert here.post(f"{page}/rules", **RULE, method="percent", value="x").status_code == 422
    assert here.post(f"{page}/rules", **RULE, method="drop").status_code == 404
    assert here.post(f"{page}/run").status_code == 422
    assert here.post(f"{page}/commit").status_code == 409
    assert _facts(here, page).count == 0


def test_it_can_be_stopped_supposed_anew_and_thrown_away(hub) -> None:
    here, _ = hub
    page = _new(here)
    assert here.post(f"{page}/rules", **RULE, method="percent", value="30").status_code == 303
    assert here.post(f"{page}/run").status_code == 303
    assert here.post(f"{page}/cancellation").status_code == 303
    assert "已停止" in here.text(page)
    assert here.post(f"{page}/draft").status_code == 303
    assert _facts(here, page).state is State.DRAFT
    with use(here.site):
        (entry,) = queries.entries(here.site, UUID(page.rsplit("/", 1)[1]))
    assert here.post(f"{page}/entries/removal", key=entry.key).status_code == 303
    assert here.post(f"{page}/discard").status_code == 303
    assert "还没有试算过" in here.text("prices/what-if")
    with use(here.site):
        assert prices.rules_of(here.site) == []


def test_a_template_is_tried_before_it_is_laid_on_goods(hub) -> None:
    here, made = hub
    page = _new(here)
    assert "假设套用加价模板" not in here.text(page)
    with use(here.site) as site:
        line = Line(Audience.RETAIL, None, Method.PERCENT, 500_000)
        laid = templates.make(site, "五成", [line], actor=SYSTEM, now=clock.now())
        session.commit()
    assert "假设套用加价模板" in here.text(page)
    fields = {"form": "template", "template": str(laid), "about": ""}
    assert here.post(f"{page}/templates", **fields).status_code == 303
    assert "成本 + 50%" in here.text(page)
    with use(here.site):
        assert queries.page(here.site).items[0].count == 1
        assert prices.rules_of(here.site) == []
    fields["template"] = str(made.sku.sku_id)
    assert here.post(f"{page}/templates", **fields).status_code == 422


def test_a_supposed_rule_says_all_that_a_rule_can(hub) -> None:
    here, _ = hub
    page = _new(here)
    for name in ("steps", "way", "below_cost"):
        assert f'name="{name}"' in here.text(page)
    more = {"method": "amount", "value": "1", "steps": "5=0.5", "below_cost": "y"}
    asked = RULE | more | {"rounding": "jiao", "way": "up"}
    assert here.post(f"{page}/rules", **asked).status_code == 303
    with use(here.site):
        (entry,) = queries.entries(here.site, UUID(page.rsplit("/", 1)[1]))
    made = entry.after
    assert (made.steps, made.way, made.below_cost) == (((5, 500_000),), Way.UP, True)


def test_an_agent_supposes_rules_of_his_own_and_no_costs(hub) -> None:
    here, made = hub
    ada = desk.at(made.alliance, made.alliance.ada, "agent")
    page = _new(ada)
    assert "假设成本价变动" not in ada.text(page)
    cost = {"form": "cost", "about": "", "move": "+1%"}
    assert ada.post(f"{page}/costs", **cost).status_code == 403
    assert ada.post(f"{page}/rules", **RULE, method="percent", value="30").status_code == 303
    assert here.get(page).status_code == 404


def test_a_price_cut_to_the_ceiling_is_told_and_not_called_unprofitable(hub) -> None:
    here, made = hub
    sku = made.sku
    fields = {"form": "sku", "cost": "8", "retail": "10", "ceiling": "11", "state": "on_sale"}
    goods = f"goods/products/{sku.product_id}/skus/{sku.sku_id}"
    assert here.post(goods, version="1", **fields).status_code == 303
    page = _new(here)
    assert here.post(f"{page}/rules", **RULE, method="percent", value="900").status_code == 303
    assert here.post(f"{page}/run").status_code == 303
    turns.go_on(here.site.id, page.rsplit("/", 1)[1])
    facts, result = _facts(here, page), here.text(page)
    assert (facts.totals.troubled, facts.totals.cut > 0) == (0, True)
    assert f"{facts.totals.cut} 个被限价压低" in result
    assert "有问题" not in result
    assert here.post(f"{page}/commit").status_code == 303
    decided = here.text(page)
    assert decided.count("alert-success") == 1
    assert "这次试算已经生效" in decided


def test_an_agreed_price_is_tried_for_the_one_site_it_is_for(hub) -> None:
    here, made = hub
    tree.bound(made.alliance)
    ada, bo = made.alliance.ada, made.alliance.bo
    page = _new(here)
    assert f'<option value="{ada.slug}">' in here.text(page)
    assert bo.slug not in here.text(page)
    asked = RULE | {"about": f"sku:{made.sku.sku_id}", "method": "amount", "value": "0.5"}
    assert here.post(f"{page}/rules", **asked, site=bo.slug).status_code == 404
    assert here.post(f"{page}/rules", **asked, site="nosuch").status_code == 404
    assert _facts(here, page).count == 0
    assert here.post(f"{page}/rules", **asked, site=ada.name).status_code == 303
    with use(here.site):
        (entry,) = queries.entries(here.site, UUID(page.rsplit("/", 1)[1]))
    assert (entry.place.audience, entry.place.buyer_id) == (Audience.CHILD, ada.id)
    assert f"代理：{ada.name}" in here.text(page)
    assert here.post(f"{page}/run").status_code == 303
    turns.go_on(here.site.id, page.rsplit("/", 1)[1])
    with use(here.site):
        moved = {one.site_id for one in queries.sites(here.site, _facts(here, page).id).items}
    assert ada.id in moved
    assert here.site.id not in moved
