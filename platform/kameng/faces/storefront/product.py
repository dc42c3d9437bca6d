"""A product and its purchase form: the first of the three steps to a paid order."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, g, request

from kameng.domains.catalog import queries as catalog
from kameng.domains.catalog.stock import queries as stock
from kameng.domains.pricing import queries as pricing
from kameng.faces.frame import guards, who
from kameng.faces.storefront import paths
from kameng.faces.storefront.answer import page
from kameng.faces.storefront.blueprint import storefront
from kameng.faces.storefront.buying_form import Buy
from kameng.faces.storefront.drops import forms, goods, paying
from kameng.faces.storefront.ids import uuid_of
from kameng.kit import clock

SOLD_CAP = 999


@storefront.get("/p/<uuid:product_id>")
@guards.public
def product(product_id: UUID) -> Response:
    """The page of one product, ?sku= already picked."""
    member = who.member()
    contact = _typed() or (member.contact if member else "")
    form = Buy(data={"quantity": None, "contact": contact})
    return drawn(product_id, uuid_of(request.args.get("sku")), form, {})


def _typed() -> str:
    """The number typed into this shop's own quick top-up; a link from elsewhere fills in none."""
    own = request.headers.get("Sec-Fetch-Site") == "same-origin"
    return request.args.get("contact", "").strip()[:60] if own else ""


def drawn(
    product_id: UUID,
    chosen: UUID | None,
    form: Buy,
    errors: Mapping[str, str],
    *,
    status: int = 200,
) -> Response:
    """The product page with `form` as typed; also what a refused purchase comes back to."""
    facts = catalog.product(g.tenant, product_id)
    offered = {sku.sku_id: sku for sku in facts.skus}
    member = who.member()
    prices = pricing.price_list(
        g.tenant, offered, facts=offered, member_id=member.id if member else None, now=clock.now()
    )
    counted = stock.counted(list(offered), sold_cap=SOLD_CAP)
    drops: dict[str, Any] = {
        "product": goods.product(facts, sum(counted[sku_id].sold for sku_id in offered)),
        "skus": goods.skus(facts, prices, counted, chosen),
        "form": forms.of(form, action=paths.ORDERS, errors=errors),
        **paying.methods(g.tenant, member, chosen=form.pay.data),
    }
    return page("product", drops, status=status, active="category")
