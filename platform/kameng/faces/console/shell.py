"""What surrounds every console page: the menu a role may see, the site it stands on."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, g
from flask_babel import gettext as _

from kameng.config import settings
from kameng.domains.terms import queries as terms
from kameng.faces.console import words
from kameng.faces.frame import addresses, permissions
from kameng.kit import clock
from tenants.context import bound

BELOW = ("sites", "packages")
"""Menu groups only a site with others below it needs."""


@dataclass(frozen=True)
class Entry:
    """One line of the menu."""

    endpoint: str
    label: str
    icon: str
    permission: str
    group: str


def menu() -> list[Entry]:
    """The lines this role may open on this site, in the order of the day's work."""
    entries = (
        Entry("home", _("Overview"), "home", "home.view", "home"),
        Entry("orders", _("Orders"), "receipt", "orders.view", "orders"),
        Entry("goods", _("Goods"), "package", "goods.view", "goods"),
        Entry("secrets", _("Card secrets"), "key", "secrets.view", "secrets"),
        Entry("prices", _("Prices"), "tag", "prices.view", "prices"),
        Entry("sites", _("Sub-sites"), "sitemap", "sites.view", "sites"),
        Entry("packages", _("Packages"), "stack-2", "packages.view", "packages"),
        Entry("members", _("Members"), "users", "members.view", "members"),
        Entry("promotion_page", _("Promotion"), "speakerphone", "promotion.view", "promotion"),
        Entry("looks_gallery", _("Design"), "palette", "design.view", "design"),
        Entry("ledger", _("Finance"), "books", "ledger.view", "ledger"),
        Entry("settings_page", _("Settings"), "settings", "settings.view", "settings"),
        Entry("audit_log", _("Audit log"), "history", "audit.view", "audit"),
    )
    may_see = [entry for entry in entries if permissions.may(entry.permission)]
    if terms.may_open_sites(g.tenant, now=clock.now()):
        return may_see
    return [entry for entry in may_see if entry.group not in BELOW]


def may(permission: str) -> bool:
    """Whether the person on this page holds a permission; for buttons in templates."""
    return permissions.may(permission)


def _words() -> dict[str, Any]:
    """Plain words every console template may use."""
    tenant = g.get("tenant")
    return {
        "menu": menu() if bound() and "role" in g else [],
        "tenant": tenant,
        "person": g.get("staff"),
        "may": may,
        "say": words.say,
        "tone": words.tone,
        "test_payments": settings().test_payments,
        "site_address": addresses.site(tenant) if tenant else "",
    }


def _keep_slug(endpoint: str, values: dict[str, Any]) -> None:
    """url_for(".orders") stays on the site one works on."""
    wanted = current_app.url_map.is_endpoint_expecting(endpoint, "slug")
    if wanted and "slug" not in values and g.get("tenant"):
        values["slug"] = g.tenant.slug


def init(pages: Blueprint) -> None:
    """Attach the shell to the console's blueprint."""
    pages.context_processor(_words)
    pages.url_defaults(_keep_slug)
