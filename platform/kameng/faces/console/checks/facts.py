"""What a design is held against: the goods, articles and pictures there are, the host's numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kameng.config import settings
from kameng.domains.catalog import queries as catalog
from kameng.domains.design.articles import queries as articles
from kameng.domains.design.media import queries as media
from kameng.faces.console.checks import walk
from kameng.faces.console.checks.walk import Document, Library
from kameng.faces.console.design import named
from kameng.faces.console.panel import elsewhere
from kameng.faces.frame import addresses, filings
from tenants.tree import Tenant
from themes import engine

EMPTY, SOLD_OUT, FULL = "empty", "sold out", "full"
PER_SHELF, MOST_SHELVES = 12, 30
Shelf = tuple[str, str]
"""A page and a section of it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is now. Everything by the text a document says it with."""

    on_sale: frozenset[str]
    categories: frozenset[str]
    articles: frozenset[str]
    pictures: Mapping[str, str]
    """Media id -> the words of its own."""
    films: frozenset[str]
    """The media ids that are films."""
    missing: Mapping[str, Mapping[str, str]]
    """Drop -> why sections that need it show nothing, and where that is changed."""
    shelves: Mapping[Shelf, str]
    host: str
    own_host: bool
    is_master: bool
    filed: bool


def gather(tenant: Tenant, document: Document, library: Library) -> Facts:
    """Some queries, however long the document is; inside `use(tenant)`."""
    ids = {one for held in walk.held(document, library) for one in named.ids(dict(held.settings))}
    site = set(named.ids(document.get("site") or {}))
    found = media.some(tenant, ids | site)
    cards = catalog.cards(tenant, sorted(ids)) if ids else []
    host = addresses.main_host(tenant)
    return Facts(
        on_sale=frozenset(str(card.product_id) for card in cards),
        categories=frozenset(str(one.id) for one in catalog.categories(tenant)),
        articles=frozenset(slug for slug, _title in articles.titles(tenant)),
        pictures={str(one): row.alt for one, row in found.items()},
        films=frozenset(str(one) for one, row in found.items() if row.film),
        missing=elsewhere.missing(tenant),
        shelves=_shelves(tenant, document),
        host=host,
        own_host=host != settings().host(tenant.slug),
        is_master=tenant.is_root,
        filed=bool(filings.shown(tenant, host)["icp"]),
    )


def _shelves(tenant: Tenant, document: Document) -> dict[Shelf, str]:
    """What each shelf of the front page and of own pages shows: the fullest of a section's."""
    names = ["home", *(walk.OWN + slug for slug in document.get("pages") or {})]
    wants = [(name, want) for name in names for want in engine.wants(document, name)]
    found: dict[Shelf, str] = {}
    known: dict[tuple[str, ...], str] = {}
    for name, want in wants[:MOST_SHELVES]:
        asked = _asked(want)
        if asked not in known:
            known[asked] = _state(tenant, *asked)
        at = name, str(want["section"])
        found[at] = max(known[asked], found.get(at, EMPTY), key=[EMPTY, SOLD_OUT, FULL].index)
    return found


def _asked(want: Mapping[str, Any]) -> tuple[str, ...]:
    """What a shelf asks for, so that the same is read once."""
    source = str(want["source"])
    if source == "chosen":
        return (source, *map(str, want["products"]))
    return (source, str(want["category"])) if source == "category" else (source,)


def _state(tenant: Tenant, source: str, *which: str) -> str:
    ids = [UUID(text) for text in which if named.ID.fullmatch(text)]
    if source == "chosen":
        cards = catalog.cards(tenant, ids) if ids else []
    elif source == "category" and not ids:
        cards = []
    else:
        category = ids[0] if source == "category" else None
        cards = catalog.shelf(tenant, category=category, size=PER_SHELF).cards
    if not cards:
        return EMPTY
    return FULL if any(card.stock > 0 for card in cards) else SOLD_OUT
