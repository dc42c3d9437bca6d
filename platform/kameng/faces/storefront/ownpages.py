"""Pages the shop laid out itself, under /pages/; they live in its arrangement."""

from flask import Response, abort

from kameng.faces.frame import guards
from kameng.faces.storefront import paths
from kameng.faces.storefront.answer import arrangement, page
from kameng.faces.storefront.blueprint import storefront
from kameng.faces.storefront.home import shown


@storefront.get("/pages/<name>")
@guards.public
def own_page(name: str) -> Response:
    """One page; it may hold whatever the front page may."""
    if name not in (arrangement().get("pages") or {}):
        abort(404)
    template = f"page:{name}"
    return page(template, shown(template), active=paths.own_page(name))
