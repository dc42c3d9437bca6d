"""What the rows of a price sheet are told: changes with their profit, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from kameng.domains.pricing.matrix.checking import Flag, Moved
from kameng.domains.pricing.matrix.queries import SheetFacts, SheetRow
from kameng.domains.pricing.matrix.reading import Problem
from kameng.faces.console import pricewords
from kameng.faces.console.changes import words as changes
from kameng.faces.console.changes.words import Told
from kameng.kit.money import Money
from tenants.tree import Tenant

STATES: dict[str, tuple[Any, str]] = {
    "checked": (_("Checked, not in force"), "azure"),
    "committed": (_("Sheet committed"), "green"),
    "discarded": (_("Discarded"), "secondary"),
}
FLAGS: dict[Flag, Any] = {
    Flag.AT_LOSS: _("below your cost"),
    Flag.RAISED: _("below the floor, so raised to it"),
    Flag.CUT: _("above the ceiling, so cut to it"),
    Flag.BIG_MOVE: _("less than half or more than twice: is the point in its place?"),
}
TEXTS: dict[str, Any] = {
    "missing": _("is missing"),
    "wrong_type": _("is of the wrong kind"),
    "too_long": _("is too long"),
    "looks_like_formula": _("looks like a formula; write the value itself"),
    "formula_refused": _("is a formula; paste it as a value"),
    "formula_without_value": _("is a formula without a value; save the sheet with values"),
    "cell_error": _("holds an error of the spreadsheet"),
    "merged_across": _("is merged with other cells; split them"),
    "unknown_sku": _("is no SKU this site sells"),
    "duplicate_row": _("the same SKU stands in line %(line)s already"),
    "changed_since_export": _(
        "somebody changed this price after the export, or the row was moved apart from its SKU"
    ),
    "bad_markup": _("is no price; write 9.9, 成本+10%%, 成本+2 or 毛利率20%%, at most 6 decimals"),
    "bad_steps": _("is no quantity price; write 5=9.5;10=9"),
    "unknown_price_word": _("is a word we do not know"),
    "price_below_floor": _("lies below the floor of %(floor)s (your cost is %(cost)s)"),
    "price_above_ceiling": _("lies above the ceiling of %(ceiling)s"),
    "margin_too_large": _("leaves too large a share of the price"),
    "steps_need_plain_method": _("quantity prices go with a price, a percentage or an amount only"),
    "keep_needs_fixed_price": _("only a fixed price can keep its profit"),
}


@dataclass(frozen=True)
class Line:
    """One price of the sheet: where it stands, what is said now and then, and what it leaves."""

    line: int
    told: Told
    moved: Moved
    cost: Money

    @property
    def profits(self) -> tuple[Money, Money]:
        """What one piece leaves at this site now and then."""
        return self.moved.now - self.cost, self.moved.then - self.cost


@dataclass(frozen=True)
class Wrong:
    """A row that stays out, and why."""

    line: int
    name: str
    problems: list[Problem]


def state(code: str) -> tuple[str, str]:
    """What a state is called, and its colour."""
    label, tone = STATES[code]
    return str(label), tone


def first(facts: SheetFacts) -> str:
    """What to look at first."""
    return "change" if facts.rows_change or not facts.rows_error else "error"


def lines(tenant: Tenant, rows: Sequence[SheetRow]) -> list[Line]:
    """Every price of some rows."""
    each = [(row, entry, moved) for row in rows for entry, moved in row.changes]
    told = changes.told(tenant, [entry for _, entry, _ in each])
    return [
        Line(row.line, one, moved, row.cost or Money.zero(tenant.currency))
        for (row, _, moved), one in zip(each, told, strict=True)
    ]


def wrong(tenant: Tenant, rows: Iterable[SheetRow]) -> list[Wrong]:
    """The rows that stay out, by the names of their goods where those are known."""
    bad = [row for row in rows if row.problems]
    known: list[UUID] = [row.sku_id for row in bad if row.sku_id is not None]
    names = pricewords.sku_names(tenant, known) if known else {}
    return [
        Wrong(row.line, names.get(row.sku_id, "") if row.sku_id else "", row.problems)
        for row in bad
    ]


def problem(one: Problem) -> str:
    """What is wrong with a cell."""
    try:
        return str(TEXTS[one.code]) % one.facts
    except (KeyError, ValueError, TypeError):
        return gettext("cannot be used")


def flag(one: Flag) -> str:
    """What is odd about a price."""
    return str(FLAGS[one])
