"""What each site of a tree sees of the catalogue."""

from __future__ import annotations

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from kameng.domains.catalog import queries, service
from kameng.domains.catalog.errors import (
    CategoryNotFound,
    CategoryTooDeep,
    EditedMeanwhile,
    NameTaken,
    ProductNotFound,
    SkuNotFound,
)
from kameng.domains.catalog.goods import queries as goods
from kameng.domains.catalog.goods.queries import Owner
from kameng.domains.catalog.rules import ProductDraft, SaleState, SkuDraft, Sort, StockType
from kameng.kit import clock, ids
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import engines, session
from tests.support import catalog
from tests.support.worlds import Alliance

ACTOR = catalog.ACTOR


def hide(tenant, sku, **more) -> None:
    told = {"hidden": True, "actor": ACTOR, "now": clock.now(), **more}
    service.set_listing(tenant, sku.sku_id, **told)


def names(tenant, **asked) -> list[str]:
    return [card.name for card in queries.shelf(tenant, **asked).cards]


def test_a_site_sees_its_own_goods_and_those_above_but_not_those_below(alliance) -> None:
    for site, name in ((alliance.hub, "主站货"), (alliance.ada, "艾达货"), (alliance.bo, "波货")):
        with use(site):
            catalog.sku(site, name)
            session.commit()
    seen = {}
    for site in (alliance.hub, alliance.ada, alliance.bo):
        with use(site):
            seen[site.slug] = sorted(names(site))
    assert seen[alliance.hub.slug] == ["主站货"]
    assert seen[alliance.ada.slug] == sorted(["主站货", "艾达货"])
    assert seen[alliance.bo.slug] == sorted(["主站货", "艾达货", "波货"])


def test_another_alliance_sees_nothing(alliance, builder) -> None:
    with use(alliance.hub):
        made = catalog.sku(alliance.hub)
        session.commit()
    stranger = builder.alliance().hub
    with use(stranger):
        assert names(stranger) == []
        assert queries.sku_facts(stranger, [made.sku_id]) == {}
        assert queries.categories(stranger) == []
        with pytest.raises(ProductNotFound):
            queries.product(stranger, made.product_id)
        with pytest.raises(SkuNotFound):
            hide(stranger, made)


def test_what_a_site_hides_is_hidden_below_it_and_nowhere_else(alliance) -> None:
    with use(alliance.hub):
        made = catalog.sku(alliance.hub, "共同的货")
        session.commit()
    with use(alliance.ada):
        hide(alliance.ada, made)
        session.commit()
        assert names(alliance.ada) == []
        assert not queries.sku_facts(alliance.ada, [made.sku_id])[made.sku_id].is_sellable
    with use(alliance.bo):
        assert names(alliance.bo) == []
        with pytest.raises(ProductNotFound):
            queries.product(alliance.bo, made.product_id)
    with use(alliance.hub):
        assert names(alliance.hub) == ["共同的货"]


def test_a_site_may_pin_and_rename_a_sku_for_itself_alone(alliance) -> None:
    with use(alliance.hub):
        category = catalog.category(alliance.hub, "会员")
        catalog.sku(alliance.hub, "第一", category_id=category)
        second = catalog.sku(alliance.hub, "第二", category_id=category)
        session.commit()
    with use(alliance.ada):
        hide(alliance.ada, second, hidden=False, pinned=True, name="艾达推荐")
        session.commit()
        assert names(alliance.ada) == ["第二", "第一"]
        assert queries.sku_facts(alliance.ada, [second.sku_id])[second.sku_id].name == "艾达推荐"
    with use(alliance.hub):
        assert names(alliance.hub) == ["第一", "第二"]


def test_a_hidden_category_hides_everything_in_it_and_below(alliance) -> None:
    hub = alliance.hub
    with use(hub):
        top = catalog.category(hub, "隐藏类")
        middle = catalog.category(hub, "中", top)
        made = catalog.sku(hub, "深处的货", category_id=catalog.category(hub, "下", middle))
        assert names(hub, category=top) == ["深处的货"]
        service.edit_category(hub, top, name="隐藏类", hidden=True, actor=ACTOR)
        assert names(hub) == []
        assert queries.categories(hub) == []
        assert not queries.sku_facts(hub, [made.sku_id])[made.sku_id].is_sellable
        assert [each.depth for each in goods.category_choices(hub)] == [1, 2, 3]


def test_off_sale_products_and_skus_disappear_but_keep_their_facts(alliance) -> None:
    hub = alliance.hub
    with use(hub):
        month = catalog.sku(hub, "会员", sku_name="月卡")
        year = catalog.sku(hub, sku_name="年卡", product_id=month.product_id)
        off = {"actor": ACTOR, "now": clock.now()}
        service.set_sku_state(hub, month.sku_id, SaleState.OFF_SALE, **off)
        assert [sku.name for sku in queries.product(hub, month.product_id).skus] == ["年卡"]
        service.set_product_state(hub, month.product_id, SaleState.OFF_SALE, **off)
        assert names(hub) == []
        facts = queries.sku_facts(hub, [month.sku_id, year.sku_id])
        assert [facts[each.sku_id].is_sellable for each in (month, year)] == [False, False]


def test_categories_count_what_is_on_sale_below_them(alliance) -> None:
    hub = alliance.hub
    with use(hub):
        top = catalog.category(hub, "视频")
        low = catalog.category(hub, "爱奇艺", top)
        catalog.sku(hub, category_id=top)
        catalog.sku(hub, category_id=low)
        found = [(each.name, each.depth, each.products) for each in queries.categories(hub)]
        assert found == [("视频", 1, 2), ("爱奇艺", 2, 1)]
        with pytest.raises(CategoryTooDeep):
            catalog.category(hub, "四", catalog.category(hub, "三", low))
        with pytest.raises(CategoryNotFound):
            catalog.category(hub, "x", ids.uuid7())


def test_search_needs_every_word_and_takes_wildcards_literally(alliance) -> None:
    hub = alliance.hub
    with use(hub):
        video = catalog.category(hub, "视频会员")
        catalog.sku(hub, "爱奇艺黄金", sku_name="月卡", category_id=video)
        catalog.sku(hub, "腾讯 100%正版", category_id=video)
        assert names(hub, search="爱奇艺 月卡") == ["爱奇艺黄金"]
        assert names(hub, search="视频会员") == ["爱奇艺黄金", "腾讯 100%正版"]
        assert names(hub, search="100%") == ["腾讯 100%正版"]
        assert names(hub, search="%") == ["腾讯 100%正版"]
        assert names(hub, search="_") == []
        assert names(hub, search="'; DROP TABLE shared.sku; --") == []
        assert queries.shelf_count(hub, search="视频会员") == 2


def test_a_shelf_is_paged_and_sorted(alliance) -> None:
    hub = alliance.hub
    with use(hub):
        category = catalog.category(hub)
        for name, price in (("甲", "30"), ("乙", "10"), ("丙", "20")):
            catalog.sku(hub, name, retail=price, category_id=category)
        assert names(hub, sort=Sort.PRICE_UP) == ["乙", "丙", "甲"]
        assert names(hub, sort=Sort.PRICE_DOWN) == ["甲", "丙", "乙"]
        first = queries.shelf(hub, sort=Sort.PRICE_UP, size=2)
        second = queries.shelf(hub, sort=Sort.PRICE_UP, size=2, page=2)
        assert (len(first.cards), first.has_next, second.has_next) == (2, True, False)
        chosen = [second.cards[0].product_id, first.cards[0].product_id, ids.uuid7()]
        assert [card.name for card in queries.cards(hub, chosen)] == ["甲", "乙"]


def test_a_shelf_asks_the_database_twice_and_a_product_once(alliance) -> None:
    hub = alliance.hub
    with use(hub):
        made = [catalog.sku(hub) for _ in range(8)]
        session.commit()
    asked: list[str] = []
    engine = engines.named("app")
    listen = lambda *args: asked.append(args[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", listen)
    try:
        with use(hub):
            queries.shelf(hub)
            assert len(asked) == 2
            asked.clear()
            queries.product(hub, made[0].product_id)
            queries.sku_facts(hub, [each.sku_id for each in made])
            queries.stock(hub, [each.sku_id for each in made])
            assert len(asked) == 3
            asked.clear()
            goods.goods(hub)
            assert len(asked) == 3
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def test_the_console_never_tells_an_agent_what_the_master_pays(alliance) -> None:
    with use(alliance.hub):
        catalog.sku(alliance.hub, "主站货", floor="9")
        session.commit()
    with use(alliance.ada):
        catalog.sku(alliance.ada, "自营货")
        rows = {row.product_name: row for row in goods.goods(alliance.ada).items}
        assert (rows["主站货"].cost, rows["主站货"].floor) == (None, None)
        assert rows["自营货"].cost == Money.of("8")
        mine = goods.goods(alliance.ada, owner=Owner.MINE).items
        inherited = goods.goods(alliance.ada, owner=Owner.INHERITED).items
        assert [row.product_name for row in mine] == ["自营货"]
        assert [row.product_name for row in inherited] == ["主站货"]


def test_low_stock_lists_own_card_skus_the_emptiest_first(alliance) -> None:
    hub = alliance.hub
    with use(hub):
        catalog.sku(hub, "充足", secrets=12)
        catalog.sku(hub, "快没了", secrets=2)
        catalog.sku(hub, "没有了", secrets=0)
        catalog.sku(hub, "直充", stock_type=StockType.TOPUP)
        assert [row.product_name for row in goods.low_stock(hub)] == ["没有了", "快没了"]


def test_an_edit_names_the_version_it_was_made_on(alliance) -> None:
    hub = alliance.hub
    with use(hub):
        made = catalog.sku(hub, "会员")
        form = goods.product_for_edit(hub, made.product_id)
        draft = ProductDraft(category_id=form.category_id, name="新会员", description="<b>x</b>")
        told = {"actor": ACTOR, "now": clock.now()}
        assert service.edit_product(hub, made.product_id, draft, version=1, **told) == 2
        with pytest.raises(EditedMeanwhile):
            service.edit_product(hub, made.product_id, draft, version=1, **told)
        assert goods.product_for_edit(hub, made.product_id).name == "新会员"
        price = SkuDraft(cost=Money.of(7), retail=Money.of(9))
        assert (
            service.edit_sku(hub, made.sku_id, price, version=1, **told) == 3
        )  # the cost moves by itself
        with pytest.raises(EditedMeanwhile):
            service.edit_sku(hub, made.sku_id, price, version=1, **told)


def test_a_name_is_taken_once_and_the_rest_of_the_work_stands(alliance) -> None:
    hub = alliance.hub
    with use(hub):
        category = catalog.category(hub, "会员")
        made = catalog.sku(hub, "月卡", category_id=category)
        with pytest.raises(NameTaken):
            catalog.sku(hub, "月卡", category_id=category)
        with pytest.raises(NameTaken):
            catalog.category(hub, "会员")
        with pytest.raises(NameTaken):
            catalog.sku(hub, product_id=made.product_id)
        session.commit()
        assert names(hub) == ["月卡"]


@pytest.mark.parametrize("table", ["category", "product", "sku"])
def test_the_database_refuses_writes_to_a_parents_goods(alliance: Alliance, table: str) -> None:
    with use(alliance.hub):
        catalog.sku(alliance.hub)
        session.commit()
    with use(alliance.ada):
        for statement in (f"UPDATE shared.{table} SET name = 'x'", f"DELETE FROM shared.{table}"):
            assert session.execute(text(statement)).rowcount == 0
        with pytest.raises(DBAPIError, match="row-level security"):
            session.execute(
                text(
                    "INSERT INTO shared.listing (tenant_id, sku_id, hidden, pinned, updated_at)"
                    " VALUES (:hub, gen_random_uuid(), true, false, now())"
                ),
                {"hub": alliance.hub.id},
            )
