"""Costs that are supposed to move: of one SKU, of a category, or of all own goods."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from kameng.domains.catalog.facts import PricedGoods
from kameng.domains.catalog.goods.priced import priced_goods
from kameng.domains.catalog.rules import HIGHEST_PRICE
from kameng.domains.pricing.changes.entries import CostEntry
from kameng.domains.pricing.whatif import queries, rules
from kameng.domains.pricing.whatif.errors import NoGoodsThere
from kameng.kit.money import Money
from tenants.tree import Tenant


def moved(
    tenant: Tenant,
    asked: str,
    *,
    sku_id: UUID | None = None,
    category_id: UUID | None = None,
    what_if_id: UUID | None = None,
) -> list[CostEntry]:
    """The entries of a cost move of one own SKU, of a category with all below it, or of all.

    What the what-if supposes already is where the move begins.
    """
    move = rules.cost_move(asked)
    now = _supposed(tenant, what_if_id) if what_if_id else {}
    found = [
        CostEntry(one.sku_id, cost, move.moved(cost))
        for one in _own(tenant, sku_id, category_id)
        for cost in [now.get(one.sku_id, one.cost)]
    ]
    if not found:
        raise NoGoodsThere()
    rules.refuse_out_of_reach(found, HIGHEST_PRICE)
    return found


def _supposed(tenant: Tenant, what_if_id: UUID) -> dict[UUID, Money]:
    held = queries.entries(tenant, what_if_id)
    return {one.sku_id: one.after for one in held if isinstance(one, CostEntry)}


def _own(tenant: Tenant, sku_id: UUID | None, category_id: UUID | None) -> Sequence[PricedGoods]:
    goods = priced_goods(tenant, sku_ids=None if sku_id is None else [sku_id])
    mine = [one for one in goods if one.owner_tenant_id == tenant.id]
    if category_id is None:
        return mine
    return [one for one in mine if category_id in one.category_path]
