"""Colour arithmetic: contrast after WCAG 2, and the nearest shade that passes."""

from __future__ import annotations

import colorsys
import re

HEX = re.compile(r"#[0-9a-fA-F]{6}")
Rgb = tuple[float, float, float]


def is_colour(text: object) -> bool:
    """Whether `text` is exactly #rrggbb, the only colour a site may set."""
    return isinstance(text, str) and bool(HEX.fullmatch(text))


def rgb(colour: str) -> Rgb:
    """#rrggbb as three numbers 0..1."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def hexed(parts: Rgb) -> str:
    """Three numbers 0..1 as #rrggbb."""
    return "#" + "".join(f"{round(min(max(part, 0), 1) * 255):02x}" for part in parts)


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, definition)."""
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(one: str, other: str) -> float:
    """Contrast ratio 1..21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(one: str, other: str, share: float) -> str:
    """`share` of `one`, the rest `other`."""
    pairs = zip(rgb(one), rgb(other), strict=True)
    red, green, blue = (a * share + b * (1 - share) for a, b in pairs)
    return hexed((red, green, blue))


def ink_on(colour: str) -> str:
    """White where it reads on `colour`, else black: one of the two always reaches 4.5."""
    if ratio("#ffffff", colour) >= 4.5:
        return "#ffffff"
    return "#000000"


def passing(colour: str, against: str, least: float = 4.5) -> str:
    """`colour`, or its nearest shade with contrast of at least `least` against `against`."""
    hue, light, rich = colorsys.rgb_to_hls(*rgb(colour))
    step = -0.01 if luminance(against) > 0.18 else 0.01
    while ratio(colour, against) < least and 0 < light + step < 1:
        light += step
        colour = hexed(colorsys.hls_to_rgb(hue, light, rich))
    if ratio(colour, against) >= least:
        return colour
    return max("#ffffff", "#000000", key=lambda ink: ratio(ink, against))
