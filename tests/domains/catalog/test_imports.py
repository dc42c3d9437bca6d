"""Spreadsheets on a real database: preview, commit, undo, and everything that is refused."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import text

from kameng.domains.catalog import queries, service
from kameng.domains.catalog.errors import SkuNotFound
from kameng.domains.catalog.goods import queries as goods
from kameng.domains.catalog.imports import errors, template
from kameng.domains.catalog.imports import queries as import_queries
from kameng.domains.catalog.imports import service as imports
from kameng.domains.catalog.imports.plan import Result
from kameng.domains.catalog.rules import SkuDraft
from kameng.domains.catalog.stock import service as stock
from kameng.kit import clock, ids
from kameng.kit.money import Money
from kameng.kit.sheets import errors as sheets
from tenants.context import use
from tenants.database import session
from tests.support import catalog
from tests.support.worlds import Alliance

ACTOR = catalog.ACTOR
HEADER = ["分类", "名称", "规格", "售价", "成本价", "市场价", "描述", "最少", "最多"]
ROWS = [
    ["视频会员", "爱奇艺黄金会员", "月卡", "19.80", "16.50", "30", "官方直发", "", ""],
    ["视频会员", "爱奇艺黄金会员", "年卡", "168", "142", "248", "", "", ""],
    ["音乐", "QQ音乐豪华绿钻", "", "12", "9.9", "18", "<b>好</b><script>x()</script>", "1", "5"],
]


def sheet(*rows: list[Any], header: list[str] | None = None) -> bytes:
    """A CSV as spreadsheets write it."""
    lines = [header or HEADER, *rows]
    return "\r\n".join(",".join(str(cell) for cell in line) for line in lines).encode("utf-8-sig")


def workbook(*rows: list[Any], merged: str = "") -> bytes:
    book = Workbook()
    page = book.active
    for row in rows:
        page.append(row)
    if merged:
        page.merge_cells(merged)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def preview(tenant, raw: bytes, name: str = "catalogue.csv"):
    return imports.preview(tenant, name, raw, actor=ACTOR, now=clock.now())


def commit(tenant, import_id):
    return imports.commit(tenant, import_id, actor=ACTOR, now=clock.now())


def undo(tenant, import_id):
    return imports.undo(tenant, import_id, actor=ACTOR, now=clock.now())


def imported(tenant, *rows: list[Any]):
    import_id = preview(tenant, sheet(*(rows or ROWS)))
    commit(tenant, import_id)
    session.commit()
    return import_id


def everything(tenant) -> list[Any]:
    """All that the catalogue says, for 'nothing moved' and 'back as it was'."""
    rows = session.execute(
        text(
            """SELECT c.name AS category, p.name, p.summary, p.description, p.usage_note,
                p.stock_type, p.min_quantity, p.max_quantity, k.name AS sku, k.cost, k.retail,
                k.market_price, k.floor, k.ceiling, k.state
            FROM shared.category c LEFT JOIN shared.product p ON p.category_id = c.id
            LEFT JOIN shared.sku k ON k.product_id = p.id
            WHERE c.tenant_id = :me ORDER BY 1, 2, 9"""
        ),
        {"me": tenant.id},
    )
    return [tuple(row) for row in rows]


def problems(tenant, import_id) -> list[tuple[int, str, str]]:
    page = import_queries.rows(tenant, import_id, size=500)
    return [(row.line, each.field, each.code) for row in page.items for each in row.problems]


@pytest.fixture
def hub(alliance: Alliance):
    with use(alliance.hub):
        yield alliance.hub


def test_a_preview_tells_every_row_and_touches_nothing(hub) -> None:
    import_id = preview(hub, sheet(*ROWS))
    facts = import_queries.facts(hub, import_id)
    assert (facts.rows_new, facts.rows_error, facts.state) == (3, 0, "previewed")
    assert everything(hub) == []


def test_a_commit_writes_categories_products_and_skus(hub) -> None:
    done = commit(hub, preview(hub, sheet(*ROWS)))
    assert (done.written, done.skipped) == (3, [])
    session.commit()
    names = [(each.name, each.products) for each in queries.categories(hub)]
    assert names == [("视频会员", 1), ("音乐", 1)]
    cards = {card.name: card for card in queries.shelf(hub).cards}
    assert {name: len(card.sku_ids) for name, card in cards.items()} == {
        "爱奇艺黄金会员": 2,
        "QQ音乐豪华绿钻": 1,
    }
    music = queries.product(hub, cards["QQ音乐豪华绿钻"].product_id)
    assert "script" not in music.description
    assert "<b>好</b>" in music.description
    assert (music.max_quantity, music.skus[0].cost) == (5, Money.of("9.9"))


def test_the_same_sheet_again_changes_nothing(hub) -> None:
    imported(hub)
    import_id = preview(hub, sheet(*ROWS))
    assert import_queries.facts(hub, import_id).rows_same == 3
    before = everything(hub)
    with pytest.raises(errors.NothingToCommit):
        commit(hub, import_id)
    assert everything(hub) == before


def test_a_changed_price_changes_one_sku_and_blank_cells_leave_things_alone(hub) -> None:
    imported(hub)
    before = everything(hub)
    import_id = imported(
        hub, ["视频会员", "爱奇艺黄金会员", "月卡", "18.8", "16.50", "", "", "", ""]
    )
    after = everything(hub)
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert len(changed) == 1
    assert changed[0][1][10] == 18_800_000
    assert changed[0][1][3] == "<p>官方直发</p>"
    assert undo(hub, import_id).reversed == 1
    assert everything(hub) == before


def test_undo_of_a_fresh_import_leaves_an_empty_catalogue(hub) -> None:
    import_id = imported(hub)
    done = undo(hub, import_id)
    session.commit()
    assert (done.reversed, done.refused) == (3, [])
    assert everything(hub) == []
    assert import_queries.facts(hub, import_id).state == "undone"
    with pytest.raises(errors.ImportNotCommitted):
        undo(hub, import_id)


def sku_of(tenant, name: str, spec: str = ""):
    rows = goods.goods(tenant, search=name).items
    return next(row for row in rows if row.product_name == name and row.sku_name == spec)


def test_undo_refuses_sold_edited_and_stocked_rows_and_reverses_the_rest(hub) -> None:
    rows = [
        ["甲类", "卖出的", "", "10", "8", "", "", "", ""],
        ["甲类", "改过的", "", "10", "8", "", "", "", ""],
        ["甲类", "有货的", "", "10", "8", "", "", "", ""],
        ["乙类", "没动的", "", "10", "8", "", "", "", ""],
        ["甲类", "两规格", "一", "10", "8", "", "", "", ""],
        ["甲类", "两规格", "二", "10", "8", "", "", "", ""],
    ]
    import_id = imported(hub, *rows)
    now = clock.now()
    sold, stocked = sku_of(hub, "卖出的"), sku_of(hub, "有货的")
    for sku in (sold, stocked):
        stock.add_secrets(hub, sku.sku_id, catalog.card_lines(2), actor=ACTOR, now=now)
    stock.take(hub, sold.sku_id, 1, order_id=ids.uuid7(), line_id=ids.uuid7(), now=now)
    for edited in (sku_of(hub, "改过的"), sku_of(hub, "两规格", "一")):
        draft = SkuDraft(name=edited.sku_name, cost=Money.of("8"), retail=Money.of("11"))
        service.edit_sku(hub, edited.sku_id, draft, version=1, actor=ACTOR, now=now)
    session.commit()
    done = undo(hub, import_id)
    session.commit()
    assert done.refused == [(2, "sold"), (3, "edited"), (4, "stocked"), (6, "edited")]
    assert done.reversed == 2
    left = {(row[1], row[8]) for row in everything(hub)}
    assert left == {("卖出的", ""), ("改过的", ""), ("有货的", ""), ("两规格", "一")}
    assert [each.name for each in queries.categories(hub)] == ["甲类"]
    facts = import_queries.facts(hub, import_id)
    assert facts.state == "committed"
    refused = import_queries.rows(hub, import_id, outcome="refused").items
    assert [row.reason for row in refused] == ["sold", "edited", "stocked", "edited"]


def test_an_undo_may_be_tried_again_and_twice_is_once(hub) -> None:
    import_id = imported(hub, *ROWS)
    sku = sku_of(hub, "QQ音乐豪华绿钻")
    stock.add_secrets(hub, sku.sku_id, ["only-1"], actor=ACTOR, now=clock.now())
    session.commit()
    assert undo(hub, import_id).reversed == 2
    again = undo(hub, import_id)
    assert (again.reversed, again.refused) == (0, [(4, "stocked")])


def test_a_changed_row_is_refused_once_it_sold_after_the_commit(hub) -> None:
    imported(hub)
    sku = sku_of(hub, "QQ音乐豪华绿钻")
    stock.add_secrets(hub, sku.sku_id, ["m-1", "m-2"], actor=ACTOR, now=clock.now())
    take = {"order_id": ids.uuid7(), "line_id": ids.uuid7()}
    stock.take(hub, sku.sku_id, 1, **take, now=clock.now())
    second = imported(hub, ["音乐", "QQ音乐豪华绿钻", "", "13", "9.9", "", "", "", ""])
    third = imported(hub, ["音乐", "QQ音乐豪华绿钻", "", "14", "9.9", "", "", "", ""])
    assert undo(hub, second).refused == [(2, "edited")]
    stock.take(hub, sku.sku_id, 1, order_id=ids.uuid7(), line_id=ids.uuid7(), now=clock.now())
    assert undo(hub, third).refused == [(2, "sold")]
    assert sku_of(hub, "QQ音乐豪华绿钻").retail == Money.of("14")


def test_rows_whose_goods_moved_since_the_preview_are_skipped(hub) -> None:
    imported(hub)
    import_id = preview(
        hub,
        sheet(
            ["音乐", "QQ音乐豪华绿钻", "", "15", "9.9", "", "", "", ""],
            ["视频会员", "爱奇艺黄金会员", "月卡", "20", "16.50", "", "", "", ""],
        ),
    )
    sku = sku_of(hub, "QQ音乐豪华绿钻")
    draft = SkuDraft(cost=Money.of("9.9"), retail=Money.of("16"))
    service.edit_sku(hub, sku.sku_id, draft, version=1, actor=ACTOR, now=clock.now())
    session.commit()
    done = commit(hub, import_id)
    assert (done.written, done.skipped) == (1, [(2, "changed_since_preview")])
    assert sku_of(hub, "QQ音乐豪华绿钻").retail == Money.of("16")


def test_a_preview_is_committed_once(hub) -> None:
    import_id = imported(hub)
    with pytest.raises(errors.ImportNotPreviewed):
        commit(hub, import_id)


def test_another_sites_import_does_not_exist(alliance: Alliance) -> None:
    with use(alliance.hub):
        import_id = preview(alliance.hub, sheet(*ROWS))
        session.commit()
    with use(alliance.ada):
        for verb in (commit, undo):
            with pytest.raises(errors.ImportNotFound):
                verb(alliance.ada, import_id)
        with pytest.raises(errors.ImportNotFound):
            import_queries.facts(alliance.ada, import_id)
        assert import_queries.rows(alliance.ada, import_id).total == 0


def test_an_agents_own_goods_may_join_the_masters_category(alliance: Alliance) -> None:
    with use(alliance.hub):
        import_id = imported(alliance.hub)
    with use(alliance.ada):
        imported(alliance.ada, ["视频会员", "Ada 自营", "", "5", "4", "", "", "", ""])
        names = [(each.name, each.products) for each in queries.categories(alliance.ada)]
        assert names == [("视频会员", 2), ("音乐", 1)]
    with use(alliance.hub):
        assert undo(alliance.hub, import_id).reversed == 3
        session.commit()
        assert [each.name for each in queries.categories(alliance.hub)] == ["视频会员"]
    with use(alliance.ada):
        assert [card.name for card in queries.shelf(alliance.ada).cards] == ["Ada 自营"]


BAD = {
    "售价": [
        ("-1", "not_positive"),
        ("0", "not_positive"),
        ("nan", "not_a_number"),
        ("1e400", "too_large"),
        ("1e1000000", "too_large"),
        ("1e-9999999", "too_many_decimals"),
        ("1.00000000000000000000000000000001", "too_many_decimals"),
        ("Infinity", "not_a_number"),
        ("9.1234567", "too_many_decimals"),
        ("1_000", "not_a_number"),
        ("十元", "not_a_number"),
        ("", "missing"),
        ("1000000", "too_large"),
    ],
    "名称": [
        ("=cmd|'/c calc'!A1", "looks_like_formula"),
        ("@SUM(A1)", "looks_like_formula"),
        ("＝1+1", "looks_like_formula"),
        ("x" * 121, "too_long"),
        ("", "missing"),
        ("V P N 年付", "goods_forbidden"),
    ],
    "最少": [("1.5", "not_whole"), ("0", "out_of_range"), ("9", "least_above_most")],
    "最多": [("1001", "out_of_range"), ("1e1000000", "out_of_range"), ("很多", "not_a_number")],
    "分类": [("a/b/c/d", "category_too_deep"), ("", "missing")],
}


def test_every_bad_cell_is_named_and_its_row_stays_out(hub) -> None:
    rows, expected = [], []
    for column, cases in BAD.items():
        for value, code in cases:
            row = ["好分类", f"好名称{len(rows)}", "", "10", "8", "", "", "", "5"]
            row[HEADER.index(column)] = value
            rows.append(row)
            expected.append(code)
    good = ["好分类", "全角价格", "", "￥９．９０", "8元", '"1,299.00"', "", "", ""]
    import_id = preview(hub, sheet(*rows, good))
    facts = import_queries.facts(hub, import_id)
    assert (facts.rows_error, facts.rows_new) == (len(rows), 1)
    found = {line: code for line, _, code in problems(hub, import_id)}
    assert [found[line] for line in range(2, len(rows) + 2)] == expected
    assert commit(hub, import_id).written == 1
    only = goods.goods(hub).items
    assert [(row.product_name, row.retail, row.market_price) for row in only] == [
        ("全角价格", Money.of("9.9"), Money.of("1299"))
    ]


def test_duplicate_rows_and_contradictions_name_the_first_line(hub) -> None:
    import_id = preview(
        hub,
        sheet(
            ["甲", "商品", "一", "10", "8", "", "说明一", "", ""],
            ["甲", "商品", "一", "11", "8", "", "", "", ""],
            ["甲", "商品", "二", "11", "8", "", "说明二", "", ""],
            ["甲", "商品", "三", "11", "8", "", "说明一", "", ""],
        ),
    )
    page = import_queries.rows(hub, import_id, result=Result.ERROR)
    assert [(row.line, row.problems[0].code, row.problems[0].facts) for row in page.items] == [
        (3, "duplicate_row", {"line": 2}),
        (4, "product_differs", {"line": 2}),
    ]


def test_odd_prices_are_warned_about_and_still_imported(hub) -> None:
    import_id = preview(hub, sheet(["甲", "倒挂", "", "10", "12", "9", "", "", ""]))
    facts = import_queries.facts(hub, import_id)
    assert (facts.rows_new, facts.warnings) == (1, 2)
    codes = {code for _, _, code in problems(hub, import_id)}
    assert codes == {"cost_above_price", "market_below_price"}


PRICED = ["分类", "名称", "规格", "售价", "成本价", "下限价", "上限价"]


def _limited(tenant, *cells: Any):
    return preview(tenant, sheet(["点卡", "骏网一卡通", "", *cells], header=PRICED))


def test_floor_and_ceiling_come_with_the_sheet_and_go_with_its_undo(hub) -> None:
    commit(hub, _limited(hub, "19", "15", "16", "２２．５元"))
    session.commit()
    before = everything(hub)
    assert [str(one) for one in before[0][-3:-1]] == ["16000000", "22500000"]
    assert import_queries.facts(hub, _limited(hub, "19", "15", "", "")).rows_same == 1
    changed = _limited(hub, "19", "15", "17", "21")
    commit(hub, changed)
    session.commit()
    assert [str(one) for one in everything(hub)[0][-3:-1]] == ["17000000", "21000000"]
    undo(hub, changed)
    assert everything(hub) == before


def test_a_ceiling_nothing_could_be_sold_under_keeps_its_row_out(hub) -> None:
    refused = {
        ("19", "15", "", "14.99"): "ceiling",
        ("19", "15", "17", "16"): "ceiling",
        ("19", "15", "", "0"): "ceiling",
        ("19", "15", "", "=1+1"): "ceiling",
        ("19", "15", "", "1.1234567"): "ceiling",
        ("19", "15", "NaN", "20"): "floor",
        ("19", "15", "1e400", "20"): "floor",
    }
    for cells, field in refused.items():
        import_id = _limited(hub, *cells)
        assert {one[1] for one in problems(hub, import_id)} == {field}, cells
        with pytest.raises(errors.NothingToCommit):
            commit(hub, import_id)
    assert everything(hub) == []


def test_a_cost_or_floor_above_the_ceiling_that_stands_is_refused_too(hub) -> None:
    commit(hub, _limited(hub, "19", "15", "16", "20"))
    session.commit()
    before = everything(hub)
    for cells, field in ((("19", "20.01", "", ""), "cost"), (("19", "15", "21", ""), "floor")):
        found = {one[1:] for one in problems(hub, _limited(hub, *cells))}
        assert (field, "ceiling_below_floor") in found
    assert everything(hub) == before


def test_a_ceiling_below_the_suggested_price_is_warned_about(hub) -> None:
    import_id = _limited(hub, "19", "15", "", "18")
    assert problems(hub, import_id) == [(2, "ceiling", "ceiling_below_price")]
    assert commit(hub, import_id).written == 1


def test_types_not_open_yet_are_stored_shown_and_not_sold(hub) -> None:
    raw = sheet(["话费", "全国话费直充", "", "99.8", "99", "直充"], header=[*HEADER[:5], "类型"])
    import_id = preview(hub, raw)
    assert problems(hub, import_id) == [(2, "stock_type", "type_not_open")]
    commit(hub, import_id)
    card = queries.shelf(hub).cards[0]
    assert not card.is_open
    assert not queries.sku_facts(hub, card.sku_ids)[card.sku_ids[0]].is_sellable


@pytest.mark.parametrize(
    ("name", "raw", "refusal"),
    [
        ("a.pdf", b"%PDF", sheets.SheetKindUnknown),
        ("a.csv", b"PK\x03\x04", sheets.SheetUnreadable),
        ("a.csv", b"a\x00b", sheets.SheetUnreadable),
        ("a.xlsx", b"not a zip", sheets.SheetUnreadable),
        ("a.xlsx", b"", sheets.SheetUnreadable),
        ("a.csv", b"x" * (21 << 20), sheets.SheetTooLarge),
        ("a.csv", "分类,名称\n甲,乙\n".encode(), errors.HeaderNotFound),
        ("a.csv", sheet(header=["分类", "名称", "售价", "成本价", "价格"]), errors.ColumnTwice),
        ("a.csv", sheet(), errors.SheetEmpty),
        ("a.csv", sheet(*[["甲", "乙", n, 2, 1] for n in range(20_011)]), sheets.TooManyRows),
    ],
)
def test_what_is_no_catalogue_is_refused_by_name_and_nothing_is_kept(
    hub, name, raw, refusal
) -> None:
    with pytest.raises(refusal):
        preview(hub, raw, name)
    assert import_queries.history(hub).total == 0


def test_gbk_semicolons_and_english_headings_are_read(hub) -> None:
    raw = "Category;Product;Price;Cost;Unknown\n视频;月卡;10;8;?\n".encode("gbk")
    import_id = preview(hub, raw)
    facts = import_queries.facts(hub, import_id)
    assert (facts.rows_new, facts.ignored) == (1, ("Unknown",))


def test_a_workbook_with_title_formulas_merges_and_wrong_types(hub) -> None:
    raw = workbook(
        ["十一月价目表"],
        ["分类*", "名称*", "售价（元）", "成本价", "使用说明"],
        ["视频", "月卡", 9.9, 8, "=HYPERLINK"],
        [None, "季卡", 0.1 + 0.2, "=1+1", ""],
        [None, "年卡", True, 8, ""],
        ["合并", "横向", 10, 8, ""],
        ["音乐", 360, 10, 8.5, ""],
        merged="A3:A5",
    )
    import_id = preview(hub, raw, "价目表.XLSX")
    page = import_queries.rows(hub, import_id).items
    assert [(row.line, row.result) for row in page] == [
        (3, "error"),
        (4, "error"),
        (5, "error"),
        (6, "new"),
        (7, "new"),
    ]
    assert [code for _, _, code in problems(hub, import_id)] == [
        "formula_without_value",
        "formula_without_value",
        "not_a_number",
    ]
    assert page[1].values["category"] == "视频"
    assert page[4].values["name"] == "360"


def test_cells_merged_across_are_named(hub) -> None:
    raw = workbook(HEADER[:5], ["甲", "乙", "丙", 10, 8], ["甲", "丁", "戊", 10, 8], merged="C2:D2")
    import_id = preview(hub, raw, "a.xlsx")
    assert problems(hub, import_id) == [(2, "retail", "merged_across")]


def test_the_template_reads_as_a_catalogue(hub) -> None:
    import_id = preview(hub, template.workbook(), "template.xlsx")
    facts = import_queries.facts(hub, import_id)
    assert (facts.rows_new, facts.rows_error, facts.warnings, facts.ignored) == (2, 0, 0, ())


def test_a_large_catalogue_comes_and_goes_in_a_few_statements(hub) -> None:
    rows = [
        ["大类", f"商品{n // 2}", f"规格{n % 2}", "10", "8", "", "说明", "", ""]
        for n in range(2000)
    ]
    import_id = preview(hub, sheet(*rows))
    commit(hub, import_id)
    assert undo(hub, import_id).reversed == 2000
    session.commit()
    assert everything(hub) == []


def test_a_discarded_preview_is_gone(hub) -> None:
    import_id = preview(hub, sheet(*ROWS))
    imports.discard(hub, import_id, actor=ACTOR)
    with pytest.raises(errors.ImportNotFound):
        import_queries.facts(hub, import_id)


def test_a_sub_site_cannot_edit_what_it_inherits(alliance: Alliance) -> None:
    with use(alliance.hub):
        sku = catalog.sku(alliance.hub)
        session.commit()
    draft = SkuDraft(cost=Money.of("1"), retail=Money.of("2"))
    with use(alliance.ada), pytest.raises(SkuNotFound):
        service.edit_sku(alliance.ada, sku.sku_id, draft, version=1, actor=ACTOR, now=clock.now())
