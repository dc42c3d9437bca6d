"""How prices come down a chain of sites: pure decisions, each with its trace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from kameng.domains.pricing.errors import PriceBelowFloor
from kameng.domains.pricing.markups.books import shopper_asks
from kameng.domains.pricing.markups.rules import Audience, Goods, Method, Rule
from kameng.domains.pricing.quotes import LevelStep, Quote
from kameng.domains.pricing.stands import Case, ChainLevel, Stand
from kameng.domains.pricing.traces import Trace, TraceStep
from kameng.kit.money import Money

__all__ = [
    "ChainLevel",
    "LevelStep",
    "Quote",
    "Trace",
    "TraceStep",
    "child_price",
    "child_quote",
    "floor_of",
    "quote",
    "refuse_below_floor",
    "snapshot",
]


def quote(
    chain: Sequence[ChainLevel],
    goods: Goods,
    *,
    quantity: int = 1,
    now: datetime | None = None,
    member_id: UUID | None = None,
    tier_id: UUID | None = None,
) -> Quote:
    """The price at the last site of `chain` (master first), with the share of every level.

    For each of `quantity` pieces bought together, at `now` (without it, dated rules sleep), by any
    shopper, or by the named member, or one of a tier of the last site.
    """
    case = Case(goods, quantity, now)
    stand: Stand | None = None
    for level in chain:
        stand = Stand(level, stand, case)
    if stand is None:
        raise ValueError("a chain has at least a master site")
    named = member_id is not None or tier_id is not None
    asks = shopper_asks(member_id, tier_id)
    return Quote(stand, stand.sells(asks) if named else stand.retail)


def child_quote(
    chain: Sequence[ChainLevel],
    goods: Goods,
    level_id: UUID | None,
    *,
    buyer_id: int | None = None,
    quantity: int = 1,
    now: datetime | None = None,
) -> Quote:
    """What a site of `level_id`, or the one named, right below the last of `chain` would meet."""
    child = ChainLevel(tenant_id=buyer_id or 0, level_id=level_id)
    return quote([*chain, child], goods, quantity=quantity, now=now)


def child_price(
    chain: Sequence[ChainLevel],
    goods: Goods,
    level_id: UUID | None,
    *,
    buyer_id: int | None = None,
    quantity: int = 1,
    now: datetime | None = None,
) -> Money:
    """What a site of `level_id`, or the one named, right below the last of `chain` would pay."""
    asked = child_quote(chain, goods, level_id, buyer_id=buyer_id, quantity=quantity, now=now)
    return asked.cost


def floor_of(cost: Money, goods: Goods) -> Money:
    """The least a site may ask of shoppers: its own cost, or the SKU's floor where higher."""
    return max(cost, goods.floor) if goods.floor is not None else cost


def refuse_below_floor(
    rule: Rule, cost: Money, goods: Goods, *, floor: Money | None = None
) -> None:
    """Refuse a rule about one SKU that makes a price its setter may not ask.

    `floor` is the least the setter may ask where it is known (`Quote.floor`). A rule that says
    below cost passes for sites below, and for shoppers down to the SKU's floor, but not down to
    nothing: an order for nothing is refused, so nobody could buy it.
    """
    if rule.method is Method.FOLLOW:
        return  # it names no price of its own: the guards hold when there is one
    child = rule.place.audience is Audience.CHILD
    least = cost if child else (floor or floor_of(cost, goods))
    if rule.below_cost:
        least = Money(0 if child else 1, cost.currency)
        least = max(goods.floor, least) if goods.floor is not None and not child else least
    quantities = (1, *(step.quantity for step in rule.steps))
    if min(rule.price(cost, one) for one in quantities) < least:
        raise PriceBelowFloor(floor=least, cost=cost)


def snapshot(quote: Quote) -> list[dict[str, object]]:
    """The share of every level as an order line keeps it: whole micro-units as text."""
    return [
        {
            "tenant_id": step.tenant_id,
            "cost": str(step.cost.micro),
            "price": str(step.price.micro),
            "margin": str(step.margin.micro),
            "rule_id": str(step.rule_id) if step.rule_id else None,
        }
        for step in quote.levels
    ]
