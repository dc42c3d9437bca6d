"""A saved arrangement as an editor opens it: brought up to its theme, and whole.

Saved pages outlive releases. What a new version of the theme would refuse falls back to its
default here, so that an old draft opens and can be put right; nothing of this is stored by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from . import arrangement, salvage, switching
from .document import Document, validated
from .errors import BadArrangement, Problem
from .theme import Arrangement, Theme

PARTS = ("groups", "templates")
Recovered = tuple[Arrangement, bool, list[Problem]]
"""A whole arrangement, whether it was changed for its theme, and what was left out of it."""


def opened(theme: Theme, document: Mapping[str, Any]) -> tuple[Arrangement, bool]:
    """The arrangement with every page and group of its theme, and whether anything saved had to be
    changed for that."""
    whole, is_changed, _lost = recovered(theme, document)
    return whole, is_changed


def recovered(theme: Theme, document: Mapping[str, Any]) -> Recovered:
    """The same, from another line of the theme too, and what had to be left out."""
    given = {key: document[key] for key in document if key in Document.model_fields}
    try:
        clean, lost = _brought_up(theme, given), list[Problem]()
    except BadArrangement:
        clean, lost = salvage.salvaged(theme, given)
    return arrangement.normalise(theme, _whole(theme, clean)), _differs(clean, given), lost


def _brought_up(theme: Theme, given: Mapping[str, Any]) -> Arrangement:
    """Nothing is dropped but by declared steps. Raises BadArrangement."""
    clean, problems = arrangement.examine(theme, given)
    if problems and given.get("version") != theme.version and _is_shaped(given):
        return switching.upgraded(theme, given)
    if problems:
        raise BadArrangement(problems)
    return clean


def _is_shaped(given: Mapping[str, Any]) -> bool:
    """Whether it has the skeleton of a document; only its contents are another line's."""
    return validated(Document, dict(given), "")[0] is not None


def reset(
    theme: Theme,
    document: Mapping[str, Any],
    page: tuple[str, str] | None,
    preset: str | None,
    locale: str,
) -> Arrangement:
    """The arrangement with one page (part and name), or all of them and the colours, as the theme
    or one of its presets has them; words, menus and own pages stay. KeyError for none such."""
    chosen = theme.preset(preset, locale) if preset else {}
    fresh = {part: deepcopy({**getattr(theme, part), **chosen.get(part, {})}) for part in PARTS}
    if page is None:
        made = {**document, **fresh, "tokens": dict(chosen.get("tokens", {}))}
    else:
        part, name = page
        made = {**document, part: {**document[part], name: fresh[part][name]}}
    return arrangement.normalise(theme, made)


def _whole(theme: Theme, clean: Arrangement) -> Arrangement:
    """With the theme's own where the site saved no page or group."""
    return {**clean, **{part: deepcopy(getattr(theme, part)) | clean[part] for part in PARTS}}


def _differs(clean: Arrangement, given: Mapping[str, Any]) -> bool:
    """Whether what was saved is another thing now; a part that was not there yet is none."""
    return any(clean[key] != value for key, value in given.items())
