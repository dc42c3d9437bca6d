"""Whose a cart is, what may lie in it, and what it comes to today: pure decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.orders.cart.errors import BoughtAlone, CartFull, CartMoved
from kameng.domains.orders.checkout.rules import LARGEST_QUANTITY
from kameng.domains.orders.errors import NotForSale, QuantityOutOfRange
from kameng.domains.orders.rules import Item, line_total
from kameng.domains.pricing.lists import PriceList
from kameng.kit.money import Money

MOST_LINES = 30
"""Kinds of goods in one cart; an order may have 50 lines."""
KEPT_FOR = timedelta(days=30)
MIXED = frozenset({"card"})
"""Kinds of stock that need no words of the shopper and so may lie beside others."""


class Trouble(StrEnum):
    """Why a line cannot be bought as it stands."""

    SOLD_OUT = "sold_out"
    SHORT = "short"
    RANGE = "range"


@dataclass(frozen=True, slots=True)
class Kept:
    """A line as it was put in; `seen` is the price of one at that time."""

    sku_id: UUID
    quantity: int
    seen: Money
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Priced:
    """A line today: the price of each of so many pieces, and the price of one (`single`)."""

    sku: SkuFacts
    quantity: int
    price: Money
    single: Money
    total: Money
    seen: Money
    free: int
    least: int
    most: int
    trouble: Trouble | None

    @property
    def has_moved(self) -> bool:
        """Whether the price of one is another than when it was put in."""
        return self.single != self.seen


@dataclass(frozen=True, slots=True)
class Cart:
    """A whole cart today; `gone` are goods no longer sold here, by name ("" where unknown)."""

    lines: tuple[Priced, ...]
    gone: tuple[tuple[UUID, str], ...]
    total: Money

    @property
    def pieces(self) -> int:
        """How many pieces it holds."""
        return sum(line.quantity for line in self.lines)

    @property
    def is_ready(self) -> bool:
        """Whether it can be ordered as it stands."""
        return bool(self.lines) and not any(line.trouble for line in self.lines)


def of_member(member_id: UUID) -> str:
    """The owner of a member's cart."""
    return f"member:{member_id}"


def of_browser(key: UUID) -> str:
    """The owner of the cart of a browser nobody has signed in on."""
    return f"browser:{key}"


def bounds(sku: SkuFacts) -> tuple[int, int]:
    """The fewest and the most pieces of one order."""
    return max(sku.min_quantity, 1), min(sku.max_quantity or LARGEST_QUANTITY, LARGEST_QUANTITY)


def accept(sku: SkuFacts | None, sku_id: UUID, quantity: int, kinds: int) -> None:
    """Refuse what may not lie in a cart that holds `kinds` other goods, or not so many of it."""
    if sku is None or not sku.is_sellable:
        raise NotForSale(sku_id=sku_id)
    if sku.stock_type not in MIXED:
        raise BoughtAlone()
    least, most = bounds(sku)
    if not least <= quantity <= most:
        raise QuantityOutOfRange(minimum=least, maximum=most)
    if kinds >= MOST_LINES:
        raise CartFull(most=MOST_LINES)


def same(kept: Iterable[Kept], items: Sequence[Item]) -> None:
    """Refuse an order of anything but what the cart holds, each in its number."""
    held = {line.sku_id: line.quantity for line in kept}
    wanted = {item.sku_id: item.quantity for item in items}
    if len(wanted) != len(items) or any(held.get(sku) != n for sku, n in wanted.items()):
        raise CartMoved()


def priced(
    kept: Sequence[Kept],
    facts: Mapping[UUID, SkuFacts],
    prices: PriceList,
    free: Mapping[UUID, int],
    zero: Money,
) -> Cart:
    """The cart at today's prices; what is not sold here any more is left out and named."""
    sold = [one for one in kept if (sku := facts.get(one.sku_id)) and sku.is_sellable]
    lines = tuple(_line(one, facts[one.sku_id], prices, free.get(one.sku_id, 0)) for one in sold)
    rest = {one.sku_id for one in kept} - {one.sku_id for one in sold}
    gone = tuple((one.sku_id, _name(facts.get(one.sku_id))) for one in kept if one.sku_id in rest)
    return Cart(lines, gone, sum((line.total for line in lines), zero))


def _line(kept: Kept, sku: SkuFacts, prices: PriceList, free: int) -> Priced:
    price = prices.quote(sku.sku_id, kept.quantity).price
    single = prices.quote(sku.sku_id).price
    least, most = bounds(sku)
    return Priced(
        sku=sku,
        quantity=kept.quantity,
        price=price,
        single=single,
        total=line_total(price, kept.quantity),
        seen=kept.seen,
        free=free,
        least=least,
        most=most,
        trouble=_trouble(kept.quantity, free, least, most),
    )


def _trouble(quantity: int, free: int, least: int, most: int) -> Trouble | None:
    if free <= 0:
        return Trouble.SOLD_OUT
    if not least <= quantity <= most:
        return Trouble.RANGE
    return Trouble.SHORT if free < quantity else None


def _name(sku: SkuFacts | None) -> str:
    if sku is None:
        return ""
    return sku.product_name if sku.name == sku.product_name else f"{sku.product_name} · {sku.name}"
