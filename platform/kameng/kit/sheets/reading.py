"""Reads an uploaded sheet into a grid: XLSX through calamine, CSV in UTF-8 or GBK.

Nothing in the file is trusted: what it unpacks to is measured while unpacking, and calamine
only ever sees the copy we packed ourselves. Formulas are never computed; their stored values
count, and a formula without one is marked.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kameng.kit.errors import Refusal
from kameng.kit.sheets.errors import (
    SheetKindUnknown,
    SheetTooLarge,
    SheetTooManyCells,
    SheetUnreadable,
    TooManyRows,
)
from kameng.kit.sheets.grids import Cell, Grid, Mark, Spot
from kameng.kit.sheets.measuring import MOST_CELLS, Measure
from kameng.kit.uploads import text_of

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

LARGEST_FILE = 20 * 1024 * 1024
UNPACKED_LIMIT = 150 * 1024 * 1024
MOST_READ = 3 * UNPACKED_LIMIT
MOST_MEMBERS = 500
CHUNK = 1024 * 1024

_SPECIAL = re.compile(rb"<(?:\w+:)?f[\s/>]|\bt\s*=\s*[\"']e[\"']")


@dataclass(frozen=True, slots=True)
class _Unpacked:
    """Our own copy of a workbook, whether cells need a second look, and its largest part's size."""

    copy: bytes
    has_special: bool
    largest: int


Fits = Callable[[Grid], bool]
"""Whether a sheet of a workbook is the one that is meant."""


def read(filename: str, raw: bytes, *, most_rows: int, fits: Fits) -> Grid:
    """The sheet's grid without blank rows; refuses what is too big or not a sheet.

    Of a workbook's visible sheets the first that `fits`, else the first with anything in it.
    """
    if len(raw) > LARGEST_FILE:
        raise SheetTooLarge(size=len(raw), limit=LARGEST_FILE)
    kind = filename.rsplit(".", 1)[-1].casefold()
    if kind not in ("xlsx", "csv"):
        raise SheetKindUnknown(filename=filename[-80:])
    grid = _workbook(raw, fits) if kind == "xlsx" else _text_sheet(raw, most_rows)
    if len(grid.rows) > most_rows:
        raise TooManyRows(rows=len(grid.rows), limit=most_rows)
    return grid


def _text_sheet(raw: bytes, most_rows: int) -> Grid:
    """Rows beyond the limit are not kept: twenty megabytes of short lines would be two gigabytes
    of lists."""
    text = text_of(raw)
    if text is None or "\x00" in text:
        raise SheetUnreadable()
    sample = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t", key=sample.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[tuple[int, list[Cell]]] = []
    before = cells = 0
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                rows.append((before + 1, list(record)))
            cells += len(record)
            if cells > MOST_CELLS:
                raise SheetTooManyCells(cells=cells, limit=MOST_CELLS)
            if len(rows) > most_rows:
                raise TooManyRows(rows=max(len(rows), text.count("\n")), limit=most_rows)
            before = reader.line_num
    except csv.Error as error:
        raise SheetUnreadable(line=reader.line_num) from error
    return Grid(rows)


def _workbook(raw: bytes, fits: Fits) -> Grid:
    from python_calamine import CalamineWorkbook

    with _hostile():
        unpacked = _unpack(raw)
        book = CalamineWorkbook.from_object(io.BytesIO(unpacked.copy))
        return _first_fitting(_sheets(unpacked, book), fits)


@contextmanager
def _hostile() -> Iterator[None]:
    """Around foreign parsers: on a hostile file they raise anything, calamine's panic included.

    The panic is no Exception, so only the interpreter's own signals pass.
    """
    try:
        yield
    except (Refusal, KeyboardInterrupt, SystemExit, MemoryError, GeneratorExit):
        raise
    except BaseException as error:
        raise SheetUnreadable() from error


def _sheets(unpacked: _Unpacked, book: CalamineWorkbook) -> Iterator[Grid]:
    """The visible sheets one after another. Many may name the same part, each would be read anew:
    what all of them are together is bounded like a single one."""
    names, cells = _visible(book), 0
    if len(names) * unpacked.largest > MOST_READ:
        raise SheetTooLarge(size=len(names) * unpacked.largest, limit=MOST_READ)
    for name in names:
        grid = _sheet(unpacked, book, name)
        yield grid
        cells += sum(len(row) for _, row in grid.rows)
        if cells > MOST_CELLS:
            raise SheetTooManyCells(cells=cells, limit=MOST_CELLS)


def _visible(book: CalamineWorkbook) -> list[str]:
    from python_calamine import SheetVisibleEnum

    shown = SheetVisibleEnum.Visible
    return [sheet.name for sheet in book.sheets_metadata if sheet.visible == shown]


def _first_fitting(grids: Iterator[Grid], fits: Fits) -> Grid:
    filled = None
    for grid in grids:
        if grid.rows and fits(grid):
            return grid
        filled = filled or (grid if grid.rows else None)
    if filled is None:
        raise SheetUnreadable()
    return filled


def _sheet(unpacked: _Unpacked, book: CalamineWorkbook, name: str) -> Grid:
    sheet = book.get_sheet_by_name(name)
    table: list[list[Cell]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    marks: dict[Spot, str] = {}
    formulas: set[Spot] = set()
    if unpacked.has_special:
        marks, formulas = _specials(unpacked.copy, name, table)
    _spread_merged(sheet, table, marks)
    rows = [
        (line, cells)
        for line, cells in enumerate(table, 1)
        if any(cell not in ("", None) for cell in cells)
    ]
    return Grid(rows, marks, frozenset(formulas))


def _spread_merged(sheet: CalamineSheet, table: list[list[Cell]], marks: dict[Spot, str]) -> None:
    """A cell merged downwards counts for each of its rows; merged across, it counts once.

    Merged areas do not overlap, so together they are no more than there can be cells.
    """
    covered = 0
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        covered += max(0, min(bottom + 1, len(table)) - top) * (right + 1 - left)
        if covered > MOST_CELLS:
            raise SheetUnreadable()
        for row in range(top, min(bottom + 1, len(table))):
            if left < len(table[row]):
                table[row][left] = table[top][left]
            for column in range(left + 1, min(right + 1, len(table[row]))):
                marks[row + 1, column] = Mark.MERGED_ACROSS.value


def _specials(copy: bytes, name: str, table: list[list[Cell]]) -> tuple[dict[Spot, str], set[Spot]]:
    """Cells with an error or a formula without a stored value; and every cell with a formula."""
    from openpyxl import load_workbook

    marks: dict[Spot, str] = {}
    formulas: set[Spot] = set()
    book = load_workbook(io.BytesIO(copy), read_only=True, data_only=False, keep_links=False)
    for cells in book[name].iter_rows(max_row=len(table)):
        for cell in cells:
            if getattr(cell, "data_type", None) == "f":
                formulas.add((cell.row, cell.column - 1))
            code = _special(cell, table)
            if code:
                marks[cell.row, cell.column - 1] = code
    return marks, formulas


def _special(cell: Any, table: list[list[Cell]]) -> str | None:
    kind = getattr(cell, "data_type", None)
    if kind == "e":
        return Mark.CELL_ERROR.value
    if kind != "f":
        return None
    row = table[cell.row - 1]
    stored = row[cell.column - 1] if cell.column <= len(row) else ""
    return Mark.FORMULA_WITHOUT_VALUE.value if stored in ("", None) else None


def _unpack(raw: bytes) -> _Unpacked:
    """Unpack under a measure, check the sheets' size, and pack a plain copy."""
    copy, special, total, largest, measure = io.BytesIO(), False, 0, 0, Measure()
    with zipfile.ZipFile(io.BytesIO(raw)) as archive, zipfile.ZipFile(copy, "w") as packed:
        members = [each for each in archive.infolist() if _is_wanted(each.filename)]
        if len(members) > MOST_MEMBERS:
            raise SheetUnreadable()
        for member in members:
            content = _inflate(archive, member, UNPACKED_LIMIT - total)
            total, largest = total + len(content), max(largest, len(content))
            measure.part(content)
            special = special or bool(_SPECIAL.search(content))
            packed.writestr(member.filename, content)
    measure.check()
    return _Unpacked(copy.getvalue(), special, largest)


def _is_wanted(name: str) -> bool:
    return name.endswith((".xml", ".rels")) and not name.startswith(("customXml/", "docProps/"))


def _inflate(archive: zipfile.ZipFile, member: zipfile.ZipInfo, room: int) -> bytes:
    if member.file_size > room:
        raise SheetTooLarge(size=member.file_size, limit=UNPACKED_LIMIT)
    parts: list[bytes] = []
    with archive.open(member) as stream:
        while part := stream.read(CHUNK):
            room -= len(part)
            if room < 0:
                raise SheetTooLarge(size=UNPACKED_LIMIT - room, limit=UNPACKED_LIMIT)
            parts.append(part)
    return b"".join(parts)
