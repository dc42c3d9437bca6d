"""A cart as a theme sees it: lines at today's prices, what changed, what is gone."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.orders.cart.rules import Cart, Priced, Trouble
from kameng.faces.frame import media
from kameng.faces.frame.money import plain
from kameng.faces.storefront import paths
from kameng.faces.storefront.drops.goods import stock_label, stock_word
from kameng.kit.money import Money

Shown = Mapping[UUID, Money | None]
NONE: Shown = MappingProxyType({})


def cart(
    found: Cart, *, shown: Shown = NONE, errors: Mapping[UUID, str] = MappingProxyType({})
) -> dict[str, Any]:
    """The whole cart; `shown` are prices the shopper's form carried, `errors` what was refused."""
    return {
        "lines": [
            _line(line, shown.get(line.sku.sku_id), errors.get(line.sku.sku_id, ""))
            for line in found.lines
        ],
        "gone": [
            {"name": name or _("Goods no longer listed"), "remove": paths.cart_removal(sku_id)}
            for sku_id, name in found.gone
        ],
        "total": plain(found.total),
        "pieces": found.pieces,
        "is_ready": found.is_ready,
        "adult": any(line.sku.adult for line in found.lines),
        "checkout": paths.CHECKOUT,
    }


def _line(line: Priced, shown: Money | None, error: str) -> dict[str, Any]:
    sku, word = line.sku, stock_word(line.free)
    return {
        "id": str(sku.sku_id),
        "product_id": str(sku.product_id),
        "url": paths.product(sku.product_id, sku.sku_id),
        "name": sku.product_name,
        "option": "" if sku.name == sku.product_name else sku.name,
        "art": sku.art,
        "picture": media.of_ref(sku.picture) or "",
        "quantity": line.quantity,
        "min": line.least,
        "max": line.most,
        "price": plain(line.price),
        "was": _was(line, shown),
        "total": plain(line.total),
        "stock_word": word,
        "stock_label": stock_label(word),
        "trouble": error or _trouble(line),
        "change": paths.cart_line(sku.sku_id),
        "remove": paths.cart_removal(sku.sku_id),
    }


def _was(line: Priced, shown: Money | None) -> str | None:
    """The price the shopper saw before, where it is another one now."""
    if shown is not None:
        return plain(shown) if shown not in (line.price, line.single) else None
    return plain(line.seen) if line.has_moved else None


def _trouble(line: Priced) -> str:
    if line.trouble is Trouble.SOLD_OUT:
        return _("Sold out. Take it out to order the rest.")
    if line.trouble is Trouble.SHORT:
        return _("Only %(count)s left. Choose fewer.", count=line.free)
    if line.trouble is Trouble.RANGE:
        return _("%(least)s to %(most)s per order.", least=line.least, most=line.most)
    return ""


def removed(sku: SkuFacts, quantity: int) -> dict[str, Any]:
    """What was just taken out, for whoever wants it back."""
    name = sku.product_name if sku.name == sku.product_name else f"{sku.product_name} · {sku.name}"
    return {"id": str(sku.sku_id), "name": name, "quantity": quantity, "action": paths.CART_LINES}
