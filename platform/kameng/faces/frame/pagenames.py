"""What the pages of a theme are called by the people of a shop."""

from __future__ import annotations

from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

NAMES: dict[str, Any] = {
    "home": _l("Front page"),
    "category": _l("Category"),
    "product": _l("Product page"),
    "search": _l("Search results"),
    "cart": _l("Cart"),
    "order_query": _l("Order query"),
    "notices": _l("Notices"),
    "help": _l("Help"),
    "article": _l("Article"),
    "member": _l("Member centre"),
    "sign_in": _l("Sign-in page"),
    "sign_up": _l("Sign-up page"),
    "not_found": _l("Page that is not there"),
}


def in_each(template: str) -> dict[str, str]:
    """A page's name by language; one without a name is called by its key."""
    found: dict[str, str] = {}
    for locale in ("zh_CN", "en"):
        with force_locale(locale):
            found[locale] = str(NAMES.get(template, template))
    return found
