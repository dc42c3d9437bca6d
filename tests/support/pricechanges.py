"""Many goods and rules at once, for tests of changes of prices."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from kameng.domains.catalog import service as catalog
from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.catalog.rules import SkuDraft
from kameng.domains.pricing.changes.entries import RuleEntry
from kameng.domains.pricing.markups.rules import Audience, Method, Place, Rule, Scope
from kameng.kit import clock, ids
from kameng.kit.money import MICRO, Money
from tenants.tree import Tenant
from tests.support.catalog import ACTOR, sku


def goods(site: Tenant, count: int, *, cost: str = "8.00", retail: str = "10.00") -> list[UUID]:
    """SKUs of one product of the tenant bound; commit yourself."""
    first: SkuFacts = sku(site, cost=cost, retail=retail, secrets=0, sku_name="第 1 款")
    draft = [
        SkuDraft(name=f"第 {n} 款", cost=Money.of(cost), retail=Money.of(retail))
        for n in range(2, count + 1)
    ]
    now = clock.now()
    made = [catalog.create_sku(site, first.product_id, one, actor=ACTOR, now=now) for one in draft]
    return [first.sku_id, *made]


def fixed(sku_id: UUID, yuan: int, audience: Audience = Audience.RETAIL) -> Rule:
    """A fixed price of one SKU."""
    return Rule(ids.uuid7(), Place(Scope.SKU, sku_id, audience), Method.FIXED, yuan * MICRO)


def entries(rules: Sequence[Rule]) -> list[RuleEntry]:
    """Rules set where none was."""
    return [RuleEntry(one.place, None, one) for one in rules]
