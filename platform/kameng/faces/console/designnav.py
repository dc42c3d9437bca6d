"""The pages of the design, side by side; a role sees those it may open."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from kameng.faces.console.blueprint import pages
from kameng.faces.frame import permissions

TABS = (("media", _l("Pictures"), "design.view"),)
"""Endpoint, what it is called, and who sees it."""


@pages.app_template_global()
def design_tabs() -> list[tuple[str, str]]:
    """The pages this person may open."""
    return [(endpoint, str(label)) for endpoint, label, right in TABS if permissions.may(right)]
