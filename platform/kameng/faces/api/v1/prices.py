"""GET /prices: what shoppers pay here for some goods or for all, a piece at a time, with why."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import g
from flask.typing import ResponseReturnValue

from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.catalog.goods import walking
from kameng.domains.pricing import queries
from kameng.domains.pricing.errors import NoSuchGoods
from kameng.domains.pricing.lists import PriceList
from kameng.faces.api.v1 import asked, told
from kameng.faces.api.v1.blueprint import v1
from kameng.faces.frame import guards
from kameng.kit import clock


@v1.get("/prices")
@guards.api("prices.view")
def prices() -> ResponseReturnValue:
    """The SKUs named, or the next ones of all; unknown ones are left out."""
    asked.only("sku", "quantity", "limit", "after")
    pieces, most, named = asked.quantity(), asked.limit(), asked.skus()
    wanted = named or walking.sku_ids_after(g.tenant, asked.after(), size=most + 1)
    there = wanted if named else wanted[:most]
    known = queries.price_list(g.tenant, there, now=clock.now())
    more = not named and len(wanted) > most
    return {
        "prices": [_told(known, one, pieces) for one in there if one in known],
        "next": str(there[-1]) if more else None,
    }


@v1.get("/prices/<uuid:sku_id>")
@guards.api("prices.view")
def price(sku_id: UUID) -> ResponseReturnValue:
    """One SKU."""
    asked.only("quantity")
    pieces = asked.quantity()
    known = queries.price_list(g.tenant, [sku_id], now=clock.now())
    if sku_id not in known:
        raise NoSuchGoods()
    return _told(known, sku_id, pieces)


def _told(known: PriceList, sku_id: UUID, pieces: int) -> dict[str, Any]:
    quote = known.quote(sku_id, pieces)
    return {
        **_goods(known.facts[sku_id]),
        **told.figures(quote),
        "steps": [
            {"quantity": step.quantity, "price": str(step.price)} for step in known.steps(sku_id)
        ],
        "trace": told.trace(quote, g.tenant),
    }


def _goods(sku: SkuFacts) -> dict[str, Any]:
    return {
        "sku": str(sku.sku_id),
        "product": str(sku.product_id),
        "product_name": sku.product_name,
        "name": sku.name,
        "category": sku.category_name,
        "on_sale": sku.is_sellable,
    }
