"""Mark-up templates in the console: made, looked at, laid on goods, changed, deleted."""

import re

import pytest
from sqlalchemy import text

from kameng.domains.pricing import queries as pricing
from kameng.domains.pricing.markups.rules import Audience
from kameng.domains.pricing.markuptemplates import queries
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tests.support import desk, shop

TEMPLATE = {
    "form": "template",
    "name": "视频会员 <b>常用</b> 加价",
    "method0": "percent",
    "value0": "30",
    "rounding0": "jiao",
    "way0": "up",
    "method1": "amount",
    "value1": "0.5",
    "rounding1": "none",
    "way1": "half_up",
}


@pytest.fixture(scope="module")
def furnished(builder, app):
    builder.app = app
    made = shop.furnish(builder.alliance())
    return desk.at(made.alliance, made.alliance.hub), made


@pytest.fixture
def here(furnished):
    yield furnished[0]
    with use(furnished[0].site):
        for table in ("price_rule", "markup_template", "markup_preview", "markup_preview_row"):
            session.execute(text(f"DELETE FROM shared.{table}"))
        session.commit()


def _rules(here):
    with use(here.site):
        return pricing.rules_of(here.site)


def _only(here):
    with use(here.site):
        (one,) = queries.templates(here.site)
        return one


def _made(here, **more):
    answer = here.post("prices/templates/new", **(TEMPLATE | more))
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return _only(here)


def _look(here, template, **fields):
    answer = here.post(f"prices/templates/{template.id}/previews", which="all", **fields)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.headers["Location"].split(f"/s/{here.site.slug}/")[1]


def test_a_template_is_made_looked_at_and_laid_on_all_goods(here, furnished):
    assert "还没有加价模板" in here.text("prices/templates")
    template = _made(here)
    choosing = here.text(f"prices/templates/{template.id}/goods")
    assert "视频会员 &lt;b&gt;常用&lt;/b&gt; 加价" in choosing
    assert "预览全部商品" in choosing
    preview = _look(here, template)
    page = here.text(preview)
    assert "还没有改动任何价格" in page
    assert "10.40" in page
    assert "8.50" in page
    assert _rules(here) == []
    assert here.post(f"{preview}/commit").status_code == 303
    sku = furnished[1].sku.sku_id
    with use(here.site):
        assert pricing.quotes(here.site, [sku])[sku].price == Money.of("10.40")
    assert "个规格" in here.text("prices/templates")
    assert here.get(preview).status_code == 404
    assert here.post(f"{preview}/commit").status_code == 404


@pytest.mark.parametrize("value", ["-1", "abc", "NaN", "1e400", "=1+1", "1.1234567", "10001000"])
def test_a_number_that_is_none_is_marked_and_what_was_typed_stays(here, value):
    answer = here.post("prices/templates/new", **(TEMPLATE | {"value1": value}))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'value="{value}"' in page
    assert "is-invalid" in page
    with use(here.site):
        assert queries.templates(here.site) == []


def test_a_template_without_lines_or_with_a_taken_name_is_refused(here):
    empty = TEMPLATE | {"method0": "", "method1": ""}
    assert here.post("prices/templates/new", **empty).status_code == 422
    _made(here)
    answer = here.post("prices/templates/new", **TEMPLATE)
    assert answer.status_code == 409
    assert "已经有名为" in answer.get_data(as_text=True)
    assert len(_rules(here)) == 0


def test_only_ticked_goods_are_looked_at(here, furnished):
    template = _made(here)
    path = f"prices/templates/{template.id}/previews"
    none = here.post(path, which="ticked")
    assert none.status_code == 422
    assert "勾选" in none.get_data(as_text=True)
    one = here.post(path, which="ticked", product=str(furnished[1].sku.product_id))
    assert one.status_code == 303
    strange = here.post(path, which="ticked", product="x")
    assert strange.status_code == 422
    assert _rules(here) == []


def test_the_second_editor_is_told_and_may_check_again(here, furnished):
    template = _made(here)
    preview = _look(here, template)
    sku = furnished[1].sku.sku_id
    assert here.post("prices/skus", **{f"price.{sku}": "15"}).status_code == 303
    before = _rules(here)
    answer = here.post(f"{preview}/commit")
    assert answer.status_code == 409
    assert "重新预览" in answer.get_data(as_text=True)
    assert _rules(here) == before
    again = here.post(f"{preview}/renewal").headers["Location"].split(f"{here.site.slug}/")[1]
    assert "单独设价，保留" in here.text(again)
    assert here.post(f"{again}/commit").status_code == 303
    retail = [one for one in _rules(here) if one.place.audience is Audience.RETAIL]
    assert [one.template_id for one in retail if one.place.scope_id == sku] == [None]


def test_a_changed_template_shows_its_goods_before_it_moves_them(here):
    template = _made(here)
    here.post(f"{_look(here, template)}/commit")
    changed = TEMPLATE | {"value0": "50", "version": "1", "name": "新名字"}
    answer = here.post(f"prices/templates/{template.id}", **changed)
    preview = answer.headers["Location"].split(f"{here.site.slug}/")[1]
    assert "修改模板的预览" in here.text(preview)
    assert _only(here).name == TEMPLATE["name"]
    assert here.post(f"{preview}/commit").status_code == 303
    assert _only(here).name == "新名字"
    stale = here.post(f"prices/templates/{template.id}", **(changed | {"name": "晚到的"}))
    assert stale.status_code == 409
    assert _only(here).name == "新名字"


def test_a_preview_can_be_tried_at_all_sites_below_first(here):
    preview = _look(here, _made(here))
    assert "先试算全部下级站点" in here.text(preview)
    answer = here.post(f"{preview}/what-if")
    assert answer.status_code == 303
    tried = here.text(answer.headers["Location"].split(f"{here.site.slug}/")[1])
    assert "视频会员 &lt;b&gt;常用&lt;/b&gt; 加价" in tried
    assert _rules(here) == []


def test_deleting_asks_what_becomes_of_the_prices(here):
    template = _made(here)
    here.post(f"{_look(here, template)}/commit")
    removal = f"prices/templates/{template.id}/removal"
    answer = here.post(removal, prices="go", version="1")
    assert "previews" in answer.headers["Location"]
    page = here.text(answer.headers["Location"].split(f"{here.site.slug}/")[1])
    assert "删除模板和价格" in page
    held = _rules(here)
    assert held
    assert here.post(removal, prices="stay", version="7").status_code == 409
    assert here.post(removal, prices="stay", version="1").status_code == 303
    assert [one.template_id for one in _rules(here)] == [None] * len(held)
    assert "还没有加价模板" in here.text("prices/templates")


def test_whoever_may_only_see_prices_changes_none(here, furnished):
    template = _made(here)
    seeing = desk.at(furnished[1].alliance, here.site, role="finance")
    page = seeing.text(f"prices/templates/{template.id}")
    assert "保存模板" not in page
    assert re.search("加价模板", seeing.text("prices/templates"))
    for path in ("new", f"{template.id}", f"{template.id}/previews", f"{template.id}/removal"):
        assert seeing.post(f"prices/templates/{path}", **TEMPLATE).status_code == 403
    assert _only(here) == template
