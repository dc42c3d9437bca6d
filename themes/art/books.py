"""Which pictures there are, how large, and where each is written."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PIL import Image

from themes.art import brush, clean, fest, goods, neon

ROOT = Path(__file__).parents[2]
GALLERY = ROOT / "themes" / "gallery"
BANNERS = ("games", "video", "phone", "mix")
WIDE, HIGH, NARROW = 1200, 480, 640
THEMES: dict[str, Callable[[str, brush.Size], Image.Image]] = {
    "neon": neon.banner,
    "clean": clean.banner,
    "fest": fest.banner,
}
"""Themes whose banners are painted here; the line drawings of the others are SVG by hand."""


def folder(theme: str) -> Path:
    """Where a theme keeps its pictures."""
    return GALLERY / theme / "1.0" / "assets" / "art"


def names() -> list[str]:
    """The files every painted theme has: each banner wide and narrow."""
    return [f"banner-{name}{end}.webp" for name in BANNERS for end in ("", f"-{NARROW}")]


def files(wanted: Sequence[str] = ()) -> Iterator[tuple[Path, bytes]]:
    """Every banner of these themes (all where none is named): path and bytes."""
    for theme, draw in THEMES.items():
        if not wanted or theme in wanted:
            for name in BANNERS:
                drawn = draw(name, (WIDE * brush.FINE, HIGH * brush.FINE))
                yield folder(theme) / f"banner-{name}.webp", webp(drawn, WIDE)
                yield folder(theme) / f"banner-{name}-{NARROW}.webp", webp(drawn, NARROW)


def of_goods(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """A picture of goods for each trade, to lie in this folder: path and bytes."""
    for name in goods.SCENES:
        yield folder / f"{name}.webp", webp(goods.picture(name), goods.WIDE, 82)


def webp(drawn: Image.Image, width: int, quality: int = 86) -> bytes:
    """A drawing shrunk to a width, as WebP."""
    size = (width, round(drawn.height * width / drawn.width))
    out = io.BytesIO()
    small = drawn.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    small.save(out, "WEBP", quality=quality, method=6)
    return out.getvalue()
