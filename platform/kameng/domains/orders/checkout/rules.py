"""What a basket may hold and what it comes to; the price is ours, the shopper only saw one."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.delivery.rules import DELIVERABLE
from kameng.domains.orders.errors import (
    AdultStatementMissing,
    BasketEmpty,
    NotForSale,
    NothingToPay,
    PriceChanged,
    QuantityOutOfRange,
)
from kameng.domains.orders.rules import Basket, Item, LineFacts, line_total
from kameng.domains.pricing import traces
from kameng.domains.pricing.lists import PriceList
from kameng.domains.pricing.rules import Quote, snapshot
from kameng.kit import ids
from kameng.kit.money import Money

LARGEST_BASKET = 50
LARGEST_QUANTITY = 10_000


def check(basket: Basket) -> list[UUID]:
    """The SKUs of a basket that makes sense."""
    wanted = [item.sku_id for item in basket.items]
    if not wanted or len(wanted) > LARGEST_BASKET or len(set(wanted)) != len(wanted):
        raise BasketEmpty()
    return wanted


def lines(basket: Basket, facts: Mapping[UUID, SkuFacts], prices: PriceList) -> list[LineFacts]:
    """The order's lines at our prices; refuses what may not be bought so."""
    made = [
        _line(seq, item, _sellable(item, facts), _agreed(item, prices))
        for seq, item in enumerate(basket.items, 1)
    ]
    if not basket.adult_statement and any(facts[one.sku_id].adult for one in made):
        raise AdultStatementMissing()
    return made


def total(made: list[LineFacts]) -> Money:
    """What the order comes to; an order for nothing is a mistake."""
    amount = sum((line.total for line in made), Money.zero(made[0].total.currency))
    if amount.micro <= 0:
        raise NothingToPay()
    return amount


def _sellable(item: Item, facts: Mapping[UUID, SkuFacts]) -> SkuFacts:
    sku = facts.get(item.sku_id)
    if sku is None or not _offered(sku):
        raise NotForSale(sku_id=item.sku_id)
    most = min(sku.max_quantity or LARGEST_QUANTITY, LARGEST_QUANTITY)
    least = max(sku.min_quantity, 1)
    if not isinstance(item.quantity, int) or not least <= item.quantity <= most:
        raise QuantityOutOfRange(minimum=least, maximum=most)
    return sku


def _agreed(item: Item, prices: PriceList) -> Quote:
    """The price of so many pieces. Shoppers see the price of one, or the one of their quantity;
    having seen the first they never pay more than it."""
    quote = prices.quote(item.sku_id, item.quantity)
    price, shown = quote.price, item.shown_price
    if price.micro <= 0:
        raise NothingToPay()
    if shown is None or shown == price:
        return quote
    single = prices.quote(item.sku_id).price
    if shown != single or price > single:
        raise PriceChanged(sku_id=item.sku_id, shown=shown, price=price)
    return quote


def _offered(sku: SkuFacts) -> bool:
    """On sale here, and of a kind that somebody can hand over: no money for promises."""
    return sku.is_sellable and sku.stock_type in DELIVERABLE


def _line(seq: int, item: Item, sku: SkuFacts, quote: Quote) -> LineFacts:
    chain: list[dict[str, Any]] = list(snapshot(quote))
    chain[-1]["trace"] = traces.facts(quote.trace)
    return LineFacts(
        id=ids.uuid7(),
        seq=seq,
        sku_id=sku.sku_id,
        product_id=sku.product_id,
        owner_tenant_id=sku.owner_tenant_id,
        name=sku.name,
        product_name=sku.product_name,
        usage_note=sku.usage_note,
        stock_type=sku.stock_type,
        quantity=item.quantity,
        unit_price=quote.price,
        total=line_total(quote.price, item.quantity),
        chain=tuple(chain),
        refund_days=sku.refund_days,
    )
