"""The themes as cards: what each is called and good for, its presets with their pictures, and
whether the site's package has it."""

from __future__ import annotations

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


def gallery(live: RevisionFacts) -> list[Card]:
    """Every theme there is, the one in use first."""
    allows = terms.allowed(g.tenant)
    cards = [
        Card(
            name=name,
            title=themewords.title(name),
            tags=[tag_words().get(tag, tag) for tag in engine.tags(name)],
            presets=presets(name),
            is_live=name == live.theme,
            is_allowed=allows.has_theme(name),
        )
        for name in engine.THEMES
    ]
    return sorted(cards, key=lambda card: (not card.is_live, not card.is_allowed))


def presets(theme: str) -> list[Preset]:
    """The decorations of a theme in the order of its folder."""
    return [
        Preset(one["key"], themewords.said(one["title"]), _picture(theme, one["key"]))
        for one in engine.presets(theme)
    ]


def preset_title(theme: str, key: str) -> str:
    """What a preset is called, "" for none."""
    return next((one.title for one in presets(theme) if one.key == key), "")


def tag_words() -> dict[str, str]:
    """What themes are good for."""
    return {
        "games": _("Game cards"),
        "video": _("Video memberships"),
        "topup": _("Phone credit"),
        "mix": _("All kinds"),
        "dark": _("Dark"),
        "light": _("Light"),
        "minimal": _("Minimal"),
        "festival": _("Festival"),
        "phone": _("Phone first"),
        "trust": _("Calm and trusted"),
    }


def _picture(theme: str, preset: str) -> str:
    found = engine.thumbnail(theme, preset)
    if found is None:
        return ""
    return url_for("console.look_picture", theme=theme, preset=preset, digest=found.hash)
