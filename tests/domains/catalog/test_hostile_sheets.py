"""Workbooks that lie about their size are refused before a reader lays them out."""

from __future__ import annotations

import io
import re
import zipfile
from contextlib import nullcontext

import pytest
from openpyxl import Workbook

from kameng.domains.catalog.imports import sheets
from kameng.kit.sheets import reading
from kameng.kit.sheets.errors import (
    SheetTooLarge,
    SheetTooManyCells,
    SheetUnreadable,
    TooManyRows,
)
from kameng.kit.sheets.measuring import Measure

FAR = '<row r="9000"><c{} r="ZZ9000"><v>1</v></c></row></sheetData>'


def workbook(
    far: str, *, folder: str = "worksheets", columns: int = 3, head: str = "", copies: int = 0
) -> bytes:
    """A small workbook with one cell more, its sheet kept in `folder`."""
    book = Workbook()
    book.active.append(["分类", "名称", "售价"][:columns])
    plain, made = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as given, zipfile.ZipFile(made, "w") as out:
        for name in given.namelist():
            part = given.read(name).decode().replace("</sheetData>", far)
            part = part.replace("<worksheet", f"{head}<worksheet", 1)
            part = part.replace("</sheets>", f"{_named_again(part, copies)}</sheets>")
            out.writestr(
                name.replace("worksheets", folder), part.replace("worksheets/", f"{folder}/")
            )
    return made.getvalue()


def _named_again(part: str, copies: int) -> str:
    """More sheets that are all the first one."""
    kept = re.search(r"<sheet .*?/>", part)
    first = kept[0] if kept else ""
    return "".join(first.replace('"Sheet"', f'"S{n}"') for n in range(copies))


def test_a_small_workbook_is_read() -> None:
    assert len(sheets.read("a.xlsx", workbook("</sheetData>")).rows) == 1


@pytest.mark.parametrize("folder", ["worksheets", "elsewhere"])
def test_a_cell_in_the_far_corner_is_refused_wherever_its_sheet_is_kept(folder: str) -> None:
    with pytest.raises(SheetTooManyCells):
        sheets.read("a.xlsx", workbook(FAR.format(""), folder=folder))


@pytest.mark.parametrize("odd", [' s=">"', " s='>'", ' s = "a&gt;b" ', ' x-r="A1"', " n=' r=1 '"])
def test_a_cell_that_hides_its_place_behind_a_sign_is_refused(odd: str) -> None:
    with pytest.raises(SheetTooManyCells):
        sheets.read("a.xlsx", workbook(FAR.format(odd)))


def test_cells_without_an_address_are_counted_all_the_same() -> None:
    wide, tall = "<row>" + "<c><v>1</v></c>" * 2_000 + "</row>", "<row></row>" * 5_000
    with pytest.raises(SheetTooManyCells):
        sheets.read("a.xlsx", workbook(f"{wide}{tall}<row><c><v>1</v></c></row></sheetData>"))


def test_an_address_after_a_comment_or_none_at_all_is_where_the_reader_puts_it() -> None:
    odd = '<row r="4"><!-- <row r="9"/> --><c r="B4"><v>7</v></c><c><v>8</v></c></row></sheetData>'
    rows = sheets.read("a.xlsx", workbook(odd)).rows
    assert [(line, cells) for line, cells in rows if line > 1] == [(4, ["", 7.0, 8.0])]


def test_a_sheet_longer_than_any_spreadsheet_is_refused() -> None:
    with pytest.raises(SheetUnreadable):
        sheets.read("a.xlsx", workbook('<row r="1048577"/></sheetData>', columns=1))


def test_a_long_text_shared_by_many_cells_counts_as_often_as_it_stands() -> None:
    cell = b'<row><c t="s"><v>0</v></c><c><v>0</v></c></row>'
    texts = b"<sst><si><r><t>%s</t></r></si></sst>" % (b"x" * 30_000)
    for times, refused in ((5_000, False), (6_000, True)):
        measure = Measure()
        measure.part(b"<x:worksheet xmlns:x='y'>" + cell * times + b"</x:worksheet>")
        measure.part(texts)
        with pytest.raises(SheetTooLarge) if refused else nullcontext():
            measure.check()


def test_a_long_formula_shared_by_many_cells_is_not_written_out_for_each() -> None:
    long, shared = "+".join(["A1"] * 20_000), '<c r="B{0}"><f t="shared" si="0">{1}</f><v>1</v></c>'
    rows = "".join(
        f'<row r="{n}">{shared.format(n, long if n == 2 else "")}</row>' for n in range(2, 400)
    )
    with pytest.raises(SheetTooLarge):
        sheets.read("a.xlsx", workbook(f"{rows}</sheetData>"))


def test_merged_areas_laid_over_each_other_without_end_are_refused() -> None:
    cells = '<row r="2000"><c r="ZZ2000"><v>1</v></c></row></sheetData>'
    merged = "<mergeCells>" + '<mergeCell ref="A1:ZZ2000"/>' * 1_000 + "</mergeCells>"
    with pytest.raises(SheetUnreadable):
        sheets.read("a.xlsx", workbook(cells + merged))


def test_one_sheet_under_many_names_is_not_read_for_each() -> None:
    rows = "".join(f'<row r="{n}"><c r="CV{n}"><v>1</v></c></row>' for n in range(2, 2_000))
    raw = workbook(f"{rows}</sheetData>", columns=1, copies=60)
    with pytest.raises(SheetTooManyCells):
        reading.read("a.xlsx", raw, most_rows=10_000, fits=lambda grid: False)
    with pytest.raises(SheetTooLarge):
        sheets.read("a.xlsx", workbook(f"{rows}</sheetData>", columns=1, copies=20_000))


def test_entities_are_nothing_a_sheet_declares() -> None:
    with pytest.raises(SheetUnreadable):
        sheets.read("a.xlsx", workbook("</sheetData>", head='<!DOCTYPE a [<!ENTITY b "c">]>'))


def test_of_a_text_with_too_many_short_lines_no_more_than_the_limit_is_kept() -> None:
    with pytest.raises(TooManyRows) as refused:
        reading.read("a.csv", b"1\n" * 50_000, most_rows=10, fits=lambda grid: True)
    assert refused.value.facts == {"rows": 50_000, "limit": 10}


def test_a_text_of_one_endless_line_is_refused() -> None:
    with pytest.raises(SheetTooManyCells):
        reading.read("a.csv", b"," * 4_000_001, most_rows=10, fits=lambda grid: True)
