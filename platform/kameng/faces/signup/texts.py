"""What signup says beside each field: shorter and nearer than the frame's general sentences."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from kameng.domains.agents.rules import LONGEST, LONGEST_SITE_NAME, SHORTEST, Why
from kameng.faces.frame import refusals
from kameng.kit.errors import Refusal

NAMES: dict[str, Any] = {
    Why.LENGTH: _("Use %(least)s to %(most)s signs.", least=SHORTEST, most=LONGEST),
    Why.LETTERS: _("Use only the letters a–z, digits and hyphens."),
    Why.WIDE: _("Please type it with plain, half-width letters and digits."),
    Why.PUNYCODE: _("Names that begin with xn-- stand for other scripts and cannot be had."),
    Why.HYPHENS: _("A hyphen may stand only between two letters or digits, and only once."),
    Why.RESERVED: _("This name is kept for the platform. Please choose another."),
    Why.BRAND: _("This is, or looks like, somebody's brand. Please choose another."),
    Why.TAKEN: _("This name is taken."),
    Why.LOOKS_LIKE: _("This name looks too much like an existing site's."),
}
FIELDS: dict[str, Any] = {
    "no_such_package": _("Please choose a package."),
    "theme_not_in_package": _(
        "The package you chose leaves this template out. Choose another template or package."
    ),
    "no_such_preset": _("This look is not offered any more. Please choose another."),
    "preset_archived": _("This look is not offered any more. Please choose another."),
    "preset_theme_gone": _("This look is not offered any more. Please choose another."),
    "bad_site_name": _("2 to %(most)s signs, on one line.", most=LONGEST_SITE_NAME),
    "bad_color": _("Please choose a colour."),
    "bad_login": _("3 to 32 letters, digits, dots, hyphens or underscores."),
    "login_taken": _("This sign-in name is taken. Please choose another."),
    "bad_contact": _("This is not an e-mail address."),
    "weak_password": _("At least 8 signs, and not one that everybody uses."),
    "consent_missing": _("Please read and accept the terms first."),
}


def of(refusal: Refusal) -> str:
    """The sentence shown at the field."""
    if refusal.code == "site_name_refused":
        return str(NAMES[Why(refusal.facts["reason"])])
    own = FIELDS.get(refusal.code)
    return str(own) if own else refusals.text(refusal)
