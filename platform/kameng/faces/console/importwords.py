"""What the rows of an import are told, in words: results, problems and reasons by their codes."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

RESULTS: dict[str, tuple[Any, str]] = {
    "new": (_("New"), "green"),
    "update": (_("Changes"), "azure"),
    "same": (_("No change"), "secondary"),
    "warning": (_("Look at it"), "orange"),
    "error": (_("Not imported"), "red"),
}
FIELDS: dict[str, Any] = {
    "category": _("Category"),
    "name": _("Name"),
    "price": _("Price"),
    "cost": _("Cost"),
}
TEXTS: dict[str, Any] = {}


def result(code: str) -> str:
    """The name of a row's result."""
    found = RESULTS.get(code)
    return str(found[0]) if found else code


def tone(code: str) -> str:
    """Its colour."""
    found = RESULTS.get(code)
    return found[1] if found else "secondary"


def field(code: str | None) -> str:
    """The column a problem is about."""
    return str(FIELDS.get(code or "", code or ""))


def reason(code: str | None, facts: dict[str, Any] | None = None) -> str:
    """Why a row was refused or left out."""
    if not code:
        return ""
    sentence = str(TEXTS.get(code, code))
    try:
        return sentence % facts if facts else sentence
    except (KeyError, ValueError, TypeError):
        return gettext("This row cannot be used.")
