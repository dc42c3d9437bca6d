"""What the editor cannot make itself: data some sections need, and pages where more is set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from kameng.domains.accounts.members.tiers import queries as tiers
from kameng.domains.catalog import queries as catalog
from kameng.domains.design.articles import queries as articles
from kameng.domains.orders.shopwindow import queries as shopwindow
from kameng.faces.frame import permissions
from kameng.kit import clock
from tenants.tree import Tenant

Missing = dict[str, str]


def missing(tenant: Tenant) -> dict[str, Missing]:
    """By drop: why a section that needs it shows nothing just now, and where that is changed."""
    found: dict[str, Missing] = {drop: _plain(text) for drop, text in _not_made_yet().items()}
    for drop, (there, said) in _kinds().items():
        if not there(tenant):
            found[drop] = said()
    return found


def _not_made_yet() -> dict[str, str]:
    """Data no part of the platform keeps yet: said as it is, and nothing is invented."""
    later = _("Until then this section shows in previews only; shoppers do not see it.")
    return {
        "flash_sales": _both(_("Flash sales cannot be set up here yet."), later),
        "group_buys": _both(_("Group buying cannot be set up here yet."), later),
        "coupons": _both(_("Coupons cannot be set up here yet."), later),
        "points": _both(_("Points cannot be set up here yet."), later),
    }


def _both(first: str, then: str) -> str:
    """Two sentences as the language sets them: Chinese leaves no room between."""
    return _("%(first)s %(then)s", first=first, then=then)


def _kinds() -> dict[str, tuple[Callable[[Tenant], bool], Callable[[], Missing]]]:
    return {
        "products": (_sells, _no_goods),
        "categories": (lambda tenant: bool(catalog.categories(tenant)), _no_categories),
        "articles": (_writes, _no_articles),
        "notices": (_writes, _no_articles),
        "tiers": (lambda tenant: bool(tiers.tiers(tenant)), _no_tiers),
        "ticker": (_delivers, _no_orders),
        "ranks": (_delivers, _no_orders),
    }


def _sells(tenant: Tenant) -> bool:
    return bool(catalog.shelf(tenant, size=1).cards)


def _writes(tenant: Tenant) -> bool:
    return bool(articles.titles(tenant, size=1))


def _delivers(tenant: Tenant) -> bool:
    return bool(shopwindow.latest(tenant, now=clock.now(), size=1))


def _no_goods() -> Missing:
    return _way(_("No goods are on sale yet."), "goods", "goods.view", _("List goods for sale"))


def _no_categories() -> Missing:
    return _way(
        _("There are no categories yet."), "categories", "goods.edit", _("Go to categories")
    )


def _no_articles() -> Missing:
    text = _("No article is published yet; this section is empty until then.")
    return _way(text, "articles", "design.view", _("Go to articles"))


def _no_tiers() -> Missing:
    text = _("There are no member tiers yet; shoppers do not see this section.")
    return _way(text, "member_tiers", "members.view", _("Go to member tiers"))


def _no_orders() -> Missing:
    text = _("It shows real orders only. Until something was delivered, shoppers do not see it.")
    return _plain(text)


def _plain(text: str) -> Missing:
    return {"text": text, "url": "", "label": ""}


def _way(text: str, endpoint: str, right: str, label: str) -> Missing:
    """The sentence, and the way there for who may go it."""
    url = url_for(f"console.{endpoint}") if permissions.may(right) else ""
    return {"text": text, "url": url, "label": label}


def links() -> list[dict[str, Any]]:
    """Pages on which more of the site is set, for who may open them."""
    known = (
        ("menus", _("Menus"), _("Links at the top and in the footer"), "design.view"),
        ("articles", _("Articles"), _("Notices and help"), "design.view"),
        ("own_pages", _("Own pages"), _("About us, terms …"), "design.view"),
        ("site_info", _("Site information"), _("Search engines, seller"), "design.view"),
        ("domains", _("Domains"), _("Own domain, filing number"), "settings.view"),
        ("media", _("Pictures"), _("All pictures and videos of the site"), "design.view"),
    )
    return [
        {"label": label, "help": text, "url": url_for(f"console.{endpoint}")}
        for endpoint, label, text, right in known
        if permissions.may(right)
    ]
