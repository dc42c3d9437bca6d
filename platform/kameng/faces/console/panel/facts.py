"""What the fields of the editor let one choose from, and what of it is chosen now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kameng.domains.accounts.members.tiers import queries as tiers
from kameng.domains.catalog import queries as catalog
from kameng.domains.design.articles import queries as articles
from kameng.faces.console.design import named
from kameng.faces.console.panel import art, elsewhere
from kameng.faces.console.writing import choices
from kameng.faces.frame import media
from kameng.faces.frame.money import SHOP_TIME
from kameng.kit import films
from kameng.kit.pictures import LARGEST_UPLOAD, MOST_PIXELS
from tenants.tree import Tenant
from themes import engine

Named = dict[str, dict[str, str]]


def of(tenant: Tenant, document: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values for the page; inside `use(tenant)`."""
    theme, version = str(document["theme"]), document.get("version")
    return {
        "art": art.choices(theme, version),
        "known": known(tenant, document),
        "tiers": [{"rank": one.rank, "name": one.name} for one in tiers.tiers(tenant)],
        "places": [[kind.rstrip(":"), str(label)] for kind, label in choices.places()],
        "missing": elsewhere.missing(tenant),
        "links": elsewhere.links(),
        "palette": engine.palette(theme, {}, version),
        "shades": engine.palette(theme, document["tokens"], version),
        "zone": str(SHOP_TIME),
        "largest": LARGEST_UPLOAD,
        "most_pixels": MOST_PIXELS,
        "largest_film": films.LARGEST_UPLOAD,
        "longest_film": films.LONGEST,
    }


def known(tenant: Tenant, document: Mapping[str, Any]) -> dict[str, Named]:
    """What the things a document names are called, by their kind and id; its pictures stand in the
    page's `media` with their names."""
    ids = sorted(set(named.ids(document)))
    return {
        "product": _products(tenant, ids),
        "category": {str(one.id): _named(one.name) for one in catalog.categories(tenant)},
        "article": {slug: _named(title) for slug, title in articles.titles(tenant)},
    }


def _products(tenant: Tenant, ids: list[UUID]) -> Named:
    """Goods by their names, with a picture where they are on sale here and have one."""
    names = catalog.product_names(tenant, ids) if ids else {}
    cards = catalog.cards(tenant, list(names)) if names else []
    pictures = {card.product_id: media.of_ref(card.picture) for card in cards}
    return {
        str(one): _named(name, pictures.get(one, {}).get("src", "")) for one, name in names.items()
    }


def _named(name: str, picture: str = "") -> dict[str, str]:
    return {"name": name, "picture": picture}
