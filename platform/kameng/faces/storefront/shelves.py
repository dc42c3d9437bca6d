"""Shelves with prices on them: one question to the catalogue per distinct list, one to the
price rules per page."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kameng.domains.catalog import queries as catalog
from kameng.domains.catalog.facts import ProductCard
from kameng.domains.catalog.rules import Sort
from kameng.domains.pricing import queries as pricing
from kameng.domains.pricing.rules import Quote
from kameng.faces.frame import who
from kameng.faces.storefront.drops import goods
from kameng.faces.storefront.ids import uuid_of
from kameng.kit import clock
from tenants.tree import Tenant

PER_SECTION = 24
FIRST_ROW = 4
EVERYTHING = ("all", "", ())

Key = tuple[str, str, tuple[str, ...]]
Cards = list[dict[str, Any]]


def priced(tenant: Tenant, cards: list[ProductCard]) -> Cards:
    """The cards of one shelf with this shop's prices; its first row is seen at once."""
    return _priced(tenant, {EVERYTHING: cards}, near=FIRST_ROW)[EVERYTHING]


def of_the_front(tenant: Tenant, wants: list[dict[str, Any]]) -> tuple[Cards, dict[str, Any]]:
    """The default shelf of the front page, and the shelf of each section that asked for one; of a
    section with several, by block."""
    read = {key: _read(tenant, key) for key in {EVERYTHING, *map(_key, wants)}}
    shelves = _priced(tenant, read)
    feeds: dict[str, Any] = {}
    for want in wants:
        cards = shelves[_key(want)][: int(want.get("limit") or PER_SECTION)]
        if block := want.get("block"):
            feeds.setdefault(want["section"], {})[block] = cards
        else:
            feeds[want["section"]] = cards
    return shelves[EVERYTHING], feeds


def _key(want: Mapping[str, Any]) -> Key:
    """What makes two sections ask for the same list; "hot" is the shop's own order, too."""
    source = want.get("source") or "all"
    category = str(want.get("category") or "") if source == "category" else ""
    chosen = tuple(str(one) for one in want.get("products") or ()) if source == "chosen" else ()
    return ("all" if source == "hot" else source, category, chosen)


def _read(tenant: Tenant, key: Key) -> list[ProductCard]:
    source, category, chosen = key
    if source == "chosen":
        return catalog.cards(tenant, _ids(chosen))
    if source == "category" and (category_id := uuid_of(category)):
        return catalog.shelf(tenant, category=category_id, page=1, size=PER_SECTION).cards
    sort = Sort.NEW if source == "new" else Sort.DEFAULT
    return catalog.shelf(tenant, page=1, size=PER_SECTION, sort=sort).cards


def _ids(texts: tuple[str, ...]) -> list[UUID]:
    return [found for text in texts if (found := uuid_of(text))]


def _priced(
    tenant: Tenant, shelves: Mapping[Key, list[ProductCard]], *, near: int = 0
) -> dict[Key, Cards]:
    sku_ids = {sku_id for cards in shelves.values() for card in cards for sku_id in card.sku_ids}
    quotes = _quotes(tenant, list(sku_ids)) if sku_ids else {}
    return {key: goods.cards(cards, quotes, near=near) for key, cards in shelves.items()}


def _quotes(tenant: Tenant, sku_ids: list[UUID]) -> dict[UUID, Quote]:
    member = who.member()
    return pricing.quotes(tenant, sku_ids, member_id=member.id if member else None, now=clock.now())
