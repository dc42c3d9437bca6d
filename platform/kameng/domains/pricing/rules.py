"""How prices come down a chain of sites: pure decisions, each with its trace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from kameng.domains.pricing.errors import PriceBelowFloor
from kameng.domains.pricing.markups.rules import Audience, Goods, Rule, RuleBook
from kameng.kit.money import Money


@dataclass(frozen=True, slots=True)
class ChainLevel:
    """One site of the chain: its rules, and the level it holds at its parent."""

    tenant_id: int
    level_id: UUID | None = None
    rules: RuleBook = field(default_factory=RuleBook)


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One sentence of the explanation: what happened, at whose site, from which to which price.

    Codes: cost, child_rule, child_at_retail, retail_rule, retail_suggested, retail_inherited,
    raised_to_cost, raised_to_floor.
    """

    code: str
    before: Money
    after: Money
    tenant_id: int
    rule: Rule | None = None


@dataclass(frozen=True, slots=True)
class LevelStep:
    """What one site of the chain pays and takes for one piece; the next one pays `price`."""

    tenant_id: int
    cost: Money
    price: Money
    rule_id: UUID | None

    @property
    def margin(self) -> Money:
        """What stays with this site."""
        return self.price - self.cost


@dataclass(frozen=True, slots=True)
class Quote:
    """What a shopper pays at the last site of a chain, and how that came about."""

    price: Money
    cost: Money
    floor: Money
    levels: tuple[LevelStep, ...]
    trace: tuple[TraceStep, ...]

    @property
    def margin(self) -> Money:
        """What the last site of the chain keeps."""
        return self.price - self.cost


Trace = tuple[TraceStep, ...]


@dataclass(frozen=True, slots=True)
class _Stand:
    """Where one site stands: the way to its cost and the way to its retail price."""

    level: ChainLevel
    to_cost: Trace
    to_retail: Trace

    @property
    def cost(self) -> Money:
        return self.to_cost[-1].after

    @property
    def retail(self) -> Money:
        return self.to_retail[-1].after


def quote(chain: Sequence[ChainLevel], goods: Goods) -> Quote:
    """The price at the last site of `chain` (master first), with the share of every level."""
    stands = [_master(chain[0], goods)]
    for level in chain[1:]:
        stands.append(_below(stands[-1], level, goods))
    last = stands[-1]
    return Quote(
        price=last.retail,
        cost=last.cost,
        floor=floor_of(last.cost, goods),
        levels=_shares(stands),
        trace=last.to_retail,
    )


def child_price(chain: Sequence[ChainLevel], goods: Goods, level_id: UUID | None) -> Money:
    """What a site of `level_id` right below the last site of `chain` would pay."""
    child = ChainLevel(tenant_id=0, level_id=level_id)
    return quote([*chain, child], goods).cost


def floor_of(cost: Money, goods: Goods) -> Money:
    """The least a site may ask of shoppers: its own cost, or the SKU's floor where higher."""
    return max(cost, goods.floor) if goods.floor is not None else cost


def _master(level: ChainLevel, goods: Goods) -> _Stand:
    zero = Money.zero(goods.cost.currency)
    to_cost: Trace = (TraceStep("cost", zero, goods.cost, level.tenant_id),)
    suggested = TraceStep("retail_suggested", goods.cost, goods.retail, level.tenant_id)
    return _Stand(level, to_cost, _retail(level, to_cost, (*to_cost, suggested), goods))


def _below(parent: _Stand, level: ChainLevel, goods: Goods) -> _Stand:
    to_cost = _child_cost(parent, level, goods)
    inherited = TraceStep("retail_inherited", parent.retail, parent.retail, level.tenant_id)
    return _Stand(level, to_cost, _retail(level, to_cost, (*parent.to_retail, inherited), goods))


def _child_cost(parent: _Stand, level: ChainLevel, goods: Goods) -> Trace:
    seller = parent.level.tenant_id
    rule = parent.level.rules.find(Audience.CHILD, goods, level.level_id)
    if rule is None:
        step = TraceStep("child_at_retail", parent.retail, parent.retail, seller)
        return (*parent.to_retail, step)
    asked = TraceStep("child_rule", parent.cost, rule.price(parent.cost), seller, rule)
    return _raised((*parent.to_cost, asked), "raised_to_cost", parent.cost, seller)


def _retail(level: ChainLevel, to_cost: Trace, otherwise: Trace, goods: Goods) -> Trace:
    cost = to_cost[-1].after
    rule = level.rules.find(Audience.RETAIL, goods)
    if rule is None:
        asked = otherwise
    else:
        step = TraceStep("retail_rule", cost, rule.price(cost), level.tenant_id, rule)
        asked = (*to_cost, step)
    asked = _raised(asked, "raised_to_cost", cost, level.tenant_id)
    return _raised(asked, "raised_to_floor", floor_of(cost, goods), level.tenant_id)


def _raised(trace: Trace, code: str, least: Money, tenant_id: int) -> Trace:
    now = trace[-1].after
    return trace if now >= least else (*trace, TraceStep(code, now, least, tenant_id))


def _shares(stands: Sequence[_Stand]) -> tuple[LevelStep, ...]:
    """Each level sells to the next at the next one's cost, the last one to shoppers."""
    prices = [stand.cost for stand in stands[1:]] + [stands[-1].retail]
    ways = [stand.to_cost for stand in stands[1:]] + [stands[-1].to_retail]
    return tuple(
        LevelStep(stand.level.tenant_id, stand.cost, price, _rule_of(way, stand))
        for stand, price, way in zip(stands, prices, ways, strict=True)
    )


def _rule_of(way: Trace, stand: _Stand) -> UUID | None:
    """The site's own rule that made the price at the end of `way`, if one did."""
    for step in reversed(way):
        if step.rule is not None:
            return step.rule.id if step.tenant_id == stand.level.tenant_id else None
    return None


def refuse_below_floor(rule: Rule, cost: Money, goods: Goods) -> None:
    """Refuse a rule about one SKU that makes a price its setter may not ask."""
    least = cost if rule.place.audience is Audience.CHILD else floor_of(cost, goods)
    if rule.price(cost) < least:
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
