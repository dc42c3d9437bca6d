"""The themes as cards: what each is called and good for, its presets with their pictures, and
whether the site's package has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import g, url_for
from flask_babel import gettext as _

from kameng.domains.design.queries import RevisionFacts
from kameng.domains.terms import queries as terms
from kameng.faces.frame import themewords
from themes import engine


@dataclass(frozen=True, slots=True)
class Preset:
    """One decoration of a theme; `picture` is "" where none was made yet."""

    key: str
    title: str
    picture: str


@dataclass(frozen=True, slots=True)
class Card:
    """One theme of the gallery."""

    name: str
    title: str
    tags: list[str]
    presets: list[Preset]
    is_live: bool
    is_allowed: bool


def gallery(live: RevisionFacts, usual: Mapping[str, str]) -> list[Card]:
    """Every theme there is, the one in use first; `usual`: on which line each is begun."""
    allows, words = terms.allowed(g.tenant), tag_words()
    cards = [
        Card(
            name=name,
            title=themewords.title(name),
            tags=[words[tag] for tag in engine.tags(name) if tag in words],
            presets=presets(name, line_of(name, live, usual)),
            is_live=name == live.theme,
            is_allowed=allows.has_theme(name),
        )
        for name in engine.THEMES
    ]
    return sorted(cards, key=lambda card: (not card.is_live, not card.is_allowed))


def line_of(theme: str, live: RevisionFacts, usual: Mapping[str, str]) -> str:
    """The line of a theme this site would show: its own theme stays on the site's line."""
    own = live.theme_version if theme == live.theme else ""
    return own if own in engine.lines(theme) else usual[theme]


def presets(theme: str, line: str) -> list[Preset]:
    """The decorations of a theme's line in the order of its folder."""
    return [
        Preset(one["key"], themewords.said(one["title"]), _picture(theme, one["key"], line))
        for one in engine.presets(theme, line)
    ]


def preset_title(theme: str, key: str, line: str) -> str:
    """What a preset is called, "" for none."""
    return next((one.title for one in presets(theme, line) if one.key == key), "")


def tag_words() -> dict[str, str]:
    """What the themes' tags say to a person; a tag nobody put into words is left out."""
    return {
        "games": _("Game cards"),
        "member-shop": _("Memberships"),
        "card-shop": _("Card shop"),
        "festival": _("Festival"),
        "list": _("Price list"),
        "mobile": _("Phone first"),
        "rounded": _("Rounded"),
        "dark": _("Dark"),
        "light": _("Light"),
    }


def _picture(theme: str, preset: str, line: str) -> str:
    found = engine.thumbnail(theme, preset, line)
    if found is None:
        return ""
    return url_for("console.look_picture", theme=theme, preset=preset, digest=found.hash)
