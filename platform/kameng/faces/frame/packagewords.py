"""What a package has and has not, in the same words for who sells it, who holds it and who chooses
one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kameng.domains.billing.rules import Uses
from kameng.domains.terms.rules import Allows, Module
from kameng.faces.frame import themewords

MODULES: dict[str, Any] = {
    Module.PROMOTION: _l("Promoters and their commission"),
    Module.TOPUPS: _l("Members top up online"),
    Module.API: _l("Keys for programs (API)"),
}


def points(allows: Allows) -> list[tuple[bool, str]]:
    """One line for each thing a package can leave out, and whether it is in."""
    lists = (
        _("Up to %(n)s SKUs listed", n=f"{allows.sku_limit:,}")
        if allows.sku_limit
        else _("Every product from above listed")
    )
    return [
        (True, lists),
        (allows.own_domain, _("Your own domain")),
        (allows.child_sites, _("Sub-sites below yours")),
        (True, _templates(allows)),
        *((allows.has(one), str(MODULES[one])) for one in Module),
    ]


def _templates(allows: Allows) -> str:
    if allows.themes is None:
        return _("Every template")
    names = "、".join(themewords.title(name) for name in allows.themes)
    return _("%(n)s templates: %(names)s", n=len(allows.themes), names=names)


def over(uses: Uses) -> list[str]:
    """What stands against a package, each in a few words."""
    said: list[tuple[object, Callable[[], str]]] = [
        (uses.sites, lambda: _("%(n)s sub-sites", n=uses.sites)),
        (
            uses.domains,
            lambda: _("own domains %(domains)s", domains="、".join(uses.domains)),
        ),
        (uses.skus, lambda: _("%(n)s SKUs listed too many", n=uses.skus)),
    ]
    return [words() for there, words in said if there]
