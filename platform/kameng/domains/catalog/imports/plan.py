"""Sets a sheet's rows against the catalogue as it is: new, change, same or error. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from kameng.domains.catalog.imports.cells import Parsed, path_of
from kameng.domains.catalog.imports.rules import (
    PRODUCT_FIELDS,
    SKU_FIELDS,
    Code,
    Problem,
)
from kameng.kit.money import Money

Key = tuple[tuple[str, ...], str]
"""A product: its category path and its name."""

DEFAULTS: dict[str, Any] = {
    "summary": "",
    "description": "",
    "usage_note": "",
    "stock_type": "card",
    "min_quantity": 1,
    "max_quantity": 100,
}


class Result(StrEnum):
    """What a commit would do with a row."""

    NEW = "new"
    CHANGE = "change"
    SAME = "same"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class KnownSku:
    """A SKU that is there; prices as text."""

    id: UUID
    version: int
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class KnownProduct:
    """A product that is there, with its SKUs by name."""

    id: UUID
    version: int
    category_id: UUID
    values: dict[str, Any]
    skus: dict[str, KnownSku] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Planned:
    """A row and what it would change. `seen` names the versions this was decided on."""

    line: int
    result: Result
    values: dict[str, Any]
    problems: list[Problem]
    product: dict[str, Any] = field(default_factory=dict)
    sku: dict[str, Any] = field(default_factory=dict)
    seen: dict[str, Any] | None = None

    @property
    def key(self) -> Key:
        return path_of(self.values), self.values["name"]


def plan(rows: Iterable[tuple[int, Parsed]], known: dict[Key, KnownProduct]) -> list[Planned]:
    """One verdict per row, in order. Of rows that say the same thing twice the first counts."""
    given: dict[Key, dict[str, tuple[int, Any]]] = {}
    lines: dict[tuple[Key, str], int] = {}
    return [_row(line, parsed, known, given, lines) for line, parsed in rows]


def has_moved(before: Planned, now: Planned) -> bool:
    """Whether the row would be decided on other versions than the preview saw."""
    return before.seen != now.seen


def product_values(rows: Sequence[Planned]) -> dict[str, Any]:
    """What the rows of one product say about it together."""
    said: dict[str, Any] = {}
    for row in rows:
        said.update(row.product)
    return said


def _row(
    line: int,
    parsed: Parsed,
    known: dict[Key, KnownProduct],
    given: dict[Key, dict[str, tuple[int, Any]]],
    lines: dict[tuple[Key, str], int],
) -> Planned:
    if not parsed.is_good:
        return Planned(line, Result.ERROR, parsed.values, parsed.problems)
    values, key = parsed.values, (path_of(parsed.values), parsed.values["name"])
    spec = values.get("spec", "")
    product = known.get(key)
    sku = product.skus.get(spec) if product else None
    wrong = _repeats(line, key, values, given, lines)
    wrong += _crossed(values, product) + _unsellable(values, sku)
    if wrong:
        return Planned(line, Result.ERROR, values, [*parsed.problems, *wrong])
    lines[key, spec] = line
    fresh = _new_words(line, values, given.setdefault(key, {}))
    product_change = _differences(fresh, product.values if product else None)
    sku_change = _differences(_sku_words(values), sku.values if sku else None)
    return Planned(
        line,
        _result(sku, product_change, sku_change),
        values,
        parsed.problems,
        product_change,
        sku_change,
        {"product": _seen(product), "sku": _seen(sku)},
    )


def _repeats(
    line: int,
    key: Key,
    values: dict[str, Any],
    given: dict[Key, dict[str, tuple[int, Any]]],
    lines: dict[tuple[Key, str], int],
) -> list[Problem]:
    first = lines.get((key, values.get("spec", "")))
    if first is not None:
        return [Problem("name", Code.DUPLICATE_ROW.value, facts={"line": first})]
    told = given.get(key, {})
    return [
        Problem(name, Code.PRODUCT_DIFFERS.value, facts={"line": told[name][0]})
        for name in PRODUCT_FIELDS
        if name in values
        and name in told
        and told[name][1] != values[name]
        and name not in ("position", "art")
    ]


def _crossed(values: dict[str, Any], product: KnownProduct | None) -> list[Problem]:
    """The least given alone may pass the most that stands, and the other way round."""
    if product is None:
        return []
    merged = {**product.values, **values}
    if merged["min_quantity"] <= merged["max_quantity"]:
        return []
    return [Problem("min_quantity", Code.LEAST_ABOVE_MOST.value)]


def _unsellable(values: dict[str, Any], sku: KnownSku | None) -> list[Problem]:
    """A ceiling under the cost or the floor; what a row does not say stays as it stands."""
    merged = {**(sku.values if sku else {}), **values}
    if (ceiling := merged.get("ceiling")) is None:
        return []
    least = {name: Money.of(merged[name]) for name in ("cost", "floor") if merged.get(name)}
    above = [name for name, price in least.items() if price > Money.of(ceiling)]
    if not above:
        return []
    field = "ceiling" if "ceiling" in values else above[0]
    return [Problem(field, Code.CEILING_BELOW_FLOOR.value)]


def _new_words(
    line: int, values: dict[str, Any], told: dict[str, tuple[int, Any]]
) -> dict[str, Any]:
    """What this row is the first to say about its product."""
    fresh = {name: values[name] for name in PRODUCT_FIELDS if name in values and name not in told}
    told.update({name: (line, value) for name, value in fresh.items()})
    return fresh


def _sku_words(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in SKU_FIELDS if name in values}


def _differences(said: dict[str, Any], stored: dict[str, Any] | None) -> dict[str, Any]:
    if stored is None:
        return said
    return {name: value for name, value in said.items() if stored[name] != value}


def _result(
    sku: KnownSku | None, product_change: dict[str, Any], sku_change: dict[str, Any]
) -> Result:
    if sku is None:
        return Result.NEW
    return Result.CHANGE if product_change or sku_change else Result.SAME


def _seen(thing: KnownProduct | KnownSku | None) -> list[Any] | None:
    return [str(thing.id), thing.version] if thing else None
