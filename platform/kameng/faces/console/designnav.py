"""The pages of the design, side by side; a role sees those it may open."""

from __future__ import annotations

from flask import current_app
from flask_babel import lazy_gettext as _l

from kameng.faces.console.blueprint import pages
from kameng.faces.frame import permissions

TABS = (
    ("looks_gallery", _l("Templates"), "design.view"),
    ("look_history", _l("Versions"), "design.view"),
    ("skins", _l("Planned skins"), "design.view"),
    ("articles", _l("Articles"), "design.view"),
    ("own_pages", _l("Own pages"), "design.view"),
    ("menus", _l("Menus"), "design.view"),
    ("site_info", _l("Site information"), "design.view"),
    ("media", _l("Pictures"), "design.view"),
)
"""Endpoint, what it is called, and who sees it; one that is not there yet is left out."""


@pages.app_template_global()
def design_tabs() -> list[tuple[str, str]]:
    """The pages this person may open."""
    there = current_app.view_functions
    return [
        (endpoint, str(label))
        for endpoint, label, right in TABS
        if f"console.{endpoint}" in there and permissions.may(right)
    ]
