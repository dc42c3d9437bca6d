"""The themes as a newcomer compares them: one picture for each thing a shop may mostly sell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from kameng.domains.terms.queries import PackageFacts
from kameng.faces.frame import opening, themewords, thumbnails
from kameng.faces.signup.answers import INDUSTRIES
from kameng.faces.signup.blueprint import signup
from themes import engine

thumbnails.serve(signup, "/open/looks", "look_picture")


@dataclass(frozen=True, slots=True)
class Look:
    """One theme; `pictures` are (industry, address), "" where none was made yet."""

    name: str
    title: str
    pictures: list[tuple[str, str]]


def cards() -> list[Look]:
    """Every theme there is, the usual one first."""
    names = sorted(engine.THEMES, key=lambda name: name != opening.THEME)
    return [Look(name, themewords.title(name), _pictures(name)) for name in names]


def first(packages: Sequence[PackageFacts], chosen: str) -> str:
    """The theme marked when the page opens: one that the marked package has."""
    allows = next((one.allows for one in packages if str(one.id) == chosen), None)
    return opening.theme_for(allows) if allows else opening.THEME


def industries() -> list[tuple[str, str]]:
    """What a shop may mostly sell."""
    words = {
        "mix": _("A bit of everything"),
        "games": _("Game cards"),
        "video": _("Video memberships"),
        "topup": _("Phone credit"),
    }
    return [(key, words[key]) for key in INDUSTRIES]


def _pictures(theme: str) -> list[tuple[str, str]]:
    return [(key, _picture(theme, opening.preset_of(theme, key))) for key in INDUSTRIES]


def _picture(theme: str, preset: str) -> str:
    found = engine.thumbnail(theme, preset)
    if found is None:
        return ""
    return url_for("signup.look_picture", theme=theme, preset=preset, digest=found.hash)
