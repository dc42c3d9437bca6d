"""What a cell of a price spreadsheet asks for, set against what the export saw and what holds now.

Three texts are compared: the typed one, the exported one (by its mark) and the present one. A cell
nobody touched stays out of it, whatever happened meanwhile; one that was touched here while the
price moved there is refused; what already holds is no change.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kameng.domains.pricing import guards
from kameng.domains.pricing.errors import BadMarkup, BadSteps
from kameng.domains.pricing.markups.rules import Goods, Rule
from kameng.domains.pricing.matrix import columns, wording
from kameng.domains.pricing.matrix.columns import OWN, STEPS, Buyers
from kameng.domains.pricing.matrix.errors import UnknownPriceWord
from kameng.domains.pricing.matrix.reading import Problem
from kameng.domains.pricing.matrix.wording import Draft, Said
from kameng.domains.pricing.rules import Quote
from kameng.kit import ids
from kameng.kit.errors import Refusal


@dataclass(frozen=True, slots=True)
class Stand:
    """Where one SKU stands for some buyers: the rule that holds, what the site pays, its limits."""

    buyers: Buyers
    goods: Goods
    quote: Quote
    held: Rule | None

    @property
    def told(self) -> Said:
        """The rule as its cells tell it now."""
        return wording.said(self.held, self.quote.cost.micro)


@dataclass(frozen=True, slots=True)
class Change:
    """One rule that is to come, go or change."""

    before: Rule | None
    after: Rule | None


def verdict(stand: Stand, asked: Said, seen: str | None) -> Change | Problem | None:
    """What the cell asks for; nothing where it asks for nothing. `seen` is the export's mark."""
    sku_id, told = stand.goods.sku_id, stand.told
    if asked == told or (seen and columns.mark(sku_id, stand.buyers, asked) == seen):
        return None
    try:
        draft = wording.read(asked)
    except (BadMarkup, BadSteps, UnknownPriceWord) as refusal:
        return _unread(stand.buyers, refusal)
    if _same(draft, stand):
        return None
    if seen and columns.mark(sku_id, stand.buyers, told) != seen:
        return Problem(f"{stand.buyers.title}{OWN}", "changed_since_export", asked.own[:60])
    return _change(stand, draft, asked)


def _same(draft: Draft | None, stand: Stand) -> bool:
    """Whether other words say what holds already."""
    if draft is None or stand.held is None:
        return draft is None and stand.held is None
    cost = stand.quote.cost.micro
    made = draft.rule(stand.held.id, stand.held.place, cost)
    return wording.said(made, cost) == stand.told


def _change(stand: Stand, draft: Draft | None, asked: Said) -> Change | Problem:
    if draft is None:
        return Change(stand.held, None)
    rule_id: UUID = stand.held.id if stand.held else ids.uuid7()
    rule = draft.rule(rule_id, stand.buyers.place(stand.goods.sku_id), stand.quote.cost.micro)
    try:
        guards.refuse_bad_price(rule, stand.quote, stand.goods)
    except Refusal as refusal:
        facts = {name: _plain(value) for name, value in refusal.facts.items()}
        column = f"{stand.buyers.title}{OWN}"
        return Problem(
            column, refusal.code, " ".join(filter(None, (asked.own, asked.steps))), facts
        )
    return Change(stand.held, rule)


def _unread(buyers: Buyers, refusal: Refusal) -> Problem:
    column = STEPS if isinstance(refusal, BadSteps) else OWN
    return Problem(f"{buyers.title}{column}", refusal.code, refusal.facts["text"])


def _plain(value: object) -> object:
    """A fact as JSON can keep it, money as it is read."""
    return value if isinstance(value, int) else str(value)
