"""The price page: rules with dates and quantities, agreed prices, and editors who meet."""

import re

import pytest

from kameng.domains.catalog import service as catalog
from kameng.domains.pricing import queries as pricing
from kameng.domains.pricing.changes import queries as history
from kameng.domains.pricing.changes.entries import Kind
from kameng.domains.pricing.markups.rules import Method, Scope
from kameng.faces.console import prices
from kameng.kit import clock, ids
from kameng.kit.money import Money, Percent
from tenants.context import use
from tenants.database import session
from tests.support import catalog as goods
from tests.support import desk, shop, tree

RULE = {"form": "rule", "about": "", "method": "percent", "value": "10", "rounding": "none"}
SEEN = re.compile(r'name="seen" value="([^"]*)"')


@pytest.fixture
def hub(alliance, app):
    made = shop.furnish(alliance)
    return desk.at(alliance, alliance.hub), made


def _rules(site):
    with use(site):
        return pricing.rules_of(site)


def test_a_rule_with_quantities_and_dates_is_set_shown_changed_and_removed(hub):
    here, made = hub
    sku = made.sku.sku_id
    rule = RULE | {"about": f"sku:{sku}", "method": "fixed", "value": "12", "steps": "5=11"}
    dates = {"valid_from": "2026-01-01T08:00", "valid_to": "2099-01-01T00:00"}
    answer = here.post("prices/rules", **rule, **dates, way="up")
    assert answer.status_code == 303, answer.get_data(as_text=True)
    (held,) = _rules(here.site)
    assert held.place.valid_from.isoformat() == "2026-01-01T00:00:00+00:00"
    page = here.text("prices")
    assert "5 件起" in page
    assert "2026-01-01 08:00 至 2099-01-01 00:00" in page
    assert 'value="5=11"' in page or "5=11" in here.text("prices", rule=str(held.id))
    assert here.post("prices/rules/removal", rule=str(held.id)).status_code == 303
    assert _rules(here.site) == []


def test_a_rule_whose_dates_are_changed_moves_and_leaves_nothing_behind(hub):
    here, _ = hub
    assert here.post("prices/rules", **RULE, valid_from="2026-01-01T08:00").status_code == 303
    (held,) = _rules(here.site)
    changed = RULE | {"rule": str(held.id), "valid_from": "2026-02-01T08:00"}
    assert here.post("prices/rules", **changed).status_code == 303
    (moved,) = _rules(here.site)
    assert moved.place.valid_from.month == 2
    with use(here.site):
        assert [change.count for change in history.page(here.site).items] == [2, 1]
    refused = here.post("prices/rules", **(changed | {"rule": str(moved.id), "value": "x"}))
    assert refused.status_code == 422
    assert _rules(here.site) == [moved]


def test_a_price_is_agreed_with_one_sub_site(hub):
    here, made = hub
    tree.bound(made.alliance)
    ada = made.alliance.ada
    place = {"audience": "child", "site": ada.slug}
    assert "已有密价" not in here.text("prices", audience="child")
    assert here.post("prices/rules", **RULE, **place).status_code == 303
    listed = here.text("prices", audience="child").partition("已有密价")[2]
    assert f"audience=child&amp;site={ada.slug}" in listed.partition("</p>")[0]
    assert "已有密价" not in here.text("prices")
    (held,) = _rules(here.site)
    assert held.place.buyer_id == ada.id
    page = here.text("prices", audience="child", site=ada.name)
    assert ada.name in page
    assert "密价" in page
    assert "成本 + 10%" in page


@pytest.mark.parametrize("page", ["prices", "prices/templates/new", "prices/what-if"])
def test_a_share_is_written_with_one_sign(hub, page):
    here, _ = hub
    assert "%%" not in here.text(page)


def test_a_price_is_agreed_with_one_member(hub):
    here, made = hub
    kim = shop.member(here.site, "kim-agreed@example.com")
    page = here.text("prices", member="kim-agreed@example.com")
    assert str(kim.id) in page
    answer = here.post("prices/skus", member=str(kim.id), **{f"price.{made.sku.sku_id}": "9.8"})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    with use(here.site):
        quoted = [
            pricing.quotes(here.site, [made.sku.sku_id], member_id=one)[made.sku.sku_id].price
            for one in (kim.id, None)
        ]
    assert quoted[0] == Money.of("9.8") != quoted[1]
    listed = here.text("prices").partition("已有密价")[2]
    assert f"member={kim.id}" in listed.partition("</p>")[0]


@pytest.mark.parametrize(
    "named", [{"member": "nobody@example.com"}, {"audience": "child", "site": "nosuch"}]
)
def test_nobody_is_agreed_with_by_a_wrong_name(hub, named):
    here, _ = hub
    assert here.get("prices", **named).status_code == 404
    assert here.post("prices/rules", **RULE, **named).status_code == 404
    assert _rules(here.site) == []


def test_the_second_of_two_editors_is_told_and_sees_the_new_rule(hub):
    here, _ = hub
    both_saw = SEEN.search(here.text("prices")).group(1)
    assert here.post("prices/rules", **RULE, seen=both_saw).status_code == 303
    answer = here.post("prices/rules", **(RULE | {"value": "20"}), seen=both_saw)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "其他人改了这个价格" in page
    assert "成本 + 10%" in page
    (held,) = _rules(here.site)
    assert (held.method, held.value) == (Method.PERCENT, 100_000)
    again = SEEN.search(page).group(1)
    assert here.post("prices/rules", **(RULE | {"value": "20"}), seen=again).status_code == 303


def test_the_ceiling_is_set_on_the_choice_and_shown_beside_the_price(hub):
    here, made = hub
    sku = made.sku
    page = f"goods/products/{sku.product_id}/skus/{sku.sku_id}"
    fields = {"form": "sku", "cost": "8", "retail": "10", "ceiling": "11", "state": "on_sale"}
    assert here.post(page, **fields, position="1", version="1").status_code == 303
    assert here.post("prices/rules", **(RULE | {"value": "90"})).status_code == 303
    text = here.text("prices")
    assert "上限价 11.00" in text
    assert "已下调：零售价不得高于上限价" in text


def test_a_price_that_keeps_its_profit_is_marked_and_told_at_the_cost_of_today(hub):
    here, made = hub
    sku = made.sku.sku_id
    about = f"sku:{sku}"
    assert "成本变动时保住利润" not in here.text("prices")
    assert "成本变动时保住利润" in here.text("prices", about=about)
    kept = RULE | {"about": about, "method": "fixed", "value": "12", "keep": "y"}
    refused = here.post("prices/rules", **(kept | {"method": "percent"}))
    assert refused.status_code == 422
    assert "只有固定价" in refused.get_data(as_text=True)
    assert here.post("prices/rules", **kept).status_code == 303
    (held,) = _rules(here.site)
    with use(here.site) as site:
        before = made.sku.cost
        moved = {sku: (before, before + Money.of("0.40"))}
        catalog.set_costs(site, moved, now=clock.now())
        session.commit()
    seen = {"seen_cost": str(before.micro)}
    late = here.post("prices/rules", **kept, **seen, rule=str(held.id))
    assert late.status_code == 409
    assert "您的成本刚刚变成了" in late.get_data(as_text=True)
    assert _rules(here.site) == [held]
    page = here.text("prices", rule=str(held.id))
    assert "保利润" in page
    assert "随成本变动" in page
    assert re.search(r'name="value"[^>]*value="12.40"', page)
    seen = {"seen_cost": re.search(r'name="seen_cost" value="(\d+)"', page).group(1)}
    again = kept | {"value": "12.40", "rule": str(held.id)} | seen
    assert here.post("prices/rules", **again).status_code == 303
    assert _rules(here.site) == [held.told_at((before + Money.of("0.40")).micro)]


def test_of_many_rules_for_single_skus_the_rest_is_reached_from_its_line(hub, monkeypatch):
    here, made = hub
    with use(here.site) as site:
        other = goods.sku(site, secrets=0)
        session.commit()
    for one in (made.sku, other):
        kept = RULE | {"about": f"sku:{one.sku_id}", "method": "fixed", "value": "20", "keep": "y"}
        assert here.post("prices/rules", **kept).status_code == 303
    first, last = _rules(here.site)
    monkeypatch.setattr(prices, "MOST_RULES", 1)
    page, listed = here.text("prices"), 'name="rule" value="%s"'
    assert "另有 1 条单个规格的规则" in page
    assert listed % first.id in page
    assert listed % last.id not in page
    assert f"rule={last.id}#rule" in page
    assert listed % last.id in here.text("prices", rule=str(last.id))


def test_the_shop_tells_what_many_pieces_cost(hub):
    here, made = hub
    rule = RULE | {"method": "fixed", "value": "12", "steps": "5=11"}
    assert here.post("prices/rules", **rule).status_code == 303
    visitor = made.visitor(here.site)
    page = visitor.get(f"/p/{made.sku.product_id}").get_data(as_text=True)
    assert "批发价：" in page
    assert "5 件起每件 ¥11.00" in page
    assert 'data-steps="5=11.00 "' in page


def test_prices_typed_side_by_side_are_one_change_all_or_none(hub):
    here, made = hub
    with use(here.site):
        other = goods.sku(here.site, cost="5", retail="6", secrets=0)
        session.commit()
    one, two = made.sku.sku_id, other.sku_id
    typed = {f"price.{one}": "12", f"price.{two}": "4"}
    refused = here.post("prices/skus?category=&page=1", **typed)
    assert refused.status_code == 422
    assert _rules(here.site) == []
    page = refused.get_data(as_text=True)
    assert re.search(rf'is-invalid" name="price.{two}" value="4"', page)
    assert re.search(rf'form-control " name="price.{one}" value="12"', page)
    back = re.search(r'name="back" value="([^"]+)"', page).group(1)
    assert back.startswith(here.path("prices?"))
    assert here.post("prices/skus", **(typed | {f"price.{two}": "10%"})).status_code == 303
    with use(here.site):
        (change,) = history.page(here.site).items
    assert (change.kind, change.count) == (Kind.PRICES, 2)
    assert len(_rules(here.site)) == 2


def test_a_rule_holds_for_every_choice_of_a_product_and_is_changed_where_it_stands(hub):
    here, made = hub
    with use(here.site) as site:
        month = goods.sku(site, product_id=made.sku.product_id, sku_name="月卡", secrets=0)
        other = goods.sku(site, secrets=0)
        session.commit()
    about = f"product:{made.sku.product_id}"
    named = f"{made.sku.product_name}（全部规格）"
    assert named not in here.text("prices")
    assert named in here.text("prices", about=f"sku:{month.sku_id}")
    assert here.post("prices/rules", **(RULE | {"about": about, "value": "50"})).status_code == 303
    (held,) = _rules(here.site)
    assert (held.place.scope, held.place.scope_id) == (Scope.PRODUCT, made.sku.product_id)
    skus = [made.sku.sku_id, month.sku_id, other.sku_id]
    with use(here.site):
        found = pricing.quotes(here.site, skus)
        assert [found[one].price for one in skus] == [
            *(found[one].cost + found[one].cost.share(Percent.of("50")) for one in skus[:2]),
            other.retail,
        ]
    page = here.text("prices", rule=str(held.id))
    assert f'selected value="{about}"' in page
    changed = RULE | {"about": about, "value": "60", "rule": str(held.id)}
    assert here.post("prices/rules", **changed).status_code == 303
    (held,) = _rules(here.site)
    assert held.value == 600_000
    assert named in here.text("prices/changes")
    nowhere = RULE | {"about": f"product:{ids.uuid7()}"}
    assert here.post("prices/rules", **nowhere).status_code == 422
