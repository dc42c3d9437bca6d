"""The prices of one shopper at one moment: asked once, quoted for any quantity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.pricing import rules
from kameng.domains.pricing.rules import ChainLevel, Quote
from kameng.kit.money import Money

Facts = Mapping[UUID, SkuFacts]


@dataclass(frozen=True, slots=True)
class QuantityPrice:
    """From so many pieces on, each costs so much."""

    quantity: int
    price: Money


@dataclass(frozen=True)
class PriceList:
    """What one shopper pays for some goods at the last site of a chain."""

    chain: Sequence[ChainLevel]
    facts: Facts
    member_id: UUID | None
    now: datetime
    tier_id: UUID | None = None

    def __contains__(self, sku_id: UUID) -> bool:
        return sku_id in self.facts

    def quote(self, sku_id: UUID, quantity: int = 1) -> Quote:
        """The price of each of so many pieces."""
        sku = self.facts[sku_id]
        return rules.quote(
            self.from_owner(sku),
            sku,
            quantity=quantity,
            now=self.now,
            member_id=self.member_id,
            tier_id=self.tier_id,
        )

    def all(self) -> dict[UUID, Quote]:
        """Every price of one piece."""
        return {sku_id: self.quote(sku_id) for sku_id in self.facts}

    def steps(self, sku_id: UUID) -> list[QuantityPrice]:
        """From how many pieces on the price is another one, and which."""
        price, found = self.quote(sku_id).price, []
        for quantity in self._turns(self.facts[sku_id]):
            there = self.quote(sku_id, quantity).price
            if there != price:
                found.append(QuantityPrice(quantity, there))
            price = there
        return found

    def from_owner(self, sku: SkuFacts) -> Sequence[ChainLevel]:
        """The part of the chain that sells a SKU: from the site that owns it downwards."""
        for place, level in enumerate(self.chain):
            if level.tenant_id == sku.owner_tenant_id:
                return self.chain[place:]
        return self.chain

    def _turns(self, sku: SkuFacts) -> list[int]:
        """The quantities at which some rule about the goods names another value."""
        about = {None, sku.sku_id, sku.product_id, *sku.category_path}
        held = (rule for level in self.from_owner(sku) for rule in level.rules if rule.steps)
        return sorted(
            {step.quantity for rule in held if rule.place.scope_id in about for step in rule.steps}
        )
