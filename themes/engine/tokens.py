"""Design tokens: a theme's palette and the site's own colours as one immutable CSS file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from . import colours
from .errors import BrokenTheme

SETTABLE = ("primary", "accent")
COLOURS = ("bg", "surface", "soft", "line", "text", "muted", "primary", "accent", "price",
           "ok", "warn", "bad")  # fmt: skip
NIGHT = "#0a1024"
TEXT_PASSES, TEXT_REFUSED = 4.5, 3.0
Palette = dict[str, str]


@dataclass(frozen=True, eq=False)
class Tokens:
    """tokens.json: two palettes and the sizes and fonts that never change with a site. Each theme's
    are one object, the same for all its pages."""

    light: Palette
    dark: Palette
    other: Palette


@dataclass(frozen=True)
class Pair:
    """One contrast check; `suggestion` is the nearest passing shade of the first colour."""

    name: str
    ratio: float
    verdict: Literal["ok", "warn", "refused"]
    suggestion: str


def load(file: Path) -> Tokens:
    """Read tokens.json. Raises BrokenTheme for a missing or malformed colour."""
    try:
        facts = json.loads(file.read_text("utf-8"))
        tokens = Tokens(facts["light"], facts["dark"], facts["other"])
    except (OSError, ValueError, KeyError) as problem:
        raise BrokenTheme(file, repr(problem)) from problem
    for palette in (tokens.light, tokens.dark):
        wrong = [name for name in COLOURS if not colours.is_colour(palette.get(name))]
        if wrong or set(palette) - set(COLOURS):
            raise BrokenTheme(file, f"wrong colours: {wrong or sorted(set(palette))}")
    return tokens


def chosen(own: Mapping[str, Any]) -> Palette:
    """The colours a site set itself; anything but #rrggbb is ignored."""
    return {k: own[k].lower() for k in SETTABLE if colours.is_colour(own.get(k))}


def css(tokens: Tokens, own: Mapping[str, Any]) -> tuple[str, str]:
    """(hash, stylesheet) for a site with its own colours `own`."""
    return _css(tokens, tuple(chosen(own).items()))


@lru_cache(maxsize=1024)
def _css(tokens: Tokens, own: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    mine = dict(own)
    day = _vars({**tokens.other, **derived({**tokens.light, **mine})})
    night = _vars(derived(_lifted({**tokens.dark, **mine})))
    text = f":root{{{day}}}@media (prefers-color-scheme:dark){{:root{{{night}}}}}"
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest(), text


def by_day(tokens: Tokens, own: Mapping[str, Any]) -> Palette:
    """Every colour of a site's light palette."""
    return derived({**tokens.light, **chosen(own)})


def derived(palette: Palette) -> Palette:
    """The palette with every computed colour: inks, tints, the brand gradient's two ends."""
    primary, surface = palette["primary"], palette["surface"]
    brand = colours.passing(primary, "#ffffff", 4.6)
    return {
        **palette,
        "on-primary": colours.ink_on(primary),
        "on-accent": colours.ink_on(palette["accent"]),
        "link": colours.passing(primary, _hardest(palette), 4.6),
        "tint": colours.mix(primary, surface, 0.1),
        "edge": colours.mix(primary, surface, 0.35),
        "brand": brand,
        "brand-deep": colours.mix(brand, NIGHT, 0.38),
        "brand-glow": colours.mix(primary, "#ffffff", 0.6),
    }


def _hardest(palette: Palette) -> str:
    """The ground on which link text is hardest to read: bg, surface or tint."""
    tint = colours.mix(palette["primary"], palette["surface"], 0.1)
    grounds = (palette["surface"], palette["bg"], palette["soft"], tint)
    return min(grounds, key=lambda ground: colours.ratio(palette["text"], ground))


def _lifted(palette: Palette) -> Palette:
    """A site's own colour made visible on the dark ground (3:1, WCAG 1.4.11)."""
    surface = palette["surface"]
    lifted = {name: colours.passing(palette[name], surface, 3.0) for name in SETTABLE}
    return {**palette, **lifted}


def _vars(values: Mapping[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in values.items())


def contrast(tokens: Tokens, own: Mapping[str, Any]) -> list[Pair]:
    """The six checked pairs of a site's light palette, worst verdict a site must know of."""
    palette = by_day(tokens, own)
    pairs = (
        ("text", "bg"),
        ("text", "surface"),
        ("muted", "surface"),
        ("on-primary", "primary"),
        ("price", "surface"),
        ("link", "surface"),
    )
    return [_pair(palette, one, other) for one, other in pairs] + [_button(palette)]


def _pair(palette: Palette, one: str, other: str) -> Pair:
    found = colours.ratio(palette[one], palette[other])
    verdict: Literal["ok", "warn", "refused"] = "ok" if found >= TEXT_PASSES else "warn"
    verdict = "refused" if found < TEXT_REFUSED else verdict
    suggestion = colours.passing(palette[one], palette[other])
    return Pair(f"{one}/{other}", round(found, 2), verdict, suggestion)


def _button(palette: Palette) -> Pair:
    """A button that melts into its card is a warning, never a refusal: its label still reads."""
    found = colours.ratio(palette["primary"], palette["surface"])
    shade = colours.passing(palette["primary"], palette["surface"], 3.0)
    return Pair("primary/surface", round(found, 2), "ok" if found >= 3.0 else "warn", shade)
