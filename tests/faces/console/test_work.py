"""A day at the console through its real forms: goods, secrets, prices, packages, money."""

import io

import pytest

from kameng.domains.catalog import queries as catalog_queries
from kameng.domains.catalog.stock import queries as stock
from kameng.domains.pricing import queries as pricing
from kameng.domains.terms.rules import Allows
from kameng.domains.wallet import queries as wallet
from kameng.kit.money import Money
from tenants import registry
from tenants.context import shared, use
from tests.support import accounts, desk, shop, terms

CSV = (
    "分类,名称,售价,成本价,类型\n视频会员,芒果月卡,19.90,15.00,卡密\n视频会员,坏行,abc,15.00,卡密\n"
)
CATEGORY = {"parent_id": "", "icon": "", "position": "5"}


@pytest.fixture
def hub(alliance, app):
    made = shop.furnish(alliance)
    return desk.at(alliance, alliance.hub), made


def test_a_category_a_product_and_a_choice_are_made_by_hand(hub):
    here, _ = hub
    assert here.post("goods/categories", **CATEGORY, name="音乐会员").status_code == 303
    page = here.text("goods/categories")
    edit = page.split("音乐会员</a>")[0].rsplit('href="', 1)[1].split('"')[0].split("/", 3)[3]
    assert "音乐会员" in here.text(edit)
    assert here.post(edit, **CATEGORY, name="音乐会员").status_code == 303
    page = here.text("goods/products/new")
    category = page.split("音乐会员</option>")[0].rsplit('value="', 1)[1].split('"')[0]
    answer = here.post(
        "goods/products/new",
        form="product",
        name="音乐月卡",
        category_id=category,
        stock_type="card",
        state="on_sale",
        min_quantity="1",
        max_quantity="9",
        position="1",
    )
    assert answer.status_code == 303, answer.get_data(as_text=True)
    made = here.client.post(
        answer.location,
        data={
            "form": "sku",
            "cost": "5",
            "retail": "8.8",
            "state": "on_sale",
            "position": "1",
            "csrf_token": desk.token(here.client),
        },
    )
    assert made.status_code == 303
    assert "音乐月卡" in here.text("goods", q="音乐月卡")


def test_a_form_that_is_refused_keeps_what_was_typed(hub):
    here, made = hub
    path = f"goods/products/{made.sku.product_id}/skus/{made.sku.sku_id}"
    answer = here.post(path, form="sku", name="保留我", cost="八块", retail="10", state="on_sale")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="保留我"' in page
    assert 'value="八块"' in page
    assert "金额格式不对" in page


def test_two_people_cannot_save_over_each_other(hub):
    here, made = hub
    path = f"goods/products/{made.sku.product_id}/skus/{made.sku.sku_id}"
    version = here.text(path).split('name="version"')[1].split('value="')[1].split('"')[0]
    fields = {"form": "sku", "retail": "12", "cost": "8", "state": "on_sale", "position": "1"}
    assert here.post(path, **fields, version=version).status_code == 303
    again = here.post(path, **fields, version=version)
    assert again.status_code == 409
    assert "新版本" in again.get_data(as_text=True)


def test_secrets_are_added_and_duplicates_named_by_line(hub):
    here, made = hub
    answer = here.post(f"secrets/{made.sku.sku_id}", form="add", lines="NEW-1\nNEW-2\nNEW-1\n")
    assert answer.status_code == 303
    page = here.text(f"secrets/{made.sku.sku_id}")
    assert "已入库 2 条" in page
    assert "行号：3" in page
    with use(here.site):
        assert stock.counts(here.site, made.sku.sku_id).free == 12


def test_a_secret_is_shown_once_asked_for_and_that_is_on_record(hub):
    here, made = hub
    with use(here.site):
        card = stock.secrets(here.site, made.sku.sku_id).items[0]
    page = here.post(f"secrets/cards/{card.id}/reveal").get_data(as_text=True)
    assert "secret-text" in page
    assert "查看卡密" in here.text("audit")


def test_voided_secrets_leave_the_stock_and_come_back(hub):
    here, made = hub
    with use(here.site):
        card = stock.secrets(here.site, made.sku.sku_id).items[0]
    here.post(f"secrets/{made.sku.sku_id}/void", card=str(card.id), reason="坏卡")
    with use(here.site):
        assert stock.counts(here.site, made.sku.sku_id).void == 1
    here.post(f"secrets/{made.sku.sku_id}/restore", card=str(card.id))
    with use(here.site):
        assert stock.counts(here.site, made.sku.sku_id).void == 0


def test_an_import_is_checked_committed_and_taken_back(hub):
    here, _ = hub
    sheet = (io.BytesIO(CSV.encode()), "goods.csv")
    answer = here.post("goods/import", form="upload", file=sheet)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    place = answer.location.split(f"/s/{here.site.slug}/")[1]
    page = here.text(place)
    assert "芒果月卡" in page
    assert "不是数字" in page
    assert here.post(f"{place}/commit").status_code == 303
    assert "芒果月卡" in here.text("goods", q="芒果月卡")
    assert here.post(f"{place}/undo").status_code == 303
    assert "没有符合条件" in here.text("goods", q="芒果月卡")


def test_a_file_of_another_kind_is_refused_by_name(hub):
    here, _ = hub
    answer = here.post("goods/import", form="upload", file=(io.BytesIO(b"%PDF"), "goods.pdf"))
    assert answer.status_code == 422
    assert ".xlsx" in answer.get_data(as_text=True)


def test_operator_sets_agent_price_and_agent_sees_cost_floor_and_profit(hub):
    here, made = hub
    rule = {"form": "rule", "audience": "child", "method": "percent", "value": "5"}
    assert here.post("prices/rules", **rule, about="", rounding="none").status_code == 303
    ada = desk.at(made.alliance, made.alliance.ada, role="agent")
    page = ada.text("prices")
    assert 'data-cost="8400000"' in page
    assert "您的成本" in page
    sku = made.sku.sku_id
    answer = ada.post("prices/skus", **{f"price.{sku}": "10%", f"was.{sku}": ""})
    assert answer.status_code == 303
    with use(made.alliance.ada):
        quote = pricing.quotes(made.alliance.ada, [sku])[sku]
    assert quote.price == Money.of("9.24")


def test_a_price_below_the_floor_is_refused_and_stays_in_the_field(hub):
    here, made = hub
    sku = made.sku.sku_id
    answer = here.post("prices/skus", **{f"price.{sku}": "7.77", f"was.{sku}": ""})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "低于下限价" in page
    assert 'value="7.77"' in page
    with use(here.site):
        assert pricing.quotes(here.site, [sku])[sku].price == Money.of("10")


def test_ids_nobody_wrote_into_a_form_are_refused_and_no_breakdown(hub):
    here, made = hub
    odd = (
        ("prices/skus", {"price.x": "9.90"}),
        ("prices/rules/removal", {"scope": "everything"}),
        ("prices/rules/removal", {"scope": "sku", "about": "x"}),
        ("prices/rules/removal", {"scope": "all", "audience": "child", "level": "x"}),
        (f"secrets/{made.sku.sku_id}/void", {"card": "x"}),
    )
    for page, fields in odd:
        assert here.post(page, **fields).status_code == 422, page
    assert here.get("prices", audience="child", level="x").status_code == 422


def test_levels_and_packages_are_made_and_edited(hub):
    here, _ = hub
    assert here.post("packages/levels", form="level", name="金牌", rank="2").status_code == 303
    page = here.text("packages/new")
    level = page.split("金牌</option>")[0].rsplit('value="', 1)[1].split('"')[0]
    fields = {"form": "package", "name": "专业版", "level_id": level, "on_sale": "y"}
    assert here.post("packages/new", **fields, child_sites="y").status_code == 303
    page = here.text("packages")
    assert "专业版" in page
    assert "金牌" in page
    again = here.post("packages/levels", form="level", name="金牌", rank="2")
    assert again.status_code == 409


def test_an_agents_deposit_pays_for_the_balances_she_credits(hub):
    here, made = hub
    ada = made.alliance.ada
    kim = accounts.member(ada)
    desk_ada = desk.at(made.alliance, ada, role="agent")
    credit = {"form": "credit", "amount": "30", "note": "转账", "once": "a"}
    short = desk_ada.post(f"members/{kim.id}/credits", **credit)
    assert short.status_code == 422
    assert "余额不足" in short.get_data(as_text=True)
    deposit = {"form": "deposit", "amount": "100", "once": "d"}
    for _again in range(2):
        assert here.post(f"sites/{ada.id}/deposits", **deposit).status_code == 303
    assert desk_ada.post(f"members/{kim.id}/credits", **credit).status_code == 303
    with use(ada):
        assert wallet.deposit_of(ada) == Money.of("70")
        assert wallet.balance(ada, kim.id) == Money.of("30")
    here.post("ledger/proof")
    assert "账目平衡" in here.text("ledger")


def test_a_member_is_frozen_and_let_in_again(hub):
    here, made = hub
    kim = accounts.member(made.alliance.hub)
    assert here.post(f"members/{kim.id}/freeze", form="freeze", reason="盗刷").status_code == 303
    assert "已冻结" in here.text(f"members/{kim.id}")
    assert here.post(f"members/{kim.id}/unfreeze").status_code == 303
    assert "正常" in here.text(f"members/{kim.id}")


def test_a_site_is_suspended_and_resumed_by_its_operator_only(hub):
    here, made = hub
    ada = made.alliance.ada
    assert here.post(f"sites/{ada.id}/state", state="suspended").status_code == 303
    assert "已暂停" in here.text("sites")
    assert here.post(f"sites/{ada.id}/state", state="live").status_code == 303
    agent = desk.at(made.alliance, ada, role="agent")
    assert agent.post(f"sites/{made.alliance.bo.id}/state", state="suspended").status_code == 403


def test_who_stands_between_cannot_undo_a_suspension_from_above(hub):
    here, made = hub
    bo = made.alliance.bo
    terms.bind(made.alliance.ada, terms.package(made.alliance.hub, allows=Allows(child_sites=True)))
    ada = desk.at(made.alliance, made.alliance.ada, role="agent")
    for stop, start in ((ada, ada), (ada, here)):
        assert stop.post(f"sites/{bo.id}/state", state="suspended").status_code == 303
        assert start.post(f"sites/{bo.id}/state", state="live").status_code == 303
    assert here.post(f"sites/{bo.id}/state", state="suspended").status_code == 303
    assert ada.post(f"sites/{bo.id}/state", state="live").status_code == 403
    with shared():
        assert registry.by_id(bo.id).state == registry.SUSPENDED
    assert here.post(f"sites/{bo.id}/state", state="live").status_code == 303
    assert ada.post(f"sites/{bo.id}/state", state="suspended").status_code == 303


def test_what_was_shut_from_below_can_be_held_shut_from_above(hub):
    here, made = hub
    bo = made.alliance.bo
    terms.bind(made.alliance.ada, terms.package(made.alliance.hub, allows=Allows(child_sites=True)))
    ada = desk.at(made.alliance, made.alliance.ada, role="agent")
    assert ada.post(f"sites/{bo.id}/state", state="suspended").status_code == 303
    assert "从这里停用" in here.text(f"sites/{bo.id}")
    for _ in range(2):
        assert here.post(f"sites/{bo.id}/state", state="suspended").status_code == 303
    assert "从这里停用" not in here.text(f"sites/{bo.id}")
    assert ada.post(f"sites/{bo.id}/state", state="live").status_code == 403
    with shared():
        assert registry.by_id(bo.id).state == registry.SUSPENDED
    assert here.post(f"sites/{bo.id}/state", state="live").status_code == 303


def test_the_agents_settings_change_what_shoppers_see(hub):
    _, made = hub
    ada = desk.at(made.alliance, made.alliance.ada, role="agent")
    fields = {"form": "site", "name": "阿达卡铺", "primary": "#d92d20", "notice": "今日八折"}
    assert ada.post("settings", **fields, contact="QQ 12345").status_code == 303
    page = made.visitor().get("/").get_data(as_text=True)
    assert "阿达卡铺" in page
    assert "今日八折" in page


def test_refused_settings_change_nothing_not_even_the_name(hub):
    _, made = hub
    ada = desk.at(made.alliance, made.alliance.ada, role="agent")
    fields = {"form": "site", "name": "阿达卡铺", "primary": "#d92d20", "notice": "今日\a八折"}
    assert ada.post("settings", **fields).status_code == 422
    with shared():
        kept = registry.by_id(made.alliance.ada.id)
    assert kept.name == made.alliance.ada.name
    assert "阿达卡铺" not in made.visitor().get("/").get_data(as_text=True)


def test_an_agent_hides_and_renames_goods_on_her_site_only(hub):
    here, made = hub
    ada = desk.at(made.alliance, made.alliance.ada, role="agent")
    sku = made.sku.sku_id
    answer = ada.post(f"goods/skus/{sku}/listing", name="阿达特供", hidden="yes")
    assert answer.status_code == 303
    assert "阿达特供" in ada.text("goods")
    with use(made.alliance.ada):
        assert not catalog_queries.sku_facts(made.alliance.ada, [sku])[sku].is_sellable
    with use(here.site):
        assert catalog_queries.sku_facts(here.site, [sku])[sku].is_sellable


def test_goods_of_another_alliance_do_not_exist(hub, builder):
    here, _ = hub
    other = shop.furnish(builder.alliance())
    sku = other.sku
    assert here.get(f"goods/products/{sku.product_id}").status_code == 404
    assert here.get(f"secrets/{sku.sku_id}").status_code == 404
    assert here.post(f"goods/skus/{sku.sku_id}/state", state="off_sale").status_code == 404
    assert here.get(f"sites/{other.alliance.ada.id}").status_code == 404
    assert here.get(f"orders/{other.alliance.ada.id}/AAAA-BBBB-CCCC-DDDD").status_code == 404
    with use(other.alliance.hub):
        assert catalog_queries.sku_facts(other.alliance.hub, [sku.sku_id])[sku.sku_id].is_sellable
