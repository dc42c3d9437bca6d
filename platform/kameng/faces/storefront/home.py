"""The front page: categories, and a shelf for each product section the shop has arranged."""

from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from kameng.domains.catalog import queries as catalog
from kameng.faces.frame import guards
from kameng.faces.storefront import shelves
from kameng.faces.storefront.answer import arrangement, page
from kameng.faces.storefront.blueprint import storefront
from kameng.faces.storefront.drops import goods
from themes import engine

TOP = 1


@storefront.get("/")
@guards.public
def home() -> Response:
    """The shop's front page."""
    drops = shown("home")
    if request.args.get("opened") == "1":
        drops["messages"] = [_just_opened()]
    return page("home", drops, active="home")


def shown(template: str) -> dict[str, Any]:
    """What the sections of the front page, or of a page of the shop's own, may show."""
    live = arrangement()
    products, feeds = shelves.of_the_front(g.tenant, engine.wants(live, template))
    return {
        "categories": goods.categories(
            one for one in catalog.categories(g.tenant) if one.depth == TOP
        ),
        "products": products,
        "feeds": feeds,
    }


def _just_opened() -> dict[str, str]:
    """The first thing an agent reads on the site just opened: it is live, and what comes next."""
    return {
        "kind": "ok",
        "text": _("Your shop is open! Set your markup and a notice next."),
        "url": url_for("signup.console"),
        "label": _("Sign in to the console"),
    }
