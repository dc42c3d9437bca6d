"""Workbooks that lie about their size are refused before a reader lays them out."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import Workbook

from kameng.domains.catalog.imports import sheets
from kameng.kit.sheets.errors import SheetTooManyCells, SheetUnreadable

FAR = '<row r="9000"><c{} r="ZZ9000"><v>1</v></c></row></sheetData>'


def workbook(far: str, *, folder: str = "worksheets") -> bytes:
    """A small workbook with one cell more, its sheet kept in `folder`."""
    book = Workbook()
    book.active.append(["分类", "名称", "售价"])
    plain, made = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as given, zipfile.ZipFile(made, "w") as out:
        for name in given.namelist():
            text = given.read(name).decode().replace("</sheetData>", far)
            out.writestr(
                name.replace("worksheets", folder), text.replace("worksheets/", f"{folder}/")
            )
    return made.getvalue()


def test_a_small_workbook_is_read() -> None:
    assert len(sheets.read("a.xlsx", workbook("</sheetData>")).rows) == 1


@pytest.mark.parametrize("folder", ["worksheets", "elsewhere"])
def test_a_cell_in_the_far_corner_is_refused_wherever_its_sheet_is_kept(folder: str) -> None:
    with pytest.raises(SheetTooManyCells):
        sheets.read("a.xlsx", workbook(FAR.format(""), folder=folder))


@pytest.mark.parametrize("odd", [' s=">"', " s='>'", ' s = "a>b" '])
def test_a_cell_that_hides_its_place_behind_a_sign_is_refused(odd: str) -> None:
    with pytest.raises(SheetUnreadable):
        sheets.read("a.xlsx", workbook(FAR.format(odd)))
