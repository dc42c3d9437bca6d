"""What a preset may be called, what of a look goes into it, and how a push moves. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kameng.domains.design.presets.errors import BadPreset, PushDecided
from kameng.domains.design.rules import Arrangement

LONGEST_NAME, LONGEST_NOTE = 30, 200
MOST_PRESETS = 40
MOST_TARGETS = 10_000
TRADES = ("", "games", "video", "topup", "mix")
"""The trades presets of themes are made for; "" for any."""
FACTS = ("service_contact", "service_url", "icp", "icp_police", "seller", "licence")
"""What a site says of itself that must never stand in another one's pages."""
SHORTEST_FACT = 5
OWN = ("pages", "menus")


class State(StrEnum):
    """How far one push to one site is."""

    WAITING = "waiting"
    DRAFTED = "drafted"
    PUBLISHED = "published"
    DISCARDED = "discarded"
    FAILED = "failed"


MOVES = {
    State.WAITING: {State.DRAFTED, State.FAILED, State.DISCARDED},
    State.DRAFTED: {State.PUBLISHED, State.DISCARDED},
    State.FAILED: set[State](),
    State.PUBLISHED: set[State](),
    State.DISCARDED: set[State](),
}
DECLINED, REPLACED = "declined", "replaced"
"""Why a push was discarded."""
FAULT = "push_fault"
"""The reason of a push that failed by a fault of ours."""


@dataclass(frozen=True, slots=True)
class Called:
    """What a preset is called, what it is for."""

    name: str
    note: str = ""
    trade: str = ""


def check_called(called: Called) -> Called:
    """The words on one line each. Refuses BadPreset."""
    name, note = (" ".join(text.split()) for text in (called.name, called.note))
    plain = name.isprintable() and note.isprintable()
    fits = 2 <= len(name) <= LONGEST_NAME and len(note) <= LONGEST_NOTE
    if not plain or not fits or called.trade not in TRADES:
        raise BadPreset(longest=LONGEST_NAME, longest_note=LONGEST_NOTE)
    return Called(name, note, called.trade)


def check_move(old: State, new: State) -> None:
    """Refuse PushDecided for a push that cannot go there any more."""
    if new not in MOVES[old]:
        raise PushDecided()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A setting that was emptied since a fact of its maker stood in it."""

    page: str
    section: str
    setting: str


def look_of(arrangement: Arrangement, *, with_own: bool) -> tuple[Arrangement, list[LeftOut]]:
    """What of a site's arrangement makes a preset: no facts of the site, nothing that waits for
    another theme, own pages and menus only when wanted. Settings in which a fact of the site stands
    fall back to the theme's; they are told."""
    made = deepcopy({key: arrangement[key] for key in ("theme", "version", "tokens")})
    parts = ("groups", "templates", *(OWN if with_own else ()))
    made |= deepcopy({part: arrangement.get(part) or {} for part in parts})
    facts = _facts(arrangement.get("site") or {})
    return made, list(_cleared(made, facts))


def _facts(site: Mapping[str, Any]) -> list[str]:
    said = (str(site.get(key) or "").strip() for key in FACTS)
    return [text for text in said if len(text) >= SHORTEST_FACT]


def _cleared(look: Arrangement, facts: list[str]) -> Iterator[LeftOut]:
    for part in ("groups", "templates", "pages"):
        for page, held in (look.get(part) or {}).items():
            for section in held.get("sections", []):
                for settings in (section["settings"], *_of_blocks(section)):
                    for key in [key for key, value in settings.items() if _tells(value, facts)]:
                        del settings[key]
                        yield LeftOut(page, section["type"], key)


def _of_blocks(section: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for block in section.get("blocks", []):
        yield block["settings"]


def _tells(value: object, facts: list[str]) -> bool:
    """Whether a text, or the address of a link, holds one of the facts."""
    text = value.get("ref", "") if isinstance(value, Mapping) else value
    return isinstance(text, str) and any(fact in text for fact in facts)
