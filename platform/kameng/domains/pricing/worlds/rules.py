"""A world of goods and sites, with decisions laid over it that nobody has taken yet. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from kameng.domains.catalog.facts import PricedGoods
from kameng.domains.pricing import vectors
from kameng.domains.pricing.changes.entries import CostEntry, Entry, RuleEntry
from kameng.domains.pricing.markups.rules import Place, Rule, RuleBook
from kameng.domains.pricing.vectors import Difference, Site
from kameng.kit.money import Money

if TYPE_CHECKING:
    from kameng.domains.pricing.columns import Columns


@dataclass(frozen=True)
class World:
    """Goods in a fixed order, and the sites, each after the one above it."""

    goods: Sequence[PricedGoods]
    sites: Sequence[Site]


@dataclass(frozen=True)
class Overlay:
    """What is different at one site in another world: rules by place, costs by SKU."""

    tenant_id: int
    rules: Mapping[Place, Rule | None]
    costs: Mapping[UUID, Money]

    def on_rules(self, tenant_id: int, rules: Iterable[Rule]) -> RuleBook:
        """The book of a site as it would be."""
        if tenant_id != self.tenant_id:
            return RuleBook(rules)
        kept = [rule for rule in rules if rule.place not in self.rules]
        return RuleBook([*kept, *(rule for rule in self.rules.values() if rule)])

    def on_goods(self, goods: Sequence[PricedGoods]) -> list[PricedGoods]:
        """The goods at the costs they would have."""
        return [
            replace(one, cost=self.costs[one.sku_id]) if one.sku_id in self.costs else one
            for one in goods
        ]


def overlay(tenant_id: int, entries: Iterable[Entry]) -> Overlay:
    """What the `after` of these entries says; of two about one thing the later one."""
    rules: dict[Place, Rule | None] = {}
    costs: dict[UUID, Money] = {}
    for entry in entries:
        if isinstance(entry, RuleEntry):
            rules[entry.place] = entry.after
        elif isinstance(entry, CostEntry):
            costs[entry.sku_id] = entry.after
    return Overlay(tenant_id, rules, costs)


def overlaid(world: World, tenant_id: int, entries: Iterable[Entry]) -> World:
    """The world as it would be with these entries of that site; inverted, as it was before."""
    other = overlay(tenant_id, entries)
    sites = [
        replace(site, rules=other.on_rules(site.tenant_id, site.rules))
        if site.tenant_id == tenant_id
        else site
        for site in world.sites
    ]
    return World(other.on_goods(world.goods), sites)


def columns(goods: Sequence[PricedGoods]) -> Columns:
    """The goods as columns, each priced from the site that owns it downwards."""
    return vectors.columns(goods, [one.owner_tenant_id for one in goods])


def differences(
    before: World, after: World, *, now: datetime | None, quantity: int = 1
) -> Iterator[Difference]:
    """Where two worlds of the same goods and sites differ, site by site; see `vectors`."""
    yield from vectors.differences(
        (columns(before.goods), before.sites),
        (columns(after.goods), after.sites),
        quantity=quantity,
        now=now,
    )
