"""A sheet as read: rows of cells as they stand, and what is to be known about single ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

Cell = str | int | float | bool | date | datetime | time | timedelta | None

Spot = tuple[int, int]
"""Line of the sheet (from 1), column (from 0)."""


class Mark(StrEnum):
    """Why a cell carries no usable value."""

    CELL_ERROR = "cell_error"
    FORMULA_WITHOUT_VALUE = "formula_without_value"
    MERGED_ACROSS = "merged_across"


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows that are not blank with their line numbers; cells without a usable value, and those
    whose value a formula made."""

    rows: list[tuple[int, list[Cell]]]
    marks: dict[Spot, str] = field(default_factory=dict)
    formulas: frozenset[Spot] = frozenset()
