"""What no rule about one SKU may say, whichever door it comes in by."""

from __future__ import annotations

from kameng.domains.pricing import rules
from kameng.domains.pricing.errors import PriceAboveCeiling
from kameng.domains.pricing.markups.rules import (
    Audience,
    Goods,
    Method,
    Rule,
    refuse_senseless,
)
from kameng.domains.pricing.rules import Quote


def refuse_bad_price(rule: Rule, quote: Quote, goods: Goods) -> None:
    """Refuse a rule whose parts contradict each other, or whose price for this SKU lies below cost
    or floor or above the ceiling; `quote` is what holds for the SKU at the setter's site."""
    refuse_senseless(rule)
    rules.refuse_below_floor(rule, quote.cost, goods, floor=quote.floor)
    if rule.place.audience is Audience.RETAIL:
        _refuse_above_ceiling(rule, quote)


def _refuse_above_ceiling(rule: Rule, quote: Quote) -> None:
    """A price named for one SKU is meant: above the ceiling it is refused, not quietly cut."""
    if quote.ceiling is None or rule.method is Method.FOLLOW:
        return
    quantities = (1, *(step.quantity for step in rule.steps))
    if max(rule.price(quote.cost, one) for one in quantities) > max(quote.ceiling, quote.floor):
        raise PriceAboveCeiling(ceiling=quote.ceiling)
