"""What a person asks of prices, made into what would be written: checked whole, nothing written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kameng.domains.accounts.errors import NoSuchTier
from kameng.domains.accounts.members import queries as members
from kameng.domains.accounts.members.tiers import queries as tiers
from kameng.domains.catalog import queries as catalog
from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.pricing import queries, rows
from kameng.domains.pricing.changes import service as changes
from kameng.domains.pricing.changes.entries import RuleEntry
from kameng.domains.pricing.errors import (
    KeptFromOldCost,
    NoSuchBuyer,
    NoSuchGoods,
    StalePrices,
)
from kameng.domains.pricing.guards import refuse_bad_price
from kameng.domains.pricing.markups.rules import (
    Method,
    Place,
    Rounding,
    Rule,
    Scope,
    Way,
    markup,
    refuse_senseless,
    steps,
)
from kameng.domains.pricing.rules import Quote
from kameng.domains.terms import queries as terms
from kameng.domains.terms.errors import NoSuchLevel
from kameng.kit import ids
from kameng.kit.errors import Refusal
from kameng.kit.money import Money
from tenants.tree import Tenant


@dataclass(frozen=True, slots=True)
class Details:
    """What most rules leave as usual: the way to round, quantity steps as typed, the word that this
    price may lie below the own cost, and the wish that it keeps its profit when the cost moves.

    `seen_cost`: the cost in micro-units the person saw when they named a price to keep.
    """

    way: Way = Way.HALF_UP
    steps: str = ""
    below_cost: bool = False
    keep: bool = False
    seen_cost: int | None = None


USUAL = Details()


@dataclass(frozen=True, slots=True)
class Asked:
    """A rule as a person asks for it; `text` is what they typed."""

    method: Method
    text: str
    rounding: Rounding = Rounding.NONE
    details: Details = USUAL

    def rule(self, place: Place, before: Rule | None, cost: Money | None) -> Rule:
        """The rule it makes in a place; the one before it lends its name. `cost` is what one piece
        costs the asker, where the place is about one SKU."""
        base = self._base(cost) if self.details.keep else None
        return Rule(
            before.id if before else ids.uuid7(),
            place,
            self.method,
            markup(self.method, self.text),
            self.rounding,
            self.details.way,
            steps(self.method, self.details.steps),
            base=base,
            below_cost=self.details.below_cost,
        )

    def _base(self, cost: Money | None) -> int:
        """From which cost on the price moves; without one the rule is about too much, and refused
        for that."""
        if cost is not None and self.details.seen_cost not in (None, cost.micro):
            raise KeptFromOldCost(cost=cost)
        return cost.micro if cost is not None else 0


Known = tuple[Quote, SkuFacts]
Wishes = Mapping[Place, Asked | None]
"""What shall stand in each place; None: no rule any more."""


def entries(
    tenant: Tenant, wishes: Wishes, *, seen: Collection[str] | None = None, now: datetime
) -> list[RuleEntry]:
    """What the wishes would change, in their order; few statements, whatever their number.

    Nobody else decides about the site's prices until the end of the transaction. `seen` are the
    marks of the rules the person saw (`rows.seen`): StalePrices when another stands there now.
    """
    changes.one_at_a_time(tenant)
    stand = queries.rules_at(tenant, wishes)
    new = [place for place, asked in wishes.items() if asked is not None]
    _refuse_strangers(tenant, new)
    goods = _goods(tenant, new, now)
    made = []
    for place, asked in wishes.items():
        with _about(place):
            made.append(_entry(place, asked, stand.get(place), goods.get(place.scope_id)))
    if seen is not None and any(rows.seen(one) not in seen for one in stand.values()):
        raise StalePrices()
    return made


@contextmanager
def _about(place: Place) -> Iterator[None]:
    """Inside, a refusal tells the SKU, product or category it is about: of many wishes, which."""
    try:
        yield
    except Refusal as refused:
        refused.facts.setdefault("about", place.scope_id)
        raise


def _entry(
    place: Place, asked: Asked | None, before: Rule | None, goods: Known | None
) -> RuleEntry:
    if asked is None:
        return RuleEntry(place, before, None)
    rule = asked.rule(place, before, goods[0].cost if goods else None)
    if goods:
        refuse_bad_price(rule, *goods)
    else:
        refuse_senseless(rule)
    return RuleEntry(place, before, rule)


def _goods(tenant: Tenant, places: Iterable[Place], now: datetime) -> dict[UUID | None, Known]:
    """What holds today for the SKUs that rules shall be about; NoSuchGoods."""
    named = {one.scope_id for one in places if one.scope is Scope.SKU and one.scope_id}
    if not named:
        return {}
    facts = catalog.sku_facts(tenant, named)
    if len(facts) < len(named):
        raise NoSuchGoods()
    quotes = queries.quotes(tenant, named, facts=facts, now=now)
    return {sku_id: (quotes[sku_id], sku) for sku_id, sku in facts.items()}


def _refuse_strangers(tenant: Tenant, places: Iterable[Place]) -> None:
    """Levels, sites, tiers and members the rules name are this site's own."""
    for level_id, tier_id, buyer_id, member_id in {
        (one.level_id, one.tier_id, one.buyer_id, one.member_id) for one in places
    }:
        if tier_id is not None:
            if tiers.tier(tenant, tier_id) is None:
                raise NoSuchTier()
        elif level_id is not None and terms.level(tenant, level_id) is None:
            raise NoSuchLevel()
        if buyer_id is not None:
            held = terms.terms_of(buyer_id)
            if held is None or held.parent_id != tenant.id:
                raise NoSuchBuyer()
        if member_id is not None and members.by_id(tenant, member_id) is None:
            raise NoSuchBuyer()
