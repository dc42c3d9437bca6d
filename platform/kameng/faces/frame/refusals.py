"""What every named refusal says to a person: what happened, what it means, what to do next."""

from typing import Any

from flask_babel import lazy_gettext as _

from kameng.faces.frame.money import cash, localtime
from kameng.kit.errors import Refusal
from kameng.kit.money import Money

TEXTS: dict[str, Any] = {
    "not_allowed": _("Your role on this site does not allow this. Nothing was changed."),
    "form_invalid": _("Please look at the marked fields. Nothing was saved yet."),
}
OTHERWISE = _("This could not be done. Nothing was changed.")


def text(refusal: Refusal) -> str:
    """The sentence for a refusal, its facts filled in as a person reads them."""
    sentence = str(TEXTS.get(refusal.code, OTHERWISE))
    facts = {name: _readable(value) for name, value in refusal.facts.items()}
    try:
        return sentence % facts if facts else sentence
    except (KeyError, ValueError):
        return str(OTHERWISE)


def _readable(value: Any) -> Any:
    if isinstance(value, Money):
        return cash(value)
    if hasattr(value, "astimezone"):
        return localtime(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(str(one) for one in value)
    return value
