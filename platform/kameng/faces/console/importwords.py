"""What the rows of an import are told, in words: results, problems and reasons by their codes."""

from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from kameng.domains.catalog.imports.facts import ImportFacts

RESULTS: dict[str, tuple[Any, str]] = {
    "new": (_("New"), "green"),
    "change": (_("Changes"), "azure"),
    "same": (_("No change"), "secondary"),
    "error": (_("Not imported"), "red"),
}
OUTCOMES: dict[str, Any] = {
    "written": _("imported"),
    "skipped": _("left out"),
    "reversed": _("taken back"),
    "refused": _("stays"),
}
FIELDS: dict[str, Any] = {
    "category": _("Category"),
    "subcategory": _("Second category"),
    "name": _("Name"),
    "spec": _("Choice"),
    "retail": _("Price"),
    "cost": _("Cost"),
    "market_price": _("Market price"),
    "floor": _("Floor"),
    "ceiling": _("Ceiling"),
    "stock_type": _("Kind"),
    "summary": _("One line about it"),
    "description": _("Description"),
    "usage_note": _("How to use it"),
    "min_quantity": _("Least per order"),
    "max_quantity": _("Most per order"),
    "state": _("State"),
    "position": _("Position"),
    "art": _("Picture"),
}
TEXTS: dict[str, Any] = {
    "missing": _("is missing"),
    "wrong_type": _("is of the wrong kind"),
    "too_long": _("is too long (at most %(limit)s characters)"),
    "not_a_number": _("is not a number"),
    "too_many_decimals": _("has too many decimals"),
    "not_positive": _("must be above zero"),
    "too_large": _("is too large"),
    "not_whole": _("must be a whole number"),
    "out_of_range": _("is out of range"),
    "least_above_most": _("the least is above the most"),
    "unknown_word": _("is a word we do not know"),
    "looks_like_formula": _("looks like a formula; write the value itself"),
    "formula_without_value": _("is a formula without a value; save the sheet with values"),
    "cell_error": _("holds an error of the spreadsheet"),
    "merged_across": _("is merged with other cells; split them"),
    "unprintable": _("holds characters that cannot be shown"),
    "category_too_deep": _("nests too deep"),
    "goods_forbidden": _("may not be listed on this platform"),
    "duplicate_row": _("the same goods stand in line %(line)s already"),
    "product_differs": _("differs from line %(line)s of the same product"),
    "cost_above_price": _("the cost is above the price"),
    "market_below_price": _("the market price is below the price"),
    "floor_above_price": _("the floor is above the price"),
    "ceiling_below_price": _("the ceiling is below the price; shoppers pay the ceiling"),
    "ceiling_below_floor": _("the ceiling is below the cost or the floor: nothing could be sold"),
    "type_not_open": _("is not delivered by the system yet; shoppers see it as opening later"),
    "markup_removed": _("parts that could run were taken out"),
    "changed_since_preview": _("the goods changed after the check"),
    "edited": _("was edited since"),
    "sold": _("was sold since"),
    "stocked": _("has card secrets now"),
    "in_use": _("is used by other goods"),
}


def result(code: str) -> str:
    """The name of a row's result."""
    found = RESULTS.get(code)
    return str(found[0]) if found else code


def tone(code: str) -> str:
    """Its colour."""
    found = RESULTS.get(code)
    return found[1] if found else "secondary"


def outcome(code: str) -> str:
    """What became of a row."""
    return str(OUTCOMES.get(code, code))


def field(code: str | None) -> str:
    """The column a problem is about."""
    return str(FIELDS.get(code or "", code or ""))


def reason(code: str | None, facts: dict[str, Any] | None = None) -> str:
    """Why a row was refused, or left out."""
    if not code:
        return ""
    try:
        return str(TEXTS.get(code, code)) % (facts or {})
    except (KeyError, ValueError, TypeError):
        return gettext("cannot be used")


def counts(facts: ImportFacts) -> list[tuple[str, int]]:
    """How many rows have each result, the ones to look at first."""
    return [
        ("error", facts.rows_error),
        ("new", facts.rows_new),
        ("change", facts.rows_change),
        ("same", facts.rows_same),
    ]


def amount(value: Any) -> str:
    """An amount of a sheet as it stands there, with two decimals where it is a number."""
    try:
        return f"{Decimal(str(value)):,.2f}"
    except InvalidOperation:
        return str(value or "—")
