"""The pages of prices, side by side: each shows the others to those who may see them."""

from flask import current_app, g
from flask_babel import lazy_gettext as _l

from kameng.faces.console.blueprint import pages
from kameng.faces.frame import permissions

TABS = (
    ("prices", _l("Prices and rules"), "prices.view"),
    ("markup_templates", _l("Mark-up templates"), "prices.view"),
    ("what_ifs", _l("Try first"), "prices.view"),
    ("price_sheets", _l("Import and export"), "prices.view"),
    ("waiting_costs", _l("Costs to approve"), "prices.approve"),
    ("price_news", _l("Moves of my costs"), "prices.view"),
    ("price_changes", _l("Price changes"), "prices.view"),
    ("price_settings", _l("Price settings"), "prices.approve"),
)
"""Endpoint, what it is called, and who sees it; one that is not there yet is left out."""


@pages.app_template_global()
def price_tabs() -> list[tuple[str, str]]:
    """The pages this person may open."""
    there = current_app.view_functions
    return [
        (endpoint, str(label))
        for endpoint, label, permission in TABS
        if f"console.{endpoint}" in there and permissions.may(permission) and _is_of_use(endpoint)
    ]


def _is_of_use(endpoint: str) -> bool:
    """Nobody above the master site moves its costs."""
    return endpoint != "price_news" or not g.tenant.is_root
