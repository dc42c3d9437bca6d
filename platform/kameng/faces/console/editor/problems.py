"""What is wrong with an arrangement, said in the language of whoever typed it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from themes.engine import Problem

_NUMBER = _l("Write a whole number.")
_CHOICE = _l("Choose one of what is offered.")
_MALFORMED = _l("This is not of the form that is expected here.")
SAID: dict[str, Any] = {
    "string_too_long": _l("At most %(fact)s characters."),
    "string_too_short": _l("At least %(fact)s characters."),
    "too_long": _l("At most %(fact)s of these."),
    "too_many": _l("At most %(fact)s of these."),
    "less_than_equal": _l("At most %(fact)s."),
    "greater_than_equal": _l("At least %(fact)s."),
    "int_type": _NUMBER,
    "int_parsing": _NUMBER,
    "int_parsing_size": _NUMBER,
    "int_from_float": _NUMBER,
    "finite_number": _NUMBER,
    "literal_error": _CHOICE,
    "string_pattern_mismatch": _MALFORMED,
    "timezone_aware": _l("Write day and time."),
    "datetime_parsing": _l("Write day and time."),
    "datetime_from_date_parsing": _l("Write day and time."),
    "missing": _l("This is missing."),
    "extra_forbidden": _l("This theme does not know this setting."),
    "locked": _l("This module belongs to the page and cannot be removed."),
    "misplaced": _l("This module does not belong on this page."),
    "doubled": _l("Two modules of this page have the same id."),
    "unknown_type": _l("This theme does not have this kind of module."),
    "no_such_page": _l("This theme does not have this page."),
    "leads_nowhere": _l("This line leads nowhere."),
}


def told(problems: Iterable[Problem]) -> list[dict[str, str]]:
    """Each problem as {path, message}, the path being the engine's."""
    return [{"path": one.path, "message": _message(one)} for one in problems]


def _message(problem: Problem) -> str:
    sentence = str(SAID.get(problem.code, _MALFORMED))
    return sentence % {"fact": problem.fact}
