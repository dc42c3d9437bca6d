"""What search engines ask a shop for: robots.txt, and the map of its pages."""

from collections.abc import Iterable
from datetime import datetime
from xml.sax.saxutils import escape

from flask import Response, abort, g

from kameng.domains.catalog import queries as catalog
from kameng.domains.design.articles import queries as articles
from kameng.faces.frame import addresses, guards
from kameng.faces.storefront import paths
from kameng.faces.storefront.answer import arrangement
from kameng.faces.storefront.blueprint import storefront
from kameng.faces.storefront.drops import shop
from kameng.kit import clock

Place = tuple[str, datetime | None]
PER_MAP = 5000
AN_HOUR = "public, max-age=3600"
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NOBODYS_BUSINESS = ("/me", "/cashier/", "/orders/", "/password")


@storefront.get("/robots.txt")
@guards.public
def robots() -> Response:
    """What may be looked at; of a shop that is no real or no open one, nothing."""
    if not shop.is_indexed(g.tenant):
        return _text("User-agent: *\nDisallow: /\n")
    shut = "".join(f"Disallow: {path}\n" for path in NOBODYS_BUSINESS)
    where = addresses.site(g.tenant, paths.SITEMAP)
    return _text(f"User-agent: *\n{shut}\nSitemap: {where}\n")


@storefront.get("/sitemap.xml")
@guards.public
def sitemap() -> Response:
    """Every page for everybody; of a large shop the list of its maps."""
    if not shop.is_indexed(g.tenant):
        abort(404)
    count = catalog.shelf_count(g.tenant)
    written = _written()
    if len(written) + count <= PER_MAP:
        return _map([*written, *_goods(1)])
    maps = [_whole(paths.sitemap(part)) for part in range(-(-count // PER_MAP) + 1)]
    rows = "".join(f"<sitemap><loc>{escape(one)}</loc></sitemap>" for one in maps)
    return _xml(f"<sitemapindex {NAMESPACE}>{rows}</sitemapindex>")


@storefront.get("/sitemap-<int(max=99999):part>.xml")
@guards.public
def sitemap_part(part: int) -> Response:
    """One map of a large shop: the first of what is written, the others of goods."""
    found = (_goods(part) if part else _written()) if shop.is_indexed(g.tenant) else []
    if not found:
        abort(404)
    return _map(found)


def _written() -> list[Place]:
    """The front page and lists, categories, own pages that are listed, articles."""
    pages = arrangement().get("pages") or {}
    own = [paths.own_page(slug) for slug, one in pages.items() if one["listed"]]
    shelves = [paths.category(one.id) for one in catalog.categories(g.tenant)]
    fixed = [paths.HOME, paths.ALL_GOODS, paths.NOTICES, paths.HELP]
    size = PER_MAP - len(fixed) - len(own) - len(shelves)
    told = articles.addresses(g.tenant, now=clock.now(), page=1, size=max(size, 0))
    return [
        *((path, None) for path in (*fixed, *shelves[: PER_MAP // 2], *own)),
        *((paths.article(slug), at) for slug, at in told),
    ]


def _goods(part: int) -> list[Place]:
    listed = catalog.listed(g.tenant, page=part, size=PER_MAP)
    return [(paths.product(product_id), None) for product_id in listed]


def _map(places: Iterable[Place]) -> Response:
    rows = "".join(_row(path, at) for path, at in places)
    return _xml(f"<urlset {NAMESPACE}>{rows}</urlset>")


def _row(path: str, at: datetime | None) -> str:
    changed = f"<lastmod>{at.date().isoformat()}</lastmod>" if at else ""
    return f"<url><loc>{escape(_whole(path))}</loc>{changed}</url>"


def _whole(path: str) -> str:
    return addresses.site(g.tenant, path)


def _xml(body: str) -> Response:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'
    return Response(text, mimetype="application/xml", headers={"Cache-Control": AN_HOUR})


def _text(body: str) -> Response:
    return Response(body, mimetype="text/plain", headers={"Cache-Control": AN_HOUR})
