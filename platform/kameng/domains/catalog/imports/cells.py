"""One row of a sheet as values: every cell is believed only after it was looked at."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from kameng.domains.catalog import blocklist
from kameng.domains.catalog import rules as goods
from kameng.domains.catalog.imports.rules import (
    REQUIRED,
    STATES,
    STOCK_TYPES,
    Code,
    Level,
    Problem,
    known_word,
)
from kameng.kit.money import PLACES, BadAmount, Money
from kameng.kit.sheets.grids import Cell

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_CURRENCY = re.compile(r"^(?:rmb|cny|¥)|(?:元|rmb|cny|¥)$", re.IGNORECASE)
_THOUSANDS = re.compile(r"^\d{1,3}(,\d{3})+(\.\d+)?$")
_STEP = re.compile(r"\s*[/>]\s*")
_HIGHEST = goods.HIGHEST_PRICE.decimal
_TEXTS = {
    "name": goods.NAME_LIMIT,
    "spec": goods.SPEC_LIMIT,
    "summary": goods.SUMMARY_LIMIT,
    "usage_note": goods.NOTE_LIMIT,
    "description": goods.DESCRIPTION_LIMIT,
    "category": 3 * goods.CATEGORY_LIMIT,
    "subcategory": 3 * goods.CATEGORY_LIMIT,
}
_LONG = ("description", "usage_note")
_PRICES = ("retail", "cost", "market_price", "floor", "ceiling")


class Unfit(Exception):
    """A cell that does not fit its column."""

    def __init__(self, code: Code, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a row says (JSON values, absent when blank) and what is wrong with it."""

    values: dict[str, Any]
    problems: list[Problem]

    @property
    def is_good(self) -> bool:
        return not any(problem.is_error for problem in self.problems)


def parse(cells: dict[str, Cell], marks: dict[str, str]) -> Parsed:
    """The row's cells by field; `marks` names fields whose cell carries no usable value."""
    values: dict[str, Any] = {}
    problems = [Problem(field, code) for field, code in marks.items()]
    for field, cell in cells.items():
        if field in marks or _is_blank(cell):
            continue
        try:
            values[field] = _value(field, cell)
        except Unfit as unfit:
            problems.append(Problem(field, unfit.code.value, facts=unfit.facts))
    troubled = {problem.field for problem in problems}
    problems += [
        Problem(field, Code.MISSING.value)
        for field in REQUIRED
        if field not in values and field not in troubled
    ]
    problems += _together(values, troubled)
    return Parsed(values, problems)


def path_of(values: dict[str, Any]) -> tuple[str, ...]:
    """The category path of a row, top first."""
    steps = [values.get("category", ""), values.get("subcategory", "")]
    return tuple(part for step in steps for part in _STEP.split(step) if part)


def _value(field: str, cell: Cell) -> Any:
    if field in _PRICES:
        return str(price(cell))
    if field in ("min_quantity", "max_quantity"):
        return whole(cell, least=1, most=goods.MOST_PER_ORDER)
    if field == "position":
        return whole(cell, least=0, most=1_000_000)
    if field == "state":
        return _word("1" if cell is True else "0" if cell is False else _text(cell), STATES)
    if field == "stock_type":
        return _word(_text(cell), STOCK_TYPES)
    if field == "art":
        return goods.one_line(_text(cell))[:20]
    return _said(field, _text(cell))


def price(cell: Cell) -> Money:
    """A price above zero with at most six decimals; signs, units and wide digits are read."""
    number = _number(cell)
    if number <= 0:
        raise Unfit(Code.NOT_POSITIVE)
    if number > _HIGHEST:
        raise Unfit(Code.TOO_LARGE, limit=str(goods.HIGHEST_PRICE))
    try:
        return Money.of(number)
    except BadAmount:
        raise Unfit(Code.TOO_MANY_DECIMALS, limit=PLACES) from None


def whole(cell: Cell, *, least: int, most: int) -> int:
    """A whole number between `least` and `most`."""
    number = _number(cell)
    if not -(10**9) <= number <= 10**9:
        raise Unfit(Code.OUT_OF_RANGE, least=least, most=most)
    if number != number.to_integral_value():
        raise Unfit(Code.NOT_WHOLE)
    if not least <= number <= most:
        raise Unfit(Code.OUT_OF_RANGE, least=least, most=most)
    return int(number)


def _number(cell: Cell) -> Decimal:
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise Unfit(Code.NOT_A_NUMBER)
    if isinstance(cell, float) and not math.isfinite(cell):
        raise Unfit(Code.NOT_A_NUMBER)
    text = format(cell, ".15g") if isinstance(cell, float) else str(cell)
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = _CURRENCY.sub("", plain).strip()
    if _THOUSANDS.match(plain):
        plain = plain.replace(",", "")
    try:
        number = Decimal(plain) if len(plain) <= 40 and "_" not in plain else Decimal("nan")
    except InvalidOperation:
        raise Unfit(Code.NOT_A_NUMBER) from None
    if not number.is_finite():
        raise Unfit(Code.NOT_A_NUMBER)
    return number


def _text(cell: Cell) -> str:
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise Unfit(Code.WRONG_TYPE)
    if isinstance(cell, float):
        return format(cell, ".15g")
    return str(cell)


def _said(field: str, text: str) -> str:
    if _UNPRINTABLE.search(text):
        raise Unfit(Code.UNPRINTABLE)
    plain = unicodedata.normalize("NFKC", text).lstrip(" ")
    if field not in _LONG and plain.startswith(_FORMULA):
        raise Unfit(Code.LOOKS_LIKE_FORMULA)
    tidy = goods.many_lines(text) if field in _LONG else goods.one_line(text)
    if len(tidy) > _TEXTS[field]:
        raise Unfit(Code.TOO_LONG, limit=_TEXTS[field])
    return tidy


def _word(text: str, words: dict[str, tuple[str, ...]]) -> str:
    meaning = known_word(text, words)
    if meaning is None:
        raise Unfit(Code.UNKNOWN_WORD, word=goods.one_line(text)[:40])
    return meaning


def _is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not goods.one_line(cell))


def _together(values: dict[str, Any], troubled: set[str]) -> list[Problem]:
    """What only shows when cells are seen side by side."""
    return [
        *_names(values),
        *_quantities(values),
        *_prices(values),
        *_types(values),
    ]


def _names(values: dict[str, Any]) -> list[Problem]:
    problems = []
    path = path_of(values)
    if len(path) > goods.CATEGORY_DEPTH:
        facts = {"limit": goods.CATEGORY_DEPTH}
        problems.append(Problem("category", Code.CATEGORY_TOO_DEEP.value, facts=facts))
    if any(len(step) > goods.CATEGORY_LIMIT for step in path):
        facts = {"limit": goods.CATEGORY_LIMIT}
        problems.append(Problem("category", Code.TOO_LONG.value, facts=facts))
    for field in ("name", "spec", "category", "subcategory", "summary"):
        found = blocklist.find(values.get(field, ""))
        if found:
            told = {"word": found.word, "family": found.family}
            problems.append(Problem(field, Code.GOODS_FORBIDDEN.value, facts=told))
    return problems


def _quantities(values: dict[str, Any]) -> list[Problem]:
    least, most = values.get("min_quantity"), values.get("max_quantity")
    if least is not None and most is not None and least > most:
        return [Problem("max_quantity", Code.LEAST_ABOVE_MOST.value)]
    return []


def _prices(values: dict[str, Any]) -> list[Problem]:
    money = {field: Money.of(values[field]) for field in _PRICES if field in values}
    retail = money.get("retail")
    if retail is None:
        return []
    odd = (
        ("cost", Code.COST_ABOVE_PRICE, lambda other: other > retail),
        ("market_price", Code.MARKET_BELOW_PRICE, lambda other: other < retail),
        ("floor", Code.FLOOR_ABOVE_PRICE, lambda other: other > retail),
        ("ceiling", Code.CEILING_BELOW_PRICE, lambda other: other < retail),
    )
    return [
        Problem(field, code.value, Level.WARNING.value)
        for field, code, is_odd in odd
        if field in money and is_odd(money[field])
    ]


def _types(values: dict[str, Any]) -> list[Problem]:
    if values.get("stock_type", "card") in goods.OPEN_TYPES:
        return []
    return [Problem("stock_type", Code.TYPE_NOT_OPEN.value, Level.WARNING.value)]
