"""The history of prices in the console: found, read in full, taken back, refused by name."""

import re

import pytest

from kameng.domains.catalog import queries as catalog
from kameng.domains.pricing import queries as pricing
from kameng.domains.pricing.changes import queries as history
from kameng.domains.pricing.changes import service
from kameng.domains.pricing.changes.entries import CostEntry, Kind, RuleEntry
from kameng.domains.pricing.markups.rules import Audience, Method, Place, Rounding, Rule, Scope
from kameng.kit import clock, ids
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tests.support import accounts, desk, shop, tree
from tests.support import catalog as goods
from tests.support.ledger import TESTER
from tests.support.pricechanges import fixed

UNDO = re.compile(r'action="([^"]+/undo)"')


@pytest.fixture(scope="module")
def world(builder, app):
    """One furnished alliance for this file; every test works on goods of its own."""
    builder.app = app
    made = builder.alliance()
    for site in (made.hub, made.ada):
        shop.decorate(site)
    tree.bound(made)
    return made


@pytest.fixture(scope="module")
def hub(world):
    return desk.at(world, world.hub)


def _sku(hub, name):
    with use(hub.site):
        made = goods.sku(hub.site, name, cost="8", retail="10", secrets=0)
        session.commit()
    return made


def _commit(hub, *entries, kind=Kind.PRICES, title=""):
    with use(hub.site):
        made = service.commit(hub.site, kind, entries, title=title, actor=TESTER, now=clock.now())
        session.commit()
    return made


def _set(rule):
    return RuleEntry(rule.place, None, rule)


def _page(hub, change, number):
    address = hub.path(f"prices/changes/{change}?page={number}")
    return hub.client.get(address).get_data(as_text=True)


def _rule_of(hub, sku):
    with use(hub.site):
        return [one for one in pricing.rules_of(hub.site) if one.place.scope_id == sku.sku_id]


def test_a_typed_price_is_found_by_its_goods_and_told_in_words(hub):
    sku = _sku(hub, "星辰月卡")
    assert hub.post("prices/skus", **{f"price.{sku.sku_id}": "9.9"}).status_code == 303
    page = hub.text("prices/changes", q="星辰")
    assert "单品改价" in page
    assert "星辰月卡 · 零售顾客" in page
    assert "未单独定价 → 固定价 ¥9.90" in page
    assert "Test Staff" in page
    assert "清除筛选" in hub.text("prices/changes", q="没有这种商品")
    assert "星辰月卡" not in hub.text("prices/changes", kind="cost")


def test_the_history_of_one_sku_shows_the_rules_of_its_category_too(hub):
    sku, other = _sku(hub, "单看这个"), _sku(hub, "不看那个")
    assert f"changes?sku={sku.sku_id}" in hub.text("prices")
    place = Place(Scope.CATEGORY, sku.category_id, Audience.RETAIL)
    change = _commit(hub, _set(Rule(ids.uuid7(), place, Method.PERCENT, 100_000)))
    _commit(hub, _set(fixed(other.sku_id, 12)))
    page = hub.text("prices/changes", sku=str(sku.sku_id))
    assert "单看这个 的改价记录" in page
    assert str(change) in page
    assert "不看那个" not in page


def test_a_change_is_read_in_full_page_by_page(hub, world):
    sku = _sku(hub, "长列表")
    with use(hub.site):
        kim = accounts.member(hub.site, name="金小姐")
    week = Place(Scope.ALL, None, Audience.CHILD, buyer_id=world.ada.id, valid_from=clock.now())
    rules = [
        Rule(ids.uuid7(), week, Method.PERCENT, 50_000, Rounding.FEN, below_cost=True),
        Rule(
            ids.uuid7(),
            Place(Scope.CATEGORY, sku.category_id, Audience.RETAIL, member_id=kim.id),
            Method.MARGIN,
            100_000,
        ),
        Rule(
            ids.uuid7(),
            Place(Scope.PRODUCT, sku.product_id, Audience.CHILD),
            Method.FOLLOW,
            0,
            template_id=ids.uuid7(),
        ),
        *(fixed(ids.uuid7(), 12) for _ in range(60)),
    ]
    cost = CostEntry(sku.sku_id, Money.of("8"), Money.of("8.4"))
    change = _commit(hub, cost, *map(_set, rules), kind=Kind.MATRIX, title="十一月价格表.xlsx")
    page = hub.text(f"prices/changes/{change}")
    assert "十一月价格表.xlsx" in page
    assert "共 64 条" in page
    assert "¥8.40" in page
    assert f"代理：{world.ada.name}" in page
    assert "允许低于成本" in page
    assert "会员：金小姐" in page
    assert "（来自加价模板）" in page
    assert "已删除的商品" in page
    assert "已删除的商品" in _page(hub, change, 2)
    assert "没有这一页" in _page(hub, change, 9)


def test_a_change_is_undone_by_its_button_and_both_lead_to_each_other(hub):
    sku = _sku(hub, "可撤销")
    rule = fixed(sku.sku_id, 12)
    cost = CostEntry(sku.sku_id, Money.of("8"), Money.of("8.1"))
    change = _commit(hub, _set(rule), cost)
    page = hub.text(f"prices/changes/{change}")
    assert "2 个价格将恢复到本次改价前" in page
    assert UNDO.search(page)
    answer = hub.post(f"prices/changes/{change}/undo")
    assert answer.status_code == 303
    page = hub.text(f"prices/changes/{change}")
    assert "已撤销，2 个价格恢复到改价前。" in page
    assert not UNDO.search(page)
    assert _rule_of(hub, sku) == []
    with use(hub.site):
        assert catalog.sku_facts(hub.site, [sku.sku_id])[sku.sku_id].cost == Money.of("8")
        undone = history.facts(hub.site, change).undone_by
    back = hub.text(f"prices/changes/{undone}")
    assert "撤销改价" in back
    assert str(change) in back


def test_who_undoes_what_is_undone_or_overtaken_is_told_and_nothing_moves(hub):
    sku = _sku(hub, "又改过")
    first = fixed(sku.sku_id, 12)
    change = _commit(hub, _set(first))
    second = fixed(sku.sku_id, 13)
    later = _commit(hub, RuleEntry(first.place, first, second))
    page = hub.text(f"prices/changes/{change}")
    assert not UNDO.search(page)
    assert str(later) in page
    answer = hub.post(f"prices/changes/{change}/undo")
    assert answer.status_code == 409
    assert "请先撤销之后的改价" in answer.get_data(as_text=True)
    assert _rule_of(hub, sku) == [second]
    assert hub.post(f"prices/changes/{later}/undo").status_code == 303
    again = hub.post(f"prices/changes/{later}/undo")
    assert again.status_code == 409
    assert "已经撤销过" in again.get_data(as_text=True)
    assert _rule_of(hub, sku) == [first]


def test_a_change_of_another_site_is_not_there(hub, world):
    change = _commit(hub, _set(fixed(_sku(hub, "主站的").sku_id, 12)))
    ada = desk.at(world, world.ada)
    assert "主站的" not in ada.text("prices/changes")
    assert ada.get(f"prices/changes/{change}").status_code == 404
    assert ada.post(f"prices/changes/{change}/undo").status_code == 404
    with use(hub.site):
        assert history.facts(hub.site, change).undone_by is None


def test_who_may_only_look_finds_no_button_and_is_refused(hub, world):
    change = _commit(hub, _set(fixed(_sku(hub, "只能看").sku_id, 12)))
    clerk = desk.at(world, world.hub, role="finance")
    assert not UNDO.search(clerk.text(f"prices/changes/{change}"))
    assert clerk.post(f"prices/changes/{change}/undo").status_code == 403
