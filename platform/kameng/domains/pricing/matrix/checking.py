"""What the rows of a price spreadsheet would do: each decided by itself, then priced together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from kameng.domains.pricing.changes.entries import RuleEntry
from kameng.domains.pricing.matrix.columns import SKU, Buyers
from kameng.domains.pricing.matrix.lots import Lot
from kameng.domains.pricing.matrix.reading import Problem, Row
from kameng.domains.pricing.matrix.verdicts import Change, verdict
from kameng.kit.money import Money


class Result(StrEnum):
    """What a commit does with a row."""

    CHANGE = "change"
    SAME = "same"
    ERROR = "error"


class Flag(StrEnum):
    """What somebody should look at before they commit."""

    AT_LOSS = "at_loss"
    RAISED = "raised"
    CUT = "cut"
    BIG_MOVE = "big_move"


@dataclass(frozen=True, slots=True)
class Moved:
    """A price of one piece now and then, and what is odd about it."""

    now: Money
    then: Money
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One row: what comes of it, entry by entry, and what it was decided on."""

    line: int
    sku_id: UUID | None
    result: Result
    entries: tuple[RuleEntry, ...] = ()
    moved: tuple[Moved, ...] = ()
    seen: tuple[int, ...] = ()
    problems: tuple[Problem, ...] = ()


_Asked = list[tuple[Buyers, Change]]


def check(rows: Sequence[Row], lot: Lot, buyers: Sequence[Buyers]) -> list[Outcome]:
    """One outcome for every row. A row with an error stays out with all its cells."""
    asked: dict[int, _Asked] = {}
    wrong: dict[int, list[Problem]] = {}
    for row in rows:
        asked[row.line], wrong[row.line] = _row(row, lot, buyers)
    good = [line for line in asked if not wrong[line]]
    then = lot.after(change for line in good for _, change in asked[line])
    return [_outcome(row, asked[row.line], wrong[row.line], lot, then) for row in rows]


def _row(row: Row, lot: Lot, buyers: Sequence[Buyers]) -> tuple[_Asked, list[Problem]]:
    problems = list(row.problems)
    if row.sku_id is not None and row.sku_id not in lot:
        problems.append(Problem(SKU, "unknown_sku", str(row.sku_id)))
    changes: _Asked = []
    if row.sku_id is None or problems:
        return changes, problems
    for one in buyers:
        if one.key not in row.said:
            continue
        made = verdict(lot.stand(one, row.sku_id), row.said[one.key], row.marks.get(one.key))
        if isinstance(made, Problem):
            problems.append(made)
        elif made is not None:
            changes.append((one, made))
    return changes, problems


def _outcome(row: Row, asked: _Asked, problems: list[Problem], lot: Lot, then: Lot) -> Outcome:
    if problems:
        return Outcome(row.line, row.sku_id, Result.ERROR, problems=tuple(problems))
    if row.sku_id is None or not asked:
        return Outcome(row.line, row.sku_id, Result.SAME)
    sku_id = row.sku_id
    return Outcome(
        row.line,
        sku_id,
        Result.CHANGE,
        tuple(RuleEntry(one.place(sku_id), change.before, change.after) for one, change in asked),
        tuple(_moved(one, change, sku_id, lot, then) for one, change in asked),
        tuple(lot.seen(sku_id)),
    )


def _moved(buyers: Buyers, change: Change, sku_id: UUID, lot: Lot, then: Lot) -> Moved:
    cost = lot.quotes[sku_id].cost
    before, after = lot.price(buyers, sku_id), then.price(buyers, sku_id)
    odd = {Flag.AT_LOSS: after < cost, Flag.BIG_MOVE: _is_big(before.micro, after.micro)}
    if change.after is not None and change.after.method.value != "follow":
        named = change.after.price(cost)
        odd |= {Flag.RAISED: after > named, Flag.CUT: after < named}
    return Moved(before, after, tuple(flag for flag, is_so in odd.items() if is_so))


def _is_big(before: int, after: int) -> bool:
    """Less than half, or more than twice: mostly a slip of the point."""
    return 2 * after < before or after > 2 * before


def kept(outcome: Outcome) -> dict[str, Any]:
    """What is kept of an outcome beside its entries: whole micro-units as text."""
    return {
        "cells": [
            {"now": str(one.now.micro), "then": str(one.then.micro), "flags": list(one.flags)}
            for one in outcome.moved
        ],
        "problems": [
            {"column": one.column, "code": one.code, "text": one.text, "facts": one.facts}
            for one in outcome.problems
        ],
    }
