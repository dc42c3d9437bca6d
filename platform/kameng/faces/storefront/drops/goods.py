"""Goods on a shelf and on their own page, priced for this shop."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from kameng.domains.catalog.facts import CategoryFacts, ProductCard, ProductFacts, SkuFacts
from kameng.domains.catalog.stock.facts import Counted
from kameng.domains.pricing.lists import PriceList
from kameng.domains.pricing.rules import Quote
from kameng.faces.frame import media
from kameng.faces.frame.money import plain
from kameng.faces.storefront import paths
from kameng.faces.storefront.drops import refunds
from kameng.kit.money import Money

Quotes = Mapping[UUID, Quote]
FEW = 10
PLENTY = 100


def categories(all_of_them: Iterable[CategoryFacts], active: UUID | None = None) -> list[dict]:
    """Every visible category; a category at depth 1 stands in the top row of a theme."""
    return [
        {
            "id": str(one.id),
            "url": paths.category(one.id),
            "name": one.name,
            "icon": one.icon,
            "active": one.id == active,
            "depth": one.depth,
        }
        for one in all_of_them
    ]


def cards(shelf: Iterable[ProductCard], quotes: Quotes, *, near: int = 0) -> list[dict[str, Any]]:
    """Product cards; a product none of whose SKUs has a price here is left out. Pictures of the
    first `near` are on the screen at once."""
    made = [_card(card, prices) for card in shelf if (prices := _prices(card, quotes))]
    for card in made[:near]:
        card["picture"] = card["picture"] and card["picture"] | {"near": True}
    return made


def _card(card: ProductCard, prices: list[Money]) -> dict[str, Any]:
    word = stock_word(card.stock)
    cheapest = min(prices)
    return {
        "id": str(card.product_id),
        "url": paths.product(card.product_id),
        "name": card.name,
        "summary": card.summary,
        "price": plain(cheapest),
        "price_from": max(prices) > cheapest,
        "market": plain(card.market_price) if _is_saving(card.market_price, cheapest) else None,
        "sold": card.sold,
        "stock_word": word,
        "stock_label": stock_label(word) if card.is_open else _("Not open yet"),
        "auto_delivery": card.stock_type == "card",
        "art": card.art,
        "picture": media.of_ref(card.picture) or "",
        "tag": _("Featured") if card.pinned else "",
    }


def _prices(card: ProductCard, quotes: Quotes) -> list[Money]:
    return [quotes[sku_id].price for sku_id in card.sku_ids if sku_id in quotes]


def product(facts: ProductFacts, sold: int) -> dict[str, Any]:
    """The product itself, without its SKUs."""
    return {
        "id": str(facts.product_id),
        "name": facts.name,
        "url": paths.product(facts.product_id),
        "summary": facts.summary,
        "art": facts.art,
        "picture": media.of_ref(facts.picture) or "",
        "description_html": facts.description,
        "usage_note": facts.usage_note,
        "refund": refunds.promised(facts.refund_days),
        "min": facts.min_quantity,
        "max": facts.max_quantity,
        "sold": sold,
        "auto_delivery": facts.stock_type == "card",
        "stock_type": facts.stock_type,
        "adult": facts.adult,
        "category": _category_of(facts),
    }


def _category_of(facts: ProductFacts) -> dict[str, str] | None:
    if facts.category_id is None:
        return None
    return {"name": facts.category_name, "url": paths.category(facts.category_id)}


def skus(
    facts: ProductFacts, prices: PriceList, counted: Mapping[UUID, Counted], chosen: UUID | None
) -> list[dict[str, Any]]:
    """What can be picked, cheapest rule of selection first: the asked-for one, else the first
    that is in stock, else the first."""
    offered = [sku for sku in facts.skus if sku.sku_id in prices]
    selected = _selected(offered, counted, chosen)
    return [_sku(facts, sku, prices, counted[sku.sku_id].free, sku is selected) for sku in offered]


def _sku(
    facts: ProductFacts, sku: SkuFacts, prices: PriceList, stock: int, selected: bool
) -> dict[str, Any]:
    word, price = stock_word(stock), prices.quote(sku.sku_id).price
    return {
        "id": str(sku.sku_id),
        "name": sku.name,
        "price": plain(price),
        "steps": [
            {"from": step.quantity, "price": plain(step.price)}
            for step in prices.steps(sku.sku_id)
            if step.quantity <= facts.max_quantity
        ],
        "market": plain(sku.market_price) if _is_saving(sku.market_price, price) else None,
        "stock_word": word,
        "stock_label": stock_label(word) if facts.is_open else _("Not open yet"),
        "selected": selected,
        "url": paths.product(facts.product_id, sku.sku_id),
    }


def _selected(
    offered: list[SkuFacts], counted: Mapping[UUID, Counted], chosen: UUID | None
) -> SkuFacts | None:
    asked = (sku for sku in offered if sku.sku_id == chosen)
    in_stock = (sku for sku in offered if counted[sku.sku_id].free > 0)
    return next(asked, None) or next(in_stock, None) or next(iter(offered), None)


def _is_saving(market: Money | None, price: Money) -> bool:
    """A struck-through price is shown only where it is higher than what is asked."""
    return market is not None and market > price


def stock_word(stock: int) -> str:
    """Stock as a word: none, few, some, plenty."""
    if stock <= 0:
        return "none"
    if stock < FEW:
        return "few"
    return "some" if stock < PLENTY else "plenty"


def stock_label(word: str) -> str:
    """The stock word as a shopper reads it."""
    labels = {
        "none": _("Sold out"),
        "few": _("Almost sold out"),
        "some": _("In stock"),
        "plenty": _("Plenty in stock"),
    }
    return labels[word]
