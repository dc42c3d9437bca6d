"""What a field may point to: goods, categories, articles, own pages, pictures, films."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Response, abort, g, jsonify, request
from flask_babel import gettext as _

from kameng.domains.catalog import queries as catalog
from kameng.domains.catalog.facts import CategoryFacts, ProductCard
from kameng.domains.design.articles import queries as articles
from kameng.domains.design.media import queries as pictures
from kameng.domains.design.media.queries import MediaFacts
from kameng.faces.console import lists
from kameng.faces.console.blueprint import pages
from kameng.faces.console.design import lengths
from kameng.faces.console.editor.opened import opened
from kameng.faces.frame import guards, media
from kameng.faces.frame.money import cash

SIZE = 24
MOST_IDS = 60
Item = dict[str, str | int]
Found = tuple[list[Item], bool]


@pages.get("/s/<slug>/design/editor/choices")
@guards.staff("design.view")
def design_choices() -> Response:
    """One page of them as {id, name, picture, note}; with ?ids= exactly those that are there."""
    find = KINDS.get(request.args.get("kind", "")) or abort(404)
    asked = request.args.get("ids")
    ids = asked.split(",")[:MOST_IDS] if asked is not None else None
    items, more = find(lists.word("q"), lists.page(), ids)
    return jsonify(items=items, next=lists.page() + 1 if more and ids is None else None)


def _products(words: str, page: int, ids: list[str] | None) -> Found:
    if ids is not None:
        return [_product(card) for card in catalog.cards(g.tenant, _uuids(ids))], False
    shelf = catalog.shelf(g.tenant, search=words or None, page=page, size=SIZE)
    return [_product(card) for card in shelf.cards], shelf.has_next


def _product(card: ProductCard) -> Item:
    picture = media.of_ref(card.picture).get("src", "")
    price = cash(card.retail_from)
    note = _("%(category)s · suggested %(price)s", category=card.category_name, price=price)
    return _item(card.product_id, card.name, picture, note)


def _categories(words: str, page: int, ids: list[str] | None) -> Found:
    found = [one for one in catalog.categories(g.tenant) if words.lower() in one.name.lower()]
    return _cut([_category(one) for one in found], page, ids)


def _category(one: CategoryFacts) -> Item:
    return _item(one.id, one.name, "", _("%(n)s products", n=one.products))


def _articles(words: str, page: int, ids: list[str] | None) -> Found:
    titles = articles.titles(g.tenant, size=500)
    found = [(slug, title) for slug, title in titles if words.lower() in f"{title} {slug}".lower()]
    return _cut([_item(slug, title, "", f"/articles/{slug}") for slug, title in found], page, ids)


def _own_pages(words: str, page: int, ids: list[str] | None) -> Found:
    found = [
        _item(slug, one["title"], "", f"/pages/{slug}")
        for slug, one in opened().document["pages"].items()
        if words.lower() in f"{one['title']} {slug}".lower()
    ]
    return _cut(found, page, ids)


def _pictures(words: str, page: int, ids: list[str] | None) -> Found:
    if ids is not None:
        there = pictures.some(g.tenant, _uuids(ids))
        return [_picture(row) for row in there.values()], False
    rows, total = pictures.page(g.tenant, words=words, films=False, page=page, size=SIZE)
    return [_picture(row) for row in rows], page * SIZE < total


def _films(words: str, page: int, ids: list[str] | None) -> Found:
    if ids is not None:
        there = pictures.some(g.tenant, _uuids(ids))
        return [_film(row) for row in there.values() if row.film], False
    rows, total = pictures.page(g.tenant, words=words, films=True, page=page, size=SIZE)
    return [_film(row) for row in rows], page * SIZE < total


def _film(row: MediaFacts) -> Item:
    return _item(row.id, row.name, media.smallest(g.tenant, row), lengths.told(row))


def _picture(row: MediaFacts) -> Item:
    said = _item(row.id, row.name, media.smallest(g.tenant, row), lengths.size(row))
    return said | {"width": row.width, "height": row.height}


def _item(key: UUID | str, name: str, picture: str, note: str) -> Item:
    return {"id": str(key), "name": name, "picture": picture, "note": note}


def _cut(found: list[Item], page: int, ids: list[str] | None) -> Found:
    """The page of a list that is short enough to be read whole."""
    if ids is not None:
        return [one for one in found if one["id"] in ids], False
    return found[(page - 1) * SIZE : page * SIZE], page * SIZE < len(found)


def _uuids(texts: list[str]) -> list[UUID]:
    """Those of the texts that are ids; of others there is nothing."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


KINDS: dict[str, Callable[[str, int, list[str] | None], Found]] = {
    "product": _products,
    "category": _categories,
    "article": _articles,
    "page": _own_pages,
    "media": _pictures,
    "film": _films,
}
