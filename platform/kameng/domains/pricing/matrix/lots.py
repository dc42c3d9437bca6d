"""Some SKUs with all that makes their prices at one site, and the same after some changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.pricing.lists import PriceList
from kameng.domains.pricing.markups.rules import Audience, Place, Rule, RuleBook, Scope
from kameng.domains.pricing.matrix.columns import Buyers
from kameng.domains.pricing.matrix.verdicts import Change, Stand
from kameng.kit.money import Money


class Lot:
    """What stands about some SKUs."""

    def __init__(self, prices: PriceList) -> None:
        self.prices, self.facts = prices, prices.facts
        self.quotes = prices.all()
        self._own: dict[Place, Rule] = {
            rule.place: rule for rule in prices.chain[-1].rules if rule.place.scope is Scope.SKU
        }

    def __contains__(self, sku_id: UUID) -> bool:
        return sku_id in self.facts

    def stand(self, buyers: Buyers, sku_id: UUID) -> Stand:
        """Where one SKU stands for some buyers."""
        held = self._own.get(buyers.place(sku_id))
        return Stand(buyers, self.facts[sku_id], self.quotes[sku_id], held)

    def price(self, buyers: Buyers, sku_id: UUID) -> Money:
        """What one piece costs those buyers."""
        quote = self.quotes[sku_id]
        retail = buyers.audience is Audience.RETAIL
        return quote.price if retail else quote.below(buyers.level_id)

    def seen(self, sku_id: UUID) -> list[int]:
        """Cost, floor and ceiling in micro-units: what a decision about a price looks at."""
        quote = self.quotes[sku_id]
        ceiling = quote.ceiling
        return [quote.cost.micro, quote.floor.micro, ceiling.micro if ceiling is not None else -1]

    def after(self, changes: Iterable[Change]) -> Lot:
        """The goods the changes are about, once they hold."""
        *above, site = self.prices.chain
        book = {rule.place: rule for rule in site.rules}
        facts: dict[UUID, SkuFacts] = {}
        for change in changes:
            facts |= self._named(change)
            if change.before is not None:
                del book[change.before.place]
            if change.after is not None:
                book[change.after.place] = change.after
        chain = [*above, replace(site, rules=RuleBook(book.values()))]
        return Lot(replace(self.prices, chain=chain, facts=facts))

    def _named(self, change: Change) -> dict[UUID, SkuFacts]:
        rule = change.after or change.before
        sku_id = rule.place.scope_id if rule is not None else None
        return {sku_id: self.facts[sku_id]} if sku_id is not None else {}
