"""One row of a price spreadsheet as it was typed; no cell is believed before it was looked at."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from kameng.domains.pricing.matrix.columns import OWN, SKU, STEPS, Buyers, Header, marks
from kameng.domains.pricing.matrix.wording import Said
from kameng.kit.sheets.grids import Cell, Grid
from kameng.kit.sheets.writing import RUNS

LONGEST = 600


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell: the heading of its column, a code, and what stands there."""

    column: str
    code: str
    text: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its SKU, what the cells say by buyers, and what the export saw in them."""

    line: int
    sku_id: UUID | None
    said: dict[str, Said]
    marks: dict[str, str]
    problems: list[Problem]


def rows(grid: Grid, header: Header, buyers: Sequence[Buyers]) -> list[Row]:
    """Every row below the header; of two rows about one SKU the first counts."""
    seen: dict[UUID, int] = {}
    return [_row(line, cells, grid, header, buyers, seen) for line, cells in below(grid, header)]


def below(grid: Grid, header: Header) -> list[tuple[int, list[Cell]]]:
    """The rows under the header."""
    return grid.rows[header.at + 1 :]


def _row(
    line: int,
    cells: list[Cell],
    grid: Grid,
    header: Header,
    buyers: Sequence[Buyers],
    seen: dict[UUID, int],
) -> Row:
    problems: list[Problem] = []
    text = partial(_read, line, cells, grid, problems)
    sku_id = _sku(text(header.sku, SKU), line, seen, problems)
    said = {
        one.key: Said(
            text(header.own[one.key], f"{one.title}{OWN}"),
            text(header.steps[one.key], f"{one.title}{STEPS}"),
        )
        for one in buyers
        if one.key in header.own
    }
    at = header.version
    stamped = cells[at] if at is not None and at < len(cells) else None
    return Row(line, sku_id, said, marks(stamped), problems)


def _read(
    line: int, cells: list[Cell], grid: Grid, problems: list[Problem], at: int, heading: str
) -> str:
    """What stands in a column of a row; nothing, and a problem, where it cannot be used."""
    cell, spot = cells[at] if at < len(cells) else None, (line, at)
    if cell in (None, "") and spot not in grid.formulas and spot not in grid.marks:
        return ""
    made = _text(cell)
    wrong = _wrong(cell, made, grid, spot)
    if wrong:
        problems.append(Problem(heading, wrong, made[:60]))
    return "" if wrong else made


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return format(cell, ".15g")
    return str(cell).strip()


def _wrong(cell: Cell, text: str, grid: Grid, spot: tuple[int, int]) -> str | None:
    if spot in grid.marks:
        return grid.marks[spot]
    if spot in grid.formulas:
        return "formula_refused"
    if isinstance(cell, bool) or not isinstance(cell, str | int | float | None):
        return "wrong_type"
    if isinstance(cell, str) and unicodedata.normalize("NFKC", text).startswith(_CALCULATES):
        return "looks_like_formula"
    return "too_long" if len(text) > LONGEST else None


_CALCULATES = tuple(sign for sign in RUNS if sign not in "+-")
"""A sign before a number is no formula: what it makes of the price is said by the price."""


def _sku(text: str, line: int, seen: dict[UUID, int], problems: list[Problem]) -> UUID | None:
    if not text:
        if not problems:
            problems.append(Problem(SKU, "missing"))
        return None
    try:
        sku_id = UUID(text.removeprefix("'"))
    except ValueError:
        problems.append(Problem(SKU, "unknown_sku", text[:60]))
        return None
    first = seen.setdefault(sku_id, line)
    if first != line:
        problems.append(Problem(SKU, "duplicate_row", facts={"line": first}))
    return sku_id
