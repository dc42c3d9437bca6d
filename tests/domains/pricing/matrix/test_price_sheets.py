"""Price spreadsheets on a real database: out, back in, looked at, committed, undone, refused."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import text

from kameng.domains.catalog import service as catalog
from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.catalog.imports.errors import ColumnTwice, HeaderNotFound, SheetEmpty
from kameng.domains.pricing import queries as pricing
from kameng.domains.pricing import service as rules
from kameng.domains.pricing.changes import service as changes
from kameng.domains.pricing.changes.errors import ChangeOvertaken
from kameng.domains.pricing.errors import StalePrices
from kameng.domains.pricing.markups.rules import Audience, Method, Place, Rounding, Rule, Scope
from kameng.domains.pricing.matrix import errors, export, queries, service
from kameng.domains.pricing.matrix.checking import Flag, Result
from kameng.domains.terms import service as terms
from kameng.kit import clock, ids
from kameng.kit.errors import Refusal
from kameng.kit.money import Money
from kameng.kit.sheets import errors as sheets
from kameng.kit.sheets import writing
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support.catalog import sku
from tests.support.ledger import TESTER
from tests.support.worlds import Alliance, Builder

GOLD = "代理等级「金牌」"
Rows = list[list[str]]


@pytest.fixture(scope="module")
def world(builder: Builder) -> Alliance:
    made = builder.alliance()
    with use(made.hub) as hub:
        terms.add_level(hub, "金牌", 1, actor=TESTER, now=clock.now())
        session.commit()
    return made


@pytest.fixture(scope="module")
def goods(world: Alliance) -> list[SkuFacts]:
    """Three SKUs of Hub's: cost 8.00, suggested 10.00; the first named like a formula."""
    with use(world.hub) as hub:
        names = ("=cmd|'/c calc'!A1", "视频会员", "音乐会员")
        made = [sku(hub, name, cost="8.00", retail="10.00", secrets=0) for name in names]
        session.commit()
    return made


@pytest.fixture
def hub(world: Alliance, goods: list[SkuFacts]) -> Iterator[Tenant]:
    """Hub, bound; what earlier tests decided about prices is gone."""
    with use(world.hub) as hub:
        for table in ("price_rule", "price_sheet_row"):
            session.execute(text(f"DELETE FROM shared.{table}"))
        session.commit()
        yield hub
        session.rollback()


def out(tenant: Tenant) -> Rows:
    """The exported CSV, read as a spreadsheet would."""
    raw = b"".join(writing.as_csv(export.table(tenant, now=clock.now())))
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def put(rows: Rows, sku: SkuFacts, heading: str, typed: str) -> Rows:
    """The same sheet with one cell typed over."""
    at = rows[0].index(heading)
    return [
        [typed if (n == at and row[0] == str(sku.sku_id)) else cell for n, cell in enumerate(row)]
        for row in rows
    ]


def raw(rows: Rows) -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode()


def look(tenant: Tenant, rows: Rows) -> UUID:
    made = service.preview(tenant, "价格.csv", raw(rows), actor=TESTER, now=clock.now())
    session.commit()
    return made


def commit(tenant: Tenant, sheet_id: UUID) -> UUID:
    made = service.commit(tenant, sheet_id, actor=TESTER, now=clock.now())
    session.commit()
    return made


def problem(tenant: Tenant, rows: Rows) -> tuple[str, str, str]:
    """The one problem of the one row with an error: column, code, text."""
    found = queries.rows(tenant, look(tenant, rows), result=Result.ERROR)
    ((one,),) = [row.problems for row in found.items]
    return one.column, one.code, one.text


def set_rule(tenant: Tenant, place: Place, method: Method, asked: str) -> Rule:
    made = rules.set_rule(
        tenant, place, method, asked, Rounding.NONE, actor=TESTER, now=clock.now()
    )
    session.commit()
    return made


def on(one: SkuFacts, audience: Audience = Audience.RETAIL) -> Place:
    return Place(Scope.SKU, one.sku_id, audience)


def test_the_matrix_goes_out_with_every_price_and_what_makes_it(
    hub: Tenant, goods: list[SkuFacts]
) -> None:
    set_rule(hub, Place(Scope.ALL, None, Audience.CHILD), Method.AMOUNT, "1")
    set_rule(hub, on(goods[1]), Method.PERCENT, "20")
    head, *rows = out(hub)
    assert head[:7] == ["规格编号", "分类", "商品", "规格", "成本价", "下限价", "上限价"]
    told = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    row = told[str(goods[1].sku_id)]
    assert (row["成本价"], row["零售现价"], row["零售自定价"]) == ("8", "9.6", "成本+20%")
    assert (row["代理默认现价"], row["代理默认自定价"], row[f"{GOLD}现价"]) == ("9", "", "9")
    assert told[str(goods[0].sku_id)]["商品"] == "'=cmd|'/c calc'!A1"


def test_the_workbook_holds_the_same_and_no_cell_of_it_runs(
    hub: Tenant, goods: list[SkuFacts]
) -> None:
    stream = io.BytesIO()
    writing.workbook(stream, export.table(hub, now=clock.now()), export.NOTES)
    book = load_workbook(stream)
    cells = [cell for row in book["价格表"].iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert book["价格表"]["C2"].value == "=cmd|'/c calc'!A1"
    back = service.preview(hub, "p.xlsx", stream.getvalue(), actor=TESTER, now=clock.now())
    facts = queries.facts(hub, back)
    assert (facts.rows_same, facts.rows_change, facts.rows_error) == (3, 0, 0)


def test_what_was_typed_is_looked_at_then_committed_and_can_be_undone(
    hub: Tenant, goods: list[SkuFacts]
) -> None:
    set_rule(hub, on(goods[2]), Method.FIXED, "9.50")
    sheet = put(out(hub), goods[1], "零售自定价", "成本+25% 尾数.9")
    sheet = put(sheet, goods[1], "零售批发价", "5=20%")
    sheet = put(sheet, goods[1], f"{GOLD}自定价", "8.5")
    sheet = put(sheet, goods[2], "零售自定价", "")
    looked = look(hub, sheet)
    facts = queries.facts(hub, looked)
    assert (facts.rows_change, facts.rows_same, facts.prices, facts.marked) == (2, 1, 3, True)
    first, second = queries.rows(hub, looked).items
    assert [(str(one.now), str(one.then)) for _, one in first.changes] == [
        ("10.00", "9.90"),
        ("10.00", "8.50"),
    ]
    assert [(str(one.now), str(one.then)) for _, one in second.changes] == [("9.50", "10.00")]
    assert len(pricing.rules_of(hub)) == 1
    change = commit(hub, looked)
    held = {rule.place: rule for rule in pricing.rules_of(hub)}
    assert on(goods[2]) not in held
    assert held[on(goods[1])].rounding is Rounding.X9
    price = pricing.price_list(hub, [goods[1].sku_id]).quote(goods[1].sku_id, 5).price
    assert str(price) == "9.90"
    assert queries.facts(hub, looked).change_id == change
    changes.undo(hub, change, actor=TESTER, now=clock.now())
    (left,) = pricing.rules_of(hub)
    assert (left.place, left.value) == (on(goods[2]), 9_500_000)


def test_a_cell_nobody_touched_changes_nothing_whatever_happened_meanwhile(
    hub: Tenant, goods: list[SkuFacts]
) -> None:
    sheet = out(hub)
    set_rule(hub, on(goods[1]), Method.FIXED, "9.00")
    looked = look(hub, put(sheet, goods[2], "零售自定价", "12"))
    assert queries.facts(hub, looked).rows_change == 1
    commit(hub, looked)
    assert {rule.value for rule in pricing.rules_of(hub)} == {9_000_000, 12_000_000}


def test_a_price_that_moved_since_the_export_is_not_overwritten(
    hub: Tenant, goods: list[SkuFacts]
) -> None:
    sheet = put(out(hub), goods[1], "零售自定价", "12")
    set_rule(hub, on(goods[1]), Method.FIXED, "9.00")
    assert problem(hub, sheet) == ("零售自定价", "changed_since_export", "12")
    unmarked = [row[:-1] for row in sheet]
    looked = look(hub, unmarked)
    facts = queries.facts(hub, looked)
    assert (facts.rows_change, facts.marked) == (1, False)


def test_rows_sorted_apart_from_their_ids_are_noticed(hub: Tenant, goods: list[SkuFacts]) -> None:
    set_rule(hub, on(goods[0]), Method.FIXED, "9.00")
    head, *rows = out(hub)
    at = head.index("商品")
    turned = [[*one[:at], *other[at:]] for one, other in zip(rows, rows[::-1], strict=True)]
    found = queries.rows(hub, look(hub, [head, *turned])).items
    assert {problem.code for row in found for problem in row.problems} == {"changed_since_export"}
    assert not [row for row in found if row.changes]


def _rule_moves(hub: Tenant, goods: list[SkuFacts]) -> None:
    set_rule(hub, on(goods[1]), Method.FIXED, "9.00")


def _cost_moves(hub: Tenant, goods: list[SkuFacts]) -> None:
    sku_id = goods[1].sku_id
    moved = {sku_id: (Money.of("8"), Money.of("8.20"))}
    catalog.set_costs(hub, moved, now=clock.now())


@pytest.mark.parametrize(
    ("moves", "refusal"), [(_rule_moves, StalePrices), (_cost_moves, errors.PriceSheetStale)]
)
def test_what_moved_between_check_and_commit_stops_the_commit(
    hub: Tenant,
    goods: list[SkuFacts],
    moves: Callable[[Tenant, list[SkuFacts]], None],
    refusal: type[Refusal],
) -> None:
    looked = look(hub, put(out(hub), goods[1], "零售自定价", "12"))
    moves(hub, goods)
    before = pricing.rules_of(hub)
    with pytest.raises(refusal):
        service.commit(hub, looked, actor=TESTER, now=clock.now())
    assert pricing.rules_of(hub) == before


def test_a_sheet_is_decided_once(hub: Tenant, goods: list[SkuFacts]) -> None:
    nothing = look(hub, out(hub))
    with pytest.raises(errors.PriceSheetEmpty):
        commit(hub, nothing)
    service.discard(hub, nothing, actor=TESTER, now=clock.now())
    with pytest.raises(errors.PriceSheetOver):
        commit(hub, nothing)
    with pytest.raises(errors.NoSuchPriceSheet):
        commit(hub, ids.uuid7())


def test_a_check_nobody_decided_about_is_forgotten_after_a_week(
    hub: Tenant, goods: list[SkuFacts]
) -> None:
    old = look(hub, put(out(hub), goods[1], "零售自定价", "12"))
    later = clock.now() + service.FORGOTTEN + timedelta(minutes=1)
    fresh = service.preview(hub, "b.csv", raw(out(hub)), actor=TESTER, now=later)
    assert [queries.facts(hub, one).state for one in (old, fresh)] == ["discarded", "checked"]
    assert queries.rows(hub, old).items == []


def test_an_undo_leaves_alone_what_was_decided_later(hub: Tenant, goods: list[SkuFacts]) -> None:
    change = commit(hub, look(hub, put(out(hub), goods[1], "零售自定价", "12")))
    set_rule(hub, on(goods[1]), Method.FIXED, "13")
    with pytest.raises(ChangeOvertaken):
        changes.undo(hub, change, actor=TESTER, now=clock.now())


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("7.99", "price_below_floor"),
        ("0", "price_below_floor"),
        ("-9", "bad_markup"),
        ("NaN", "bad_markup"),
        ("1e400", "bad_markup"),
        ("9.1234567", "bad_markup"),
        ("123456789", "bad_markup"),
        ("=1+8", "looks_like_formula"),
        ("＝1+8", "looks_like_formula"),
        ("@SUM(A1)", "looks_like_formula"),
        ("9.9 随便", "unknown_price_word"),
        ("9" * 700, "too_long"),
    ],
)
def test_a_bad_price_is_told_by_column_and_text_and_moves_nothing(
    hub: Tenant, goods: list[SkuFacts], typed: str, code: str
) -> None:
    column, found, told = problem(hub, put(out(hub), goods[1], "零售自定价", typed))
    assert (column, found) == ("零售自定价", code)
    assert told[:20] == typed[:20] or told in typed
    assert pricing.rules_of(hub) == []


def test_full_width_digits_are_digits_and_odd_prices_are_pointed_out(
    hub: Tenant, goods: list[SkuFacts]
) -> None:
    sheet = put(out(hub), goods[0], "零售自定价", "９９．９")
    sheet = put(sheet, goods[1], "代理默认自定价", "7 可亏本")
    first, second = queries.rows(hub, look(hub, sheet)).items
    ((_, dear),), ((_, given),) = first.changes, second.changes
    assert (str(dear.then), dear.flags) == ("99.90", (Flag.BIG_MOVE,))
    assert (str(given.then), given.flags) == ("7.00", (Flag.AT_LOSS,))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "missing"),
        ("第一行", "unknown_sku"),
        ("00000000-0000-7000-8000-000000000000", "unknown_sku"),
        ("twice", "duplicate_row"),
    ],
)
def test_a_row_must_name_one_sku_of_this_site_once(
    hub: Tenant, goods: list[SkuFacts], typed: str, code: str
) -> None:
    sheet = out(hub)
    named = str(goods[0].sku_id) if typed == "twice" else typed
    last = next(row for row in sheet if row[0] == str(goods[2].sku_id))
    turned = [row for row in sheet if row is not last] + [[named, *last[1:]]]
    assert problem(hub, turned)[:2] == ("规格编号", code)


def test_goods_of_a_site_beside_or_below_are_unknown(
    hub: Tenant, world: Alliance, goods: list[SkuFacts]
) -> None:
    with use(world.ada) as ada:
        own = sku(ada, "Ada 自营", secrets=0)
        session.commit()
    with use(world.hub) as hub:
        sheet = out(hub)
        strange = [sheet[0], [str(own.sku_id), *sheet[1][1:]]]
        assert problem(hub, strange)[:2] == ("规格编号", "unknown_sku")


def test_an_agent_prices_for_shoppers_and_sees_neither_levels_nor_others_sheets(
    hub: Tenant, world: Alliance, goods: list[SkuFacts]
) -> None:
    sheet = out(hub)
    looked = look(hub, put(sheet, goods[1], "零售自定价", "12"))
    with use(world.ada) as ada:
        mine = out(ada)
        assert not [head for head in mine[0] if "代理" in head]
        with pytest.raises(errors.UnknownLevel):
            look(ada, sheet)
        with pytest.raises(errors.NoSuchPriceSheet):
            queries.facts(ada, looked)
        assert queries.rows(ada, looked).items == []
        session.rollback()


@pytest.mark.parametrize(
    ("name", "change", "refusal"),
    [
        ("a.pdf", lambda rows: raw(rows), sheets.SheetKindUnknown),
        ("a.xlsx", lambda rows: raw(rows), sheets.SheetUnreadable),
        ("a.csv", lambda rows: b"x" * (21 << 20), sheets.SheetTooLarge),
        ("a.csv", lambda rows: raw(rows[:1]), SheetEmpty),
        ("a.csv", lambda rows: raw([["商品", "零售自定价"], ["甲", "9"]]), HeaderNotFound),
        ("a.csv", lambda rows: raw([row[:-2] for row in rows]), HeaderNotFound),
        ("a.csv", lambda rows: raw([[*row, row[-2]] for row in rows]), ColumnTwice),
        (
            "a.csv",
            lambda rows: raw([[*rows[0], "代理等级「钻石」自定价"], *rows[1:]]),
            errors.UnknownLevel,
        ),
        ("a.csv", lambda rows: raw([rows[0], *[["x"]] * 20_010]), sheets.TooManyRows),
    ],
)
def test_a_file_that_is_no_price_list_of_this_site_is_refused_as_a_whole(
    hub: Tenant, name: str, change: Callable[[Rows], bytes], refusal: type[Refusal]
) -> None:
    made = change(out(hub))
    with pytest.raises(refusal):
        service.preview(hub, name, made, actor=TESTER, now=clock.now())


def _workbook(rows: Rows, **cells: Any) -> bytes:
    book, stream = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    for place, told in cells.items():
        book.active[place] = told
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("told", "code"),
    [("=1+8", "formula"), (True, "wrong_type"), (clock.now().date(), "wrong_type")],
)
def test_a_workbook_may_hold_numbers_but_no_formulas_or_dates(
    hub: Tenant, goods: list[SkuFacts], told: object, code: str
) -> None:
    made = _workbook(out(hub), I3=told, I2=9.5)
    looked = service.preview(hub, "p.xlsx", made, actor=TESTER, now=clock.now())
    (good,) = queries.rows(hub, looked, result=Result.CHANGE).items
    assert str(good.changes[0][1].then) == "9.50"
    (bad,) = queries.rows(hub, looked, result=Result.ERROR).items
    assert [one.code.startswith(code) for one in bad.problems] == [True]
