"""The frozen values imports return: what a preview found, what a commit and an undo did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kameng.domains.catalog.imports.rules import Problem


@dataclass(frozen=True, slots=True)
class Committed:
    """Rows written, and those left alone with their line and reason."""

    written: int
    skipped: list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Undone:
    """Rows put back, and those refused with their line and reason."""

    reversed: int
    refused: list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class ImportFacts:
    """One import with its counts. `ignored` are headings nobody knows."""

    id: UUID
    filename: str
    state: str
    rows_new: int
    rows_change: int
    rows_same: int
    rows_error: int
    warnings: int
    ignored: tuple[str, ...]
    created_by: str
    created_at: datetime
    committed_at: datetime | None
    undone_at: datetime | None

    @property
    def rows(self) -> int:
        return self.rows_new + self.rows_change + self.rows_same + self.rows_error


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One row of an import: what it says, what is wrong, what became of it."""

    line: int
    result: str
    values: dict[str, Any]
    problems: list[Problem]
    outcome: str | None
    reason: str | None
