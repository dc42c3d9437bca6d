"""Costs that move far wait on a page of their own, and only those who may decide see it."""

import re

import pytest

from kameng.domains.catalog import queries as catalog
from kameng.domains.pricing.changes import queries as changes
from kameng.domains.pricing.changes.entries import Kind
from kameng.domains.pricing.costs import queries
from kameng.kit.money import Money, Percent
from tenants.context import use
from tests.support import desk, shop

FORM = {"form": "sku", "retail": "15", "state": "on_sale", "position": "1"}


@pytest.fixture(scope="module")
def world(app, builder):
    builder.app = app
    alliance = builder.alliance()
    return alliance, shop.furnish(alliance).sku


@pytest.fixture(scope="module")
def boss(world):
    return desk.at(world[0], world[0].hub)


def _cost(world):
    with use(world[0].hub) as hub:
        return catalog.sku_facts(hub, [world[1].sku_id])[world[1].sku_id].cost


def _type(here, world, cost):
    """Open the SKU's form and save it with another cost."""
    sku = world[1]
    page = f"goods/products/{sku.product_id}/skus/{sku.sku_id}"
    version = re.search(r'name="version"[^>]*value="(\d+)"', here.text(page)).group(1)
    answer = here.post(page, **FORM, cost=cost, version=version)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return here.text(page)


def _waiting(world):
    with use(world[0].hub) as hub:
        return queries.waiting_for(hub, [world[1].sku_id]).get(world[1].sku_id)


def test_a_large_move_is_typed_by_one_and_approved_by_another(world, boss):
    clerk = desk.at(world[0], world[0].hub, "catalogue")
    before = _cost(world)
    wanted = Money(before.micro * 3)
    form = _type(clerk, world, str(wanted))
    assert "等待审批" in form
    assert _cost(world) == before
    assert clerk.get("prices/costs").status_code == 403
    assert clerk.post("prices/costs/approval", pick=str(_waiting(world).id)).status_code == 403
    assert "1 个成本变动待审批" in boss.text()
    page = boss.text("prices/costs")
    assert "+200 %" in page
    assert world[1].product_name in page
    pick = str(_waiting(world).id)
    tried = boss.post("prices/costs/what-if", pick=pick)
    assert tried.status_code == 303
    assert world[1].product_name in boss.text(tried.location.split(f"/s/{boss.site.slug}/")[1])
    assert _cost(world) == before
    answer = boss.post("prices/costs/approval", pick=pick, **{f"was.{pick}": str(before)})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert _cost(world) == wanted
    assert "没有待审的成本" in boss.text("prices/costs")
    with use(world[0].hub) as hub:
        assert changes.page(hub).items[0].kind is Kind.COST


def test_what_the_page_did_not_show_is_not_approved(world, boss):
    before = _cost(world)
    _type(boss, world, str(Money(before.micro * 2)))
    pick = str(_waiting(world).id)
    for fields in (
        {},
        {"pick": "x"},
        {"pick": pick},
        {"pick": pick, f"was.{pick}": "=1"},
        {"pick": pick, f"was.{pick}": str(Money(before.micro + 1))},
    ):
        assert boss.post("prices/costs/approval", **fields).status_code in (409, 422), fields
        assert _cost(world) == before
    assert boss.post("prices/costs/rejection", only=pick).status_code == 303
    assert boss.post("prices/costs/rejection", only=pick).status_code == 409
    assert _waiting(world) is None


def test_the_limit_is_set_by_those_who_approve_and_what_was_typed_stays(world, boss):
    clerk = desk.at(world[0], world[0].hub, "catalogue")
    assert clerk.post("prices/settings", form="alarm", alarm="").status_code == 403
    refused = boss.post("prices/settings", form="alarm", alarm="-5")
    assert refused.status_code == 422
    assert 'value="-5"' in refused.get_data(as_text=True)
    with use(world[0].hub) as hub:
        assert queries.alarm(hub) == Percent.of("20")
    assert boss.post("prices/settings", form="alarm", alarm="３５").status_code == 303
    assert 'value="35"' in boss.text("prices/settings")


def test_no_agent_has_costs_to_approve(world):
    ada = desk.at(world[0], world[0].ada, "agent")
    assert ada.get("prices/costs").status_code == 403
    assert ada.get("prices/settings").status_code == 403
    page = ada.text("prices")
    assert "待审成本" not in page
    assert "价格设置" not in page
