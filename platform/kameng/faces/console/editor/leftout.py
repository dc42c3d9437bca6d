"""What could not be kept of a document that is opened, in words of the person who arranges it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kameng.faces.console.editor import places
from kameng.faces.frame import i18n
from themes import engine
from themes.engine import Problem

MOST_NAMED = 6
KIND = "left_out"
PARTS: dict[str, Any] = {
    "tokens": _l("Colours"),
    "site": _l("Site information"),
    "groups": _l("Top and foot of every page"),
    "templates": _l("Pages of the template"),
    "pages": _l("Own pages"),
    "menus": _l("Menus"),
    "orphans": _l("Modules that wait for their template"),
}


def notes(
    document: Mapping[str, Any], lost: Sequence[Problem], parts: Iterable[str] = ()
) -> list[dict[str, str]]:
    """One note that names what was left out, if anything was."""
    library = engine.library(document["theme"], document["version"], i18n.locale())
    named = [str(PARTS[part]) for part in parts] + [_named(one, library) for one in lost]
    each = list(dict.fromkeys(named))
    if not each:
        return []
    what = _(", ").join(each[:MOST_NAMED]) + (" …" if len(each) > MOST_NAMED else "")
    told = _(
        "The template cannot take this, so it is left out here: %(what)s. Shoppers see the shop as"
        " before until you publish.",
        what=what,
    )
    return [{"kind": KIND, "text": told}]


def _named(problem: Problem, library: Mapping[str, Any]) -> str:
    """A module with its page, or the part of the site's facts."""
    first, _dot, rest = problem.path.partition(".")
    if first in PARTS:
        return str(PARTS[first])
    themes = {name: label for name, (label, _path) in places.TEMPLATES.items()}
    page = str((themes | places.GROUPS).get(first, first))
    module = library.get(problem.fact, {}).get("name") or problem.fact or rest
    return f"{page} · {module}" if module else page
