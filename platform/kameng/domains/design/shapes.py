"""The shape of a saved arrangement on which every reader may rely, whatever was done to its row by
hand: what is of another kind is left out, and said in the log. What it means, the theme judges."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from kameng.domains.design.rules import Arrangement

log = logging.getLogger(__name__)
Held = dict[str, Any]


def shaped(found: Arrangement, digest: str = "") -> Arrangement:
    """The arrangement; the very same where nothing is wrong with it. Of one that was looked at
    already, by its digest, only what every page reads is looked at again."""
    wrong = damaged(found, OUTSIDE if digest in _sound else PARTS)
    if wrong:
        _told(str(found.get("theme")), str(wrong))
        return {**found, **{part: PARTS[part][1](found[part]) for part in wrong}}
    if digest and digest not in _sound:
        _remember(digest)
    return found


_sound: OrderedDict[str, None] = OrderedDict()
KEPT = 4096


def _remember(digest: str) -> None:
    _sound[digest] = None
    while len(_sound) > KEPT:
        _sound.popitem(last=False)


def damaged(found: Mapping[str, Any], parts: Mapping[str, Any] | None = None) -> list[str]:
    """The parts that are not of the shape they must have."""
    asked = (PARTS if parts is None else parts).items()
    return [name for name, (fits, _mend) in asked if name in found and not fits(found[name])]


@lru_cache(maxsize=256)
def _told(theme: str, wrong: str) -> None:
    """Once per process: a damaged row is read for every page."""
    log.warning("a damaged design of theme %s: %s left out", theme, wrong)


def _are_texts(found: object) -> bool:
    return isinstance(found, dict) and all(isinstance(one, str) for one in found.values())


def _texts(found: object) -> Held:
    held = found if isinstance(found, dict) else {}
    return {name: one for name, one in held.items() if isinstance(one, str)}


def _is_piece(found: object) -> bool:
    """A section or a block."""
    return (
        isinstance(found, dict)
        and isinstance(found.get("id"), str)
        and isinstance(found.get("type"), str)
        and isinstance(found.get("settings", {}), dict)
    )


def _is_section(found: object) -> bool:
    return (
        isinstance(found, dict)
        and _is_piece(found)
        and type(found.get("v", 1)) is int
        and isinstance(found.get("hide", []), list)
        and isinstance(found.get("blocks", []), list)
        and all(_is_piece(one) for one in found.get("blocks", []))
    )


def _is_page(found: object) -> bool:
    if not isinstance(found, dict):
        return False
    sections = found.get("sections", [])
    return isinstance(sections, list) and all(_is_section(one) for one in sections)


def _are_pages(found: object) -> bool:
    return isinstance(found, dict) and all(_is_page(one) for one in found.values())


def _hold_sections(found: object) -> bool:
    return isinstance(found, dict) and all(
        isinstance(one, dict) and isinstance(one.get("sections", []), list)
        for one in found.values()
    )


def _pages(found: object) -> Held:
    held = found if isinstance(found, dict) else {}
    return {name: _page(one) for name, one in held.items() if isinstance(one, dict)}


def _page(found: Held) -> Held:
    sections = found.get("sections")
    kept = [one for one in sections if _is_section(one)] if isinstance(sections, list) else []
    return {**found, "sections": kept}


def _are_own(found: object) -> bool:
    titled = isinstance(found, dict) and all(
        isinstance(one, dict) and isinstance(one.get("title"), str) for one in found.values()
    )
    return titled and _are_pages(found)


def _own(found: object) -> Held:
    return {
        slug: page if isinstance(page.get("title"), str) else {**page, "title": slug}
        for slug, page in _pages(found).items()
    }


def _is_line(found: object) -> bool:
    if not isinstance(found, dict) or not isinstance(found.get("label"), str):
        return False
    link = found.get("link")
    return _are_texts(link) and isinstance(link, dict) and "kind" in link


def _are_menus(found: object) -> bool:
    return isinstance(found, dict) and all(
        isinstance(lines, list) and all(_is_line(one) for one in lines) for lines in found.values()
    )


def _menus(found: object) -> Held:
    held = found if isinstance(found, dict) else {}
    return {
        name: [one for one in lines if _is_line(one)]
        for name, lines in held.items()
        if isinstance(lines, list)
    }


def _waits(found: object) -> bool:
    return isinstance(found, dict) and _is_section(found.get("section"))


def _all_wait(found: object) -> bool:
    return isinstance(found, list) and all(_waits(one) for one in found)


def _waiting(found: object) -> list[Any]:
    return [one for one in found if _waits(one)] if isinstance(found, list) else []


PARTS: dict[str, tuple[Callable[[object], bool], Callable[[object], Any]]] = {
    "tokens": (_are_texts, _texts),
    "site": (_are_texts, _texts),
    "groups": (_are_pages, _pages),
    "templates": (_are_pages, _pages),
    "pages": (_are_own, _own),
    "menus": (_are_menus, _menus),
    "orphans": (_all_wait, _waiting),
}
"""Each part with how it is recognised, and what is kept of one that is not right."""
OUTSIDE = {
    **{name: PARTS[name] for name in ("tokens", "site", "menus")},
    **dict.fromkeys(("groups", "templates", "pages"), (_hold_sections, _pages)),
}
"""The same without every single section."""
