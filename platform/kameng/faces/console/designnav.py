"""The pages of the design, side by side; a role sees those it may open."""

from __future__ import annotations

from flask import current_app, g
from flask_babel import lazy_gettext as _l

from kameng.domains.terms import queries as terms
from kameng.faces.console.blueprint import pages
from kameng.faces.frame import permissions
from kameng.kit import clock

TABS = (
    ("looks_gallery", _l("Templates"), "design.view"),
    ("editor", _l("Decorate the shop"), "design.view"),
    ("presets", _l("Presets for sub-sites"), "design.view"),
    ("look_history", _l("Versions"), "design.view"),
    ("skins", _l("Planned skins"), "design.view"),
    ("articles", _l("Articles"), "design.view"),
    ("own_pages", _l("Own pages"), "design.view"),
    ("menus", _l("Menus"), "design.view"),
    ("site_info", _l("Site information"), "design.view"),
    ("media", _l("Pictures"), "design.view"),
    ("rollouts", _l("Template roll-outs"), "design.release"),
)
"""Endpoint, what it is called, and who sees it; one that is not there yet is left out."""


@pages.app_template_global()
def design_tabs() -> list[tuple[str, str]]:
    """The pages this person may open."""
    there = current_app.view_functions
    return [
        (endpoint, str(label))
        for endpoint, label, right in TABS
        if f"console.{endpoint}" in there and permissions.may(right) and _has_use(endpoint)
    ]


def _has_use(endpoint: str) -> bool:
    """Presets are for whoever may have sites below."""
    return endpoint != "presets" or terms.may_open_sites(g.tenant, now=clock.now())
