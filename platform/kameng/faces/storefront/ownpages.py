"""Pages the shop laid out itself, under /pages/; they live in its arrangement."""

from flask import Response, abort

from kameng.faces.frame import guards
from kameng.faces.storefront import paths
from kameng.faces.storefront.answer import arrangement, page
from kameng.faces.storefront.blueprint import storefront
from kameng.faces.storefront.home import shown


@storefront.get("/pages/<slug>")
@guards.public
def own_page(slug: str) -> Response:
    """One page; it may hold whatever the front page may."""
    if slug not in (arrangement().get("pages") or {}):
        abort(404)
    name = f"page:{slug}"
    return page(name, shown(name), active=paths.own_page(slug))
