"""Reads an uploaded catalogue sheet: of a workbook the sheet that has our columns."""

from __future__ import annotations

from kameng.domains.catalog.imports.errors import ColumnTwice, HeaderNotFound
from kameng.domains.catalog.imports.rules import HEADER_WITHIN, MOST_ROWS, find_header
from kameng.kit.sheets import reading
from kameng.kit.sheets.grids import Grid


def read(filename: str, raw: bytes) -> Grid:
    """The sheet's grid without blank rows; refuses what is too big or not a sheet."""
    return reading.read(filename, raw, most_rows=MOST_ROWS + HEADER_WITHIN, fits=_has_header)


def _has_header(grid: Grid) -> bool:
    try:
        find_header(grid)
    except (HeaderNotFound, ColumnTwice):
        return False
    return True
