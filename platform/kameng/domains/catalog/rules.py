"""What makes a product or SKU acceptable, as pure decisions; the texts of limits.md start here."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from kameng.domains.catalog import blocklist
from kameng.domains.catalog.errors import (
    CeilingBelowFloor,
    GoodsForbidden,
    NameMissing,
    PriceOutOfRange,
    QuantityLimitsCrossed,
    RefundDaysOutOfRange,
    TextTooLong,
)
from kameng.kit.money import Money

CATEGORY_DEPTH = 3
"""Levels of categories; the shelf queries join exactly this many."""

MOST_PER_ORDER = 1000
MOST_REFUND_DAYS = 3650
"""No product may be bought in larger quantities than this in one order."""

HIGHEST_PRICE = Money.of("999999.99")
"""What the payment channels can charge at most, per piece."""

NAME_LIMIT, SPEC_LIMIT, SUMMARY_LIMIT = 120, 60, 200
CATEGORY_LIMIT, NOTE_LIMIT, DESCRIPTION_LIMIT = 60, 4_000, 20_000

_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_SPACES = re.compile(r"\s+")


class StockType(StrEnum):
    """How a product is delivered."""

    CARD = "card"
    TOPUP = "topup"
    LINK = "link"
    RESERVATION = "reservation"


OPEN_TYPES = frozenset({StockType.CARD})
"""The types that can be delivered today; the others are listed as not open yet."""


class SaleState(StrEnum):
    """Whether the owner sells a product or SKU."""

    ON_SALE = "on_sale"
    OFF_SALE = "off_sale"


class Sort(StrEnum):
    """Orders of a shelf; prices are the suggested ones."""

    DEFAULT = "default"
    PRICE_UP = "price_up"
    PRICE_DOWN = "price_down"
    NEW = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class SkuDraft:
    """What an owner says about a SKU. An empty name is right for a product's only SKU."""

    name: str = ""
    cost: Money
    retail: Money
    market_price: Money | None = None
    floor: Money | None = None
    ceiling: Money | None = None
    state: SaleState = SaleState.ON_SALE
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductDraft:
    """What an owner says about a product. `description` may be plain text or simple HTML;
    `refund_days` after delivery it may be given back: 0 never, None always."""

    category_id: UUID
    name: str
    summary: str = ""
    description: str = ""
    usage_note: str = ""
    stock_type: StockType = StockType.CARD
    state: SaleState = SaleState.ON_SALE
    position: int = 0
    min_quantity: int = 1
    max_quantity: int = 100
    refund_days: int | None = None
    art: str = ""


def one_line(text: str) -> str:
    """`text` without control or direction marks, in one line, trimmed."""
    return _SPACES.sub(" ", _CONTROL.sub("", unicodedata.normalize("NFC", text))).strip()


def many_lines(text: str) -> str:
    """`text` without control marks, with plain newlines, trimmed."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", unicodedata.normalize("NFC", plain)).strip()


def product_draft(draft: ProductDraft) -> ProductDraft:
    """The draft tidied; refuses what may not be listed or makes no sense."""
    tidy = replace(
        draft,
        name=one_line(draft.name),
        summary=one_line(draft.summary),
        description=many_lines(draft.description),
        usage_note=many_lines(draft.usage_note),
    )
    _need_name(tidy.name)
    _fits("name", tidy.name, NAME_LIMIT)
    _fits("summary", tidy.summary, SUMMARY_LIMIT)
    _fits("usage_note", tidy.usage_note, NOTE_LIMIT)
    _fits("description", tidy.description, DESCRIPTION_LIMIT)
    refuse_grey(tidy.name, tidy.summary)
    _check_quantities(tidy.min_quantity, tidy.max_quantity)
    _check_refund_days(tidy.refund_days)
    return tidy


def sku_draft(draft: SkuDraft) -> SkuDraft:
    """The draft tidied; refuses grey names and prices nobody can charge."""
    tidy = replace(draft, name=one_line(draft.name))
    _fits("name", tidy.name, SPEC_LIMIT)
    refuse_grey(tidy.name)
    for field in ("cost", "retail", "market_price", "floor", "ceiling"):
        price = getattr(tidy, field)
        if price is not None and not Money.zero() < price <= HIGHEST_PRICE:
            raise PriceOutOfRange(field=field, limit=HIGHEST_PRICE)
    if tidy.ceiling is not None and tidy.ceiling < max(tidy.cost, tidy.floor or tidy.cost):
        raise CeilingBelowFloor(ceiling=tidy.ceiling)
    return tidy


def category_name(name: str) -> str:
    """The name tidied; refuses empty, long and grey ones."""
    tidy = one_line(name)
    _need_name(tidy)
    _fits("name", tidy, CATEGORY_LIMIT)
    refuse_grey(tidy)
    return tidy


def refuse_grey(*texts: str) -> None:
    """Refuse goods on the platform's blocklist; no site can lift it."""
    for text in texts:
        found = blocklist.find(text)
        if found:
            raise GoodsForbidden(word=found.word, family=found.family)


def is_sellable(*, stock_type: str, states: tuple[str, ...], hidden: bool) -> bool:
    """Whether a SKU may be bought now, stock aside."""
    on_sale = all(state == SaleState.ON_SALE for state in states)
    return stock_type in OPEN_TYPES and on_sale and not hidden


def is_adult(art: str) -> bool:
    """Whether the buyer must state that he is of age (limits.md: games)."""
    return art == "game"


def _need_name(name: str) -> None:
    if not name:
        raise NameMissing()


def _fits(field: str, text: str, limit: int) -> None:
    if len(text) > limit:
        raise TextTooLong(field=field, limit=limit)


def _check_quantities(least: int, most: int) -> None:
    if not 1 <= least <= most <= MOST_PER_ORDER:
        raise QuantityLimitsCrossed(limit=MOST_PER_ORDER)


def _check_refund_days(days: int | None) -> None:
    if days is not None and not 0 <= days <= MOST_REFUND_DAYS:
        raise RefundDaysOutOfRange(limit=MOST_REFUND_DAYS)


def search_words(text: str) -> list[str]:
    """At most five words of a search, each at most forty characters."""
    return [word[:40] for word in one_line(text).split(" ") if word][:5]


def escape_like(word: str) -> str:
    """`word` for ILIKE, its wildcards taken literally."""
    return re.sub(r"([\\%_])", r"\\\1", word)
