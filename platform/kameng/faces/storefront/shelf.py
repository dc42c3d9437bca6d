"""Finding goods: by category, by words."""

from typing import Any
from uuid import UUID

from flask import Response, abort, g, request

from kameng.domains.catalog import queries as catalog
from kameng.domains.catalog.rules import Sort
from kameng.faces.frame import guards
from kameng.faces.storefront import paths, shelves, turning
from kameng.faces.storefront.answer import page
from kameng.faces.storefront.blueprint import storefront
from kameng.faces.storefront.drops import goods

PER_PAGE = 24
SORTS = {
    "default": Sort.DEFAULT,
    "price_up": Sort.PRICE_UP,
    "price_down": Sort.PRICE_DOWN,
    "new": Sort.NEW,
}


@storefront.get("/c")
@guards.public
def all_goods() -> Response:
    """Everything this shop sells."""
    return _category(None)


@storefront.get("/c/<uuid:category_id>")
@guards.public
def category(category_id: UUID) -> Response:
    """The goods of one category and its children."""
    return _category(category_id)


@storefront.get("/search")
@guards.public
def search() -> Response:
    """Goods by words of their name; without words, everything."""
    words = request.args.get("q", "").strip()[:80]
    at = turning.asked()
    found = catalog.shelf(g.tenant, search=words or None, page=at, size=PER_PAGE)
    drops = {
        "q": words,
        "products": shelves.priced(g.tenant, found.cards),
        "pages": turning.pages(paths.SEARCH, at, found.has_next, q=words),
        "categories": goods.categories(catalog.categories(g.tenant)),
    }
    return page("search", drops, active="category")


def _category(category_id: UUID | None) -> Response:
    categories = goods.categories(catalog.categories(g.tenant), category_id)
    shown = next((one for one in categories if one["active"]), None)
    if category_id and shown is None:
        abort(404)
    at, key = turning.asked(), _sort_key()
    found = catalog.shelf(g.tenant, category=category_id, page=at, size=PER_PAGE, sort=SORTS[key])
    here = shown["url"] if shown else paths.ALL_GOODS
    drops = {
        "category": shown,
        "categories": categories,
        "products": shelves.priced(g.tenant, found.cards),
        "sorts": _sorts(here, key),
        "pages": turning.pages(here, at, found.has_next, sort="" if key == "default" else key),
    }
    return page("category", drops, active="category")


def _sorts(here: str, active: str) -> list[dict[str, Any]]:
    return [
        {
            "key": key,
            "url": paths.with_query(here, sort="" if key == "default" else key),
            "active": key == active,
        }
        for key in SORTS
    ]


def _sort_key() -> str:
    asked = request.args.get("sort", "")
    return asked if asked in SORTS else "default"
