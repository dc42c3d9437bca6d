"""How a theme paints the parts of a thing, and how a painted thing is laid on a canvas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter

from themes.art import brush
from themes.art.motifs import Motif, mask


@dataclass(frozen=True)
class Paint:
    """One role: what fills it, its rim, the light around it, lines over it."""

    fill: tuple[str, ...] = ()
    angle: float = 90
    alpha: float = 1.0
    rim: str = ""
    rim_width: float = 0.6
    glow: str = ""
    spread: float = 3.0
    hatched: str = ""
    gap: float = 2.2
    gloss: float = 0.0


Style = Mapping[str, Paint]


def painted(motif: Motif, style: Style, side: int) -> Image.Image:
    """A thing in a theme's manner, on a clear square with room for its light around."""
    room = side // 7
    whole = side + 2 * room
    sheet = Image.new("RGBA", (whole, whole), (0, 0, 0, 0))
    for part in motif:
        shape = Image.new("L", sheet.size)
        shape.paste(mask(part, side), (room, room))
        _lay(sheet, shape, style.get(part.role) or style["body"], side / 100)
    return sheet


def _lay(sheet: Image.Image, shape: Image.Image, how: Paint, one: float) -> None:
    if how.glow:
        _over(
            sheet, Image.new("RGB", sheet.size, how.glow), brush.glow(shape, how.spread * one, 1.1)
        )
    if how.fill:
        box = shape.getbbox() or (0, 0, 1, 1)
        filled = Image.new("RGB", sheet.size)
        filled.paste(brush.ramp((box[2] - box[0], box[3] - box[1]), how.fill, how.angle), box[:2])
        _over(sheet, filled, brush.faded(shape, how.alpha))
    if how.hatched:
        lines = brush.hatch(sheet.size, how.gap * one, 0.42 * one, 38)
        _over(sheet, Image.new("RGB", sheet.size, how.hatched), ImageChops.multiply(shape, lines))
    if how.gloss:
        _gloss(sheet, shape, how.gloss)
    if how.rim:
        rim = brush.edge(shape, how.rim_width * one)
        _over(sheet, Image.new("RGB", sheet.size, how.rim), rim)


def _gloss(sheet: Image.Image, shape: Image.Image, strength: float) -> None:
    """Light that falls on the upper part."""
    box = shape.getbbox() or (0, 0, 1, 1)
    size = (box[2] - box[0], box[3] - box[1])
    falling = brush.ramp(size, ("#ffffff", "#000000", "#000000"), 70).convert("L")
    lit = Image.new("L", sheet.size)
    lit.paste(brush.faded(falling, strength), box[:2])
    _over(sheet, Image.new("RGB", sheet.size, "#ffffff"), ImageChops.multiply(shape, lit))


def _over(sheet: Image.Image, colour: Image.Image, shape: Image.Image) -> None:
    layer = colour.convert("RGBA")
    layer.putalpha(shape)
    sheet.alpha_composite(layer)


def place(
    canvas: Image.Image,
    thing: Image.Image,
    at: tuple[float, float],
    *,
    turn: float = 0,
    shadow: str = "",
    depth: float = 14,
    soft: float = 16,
    dark: float = 0.45,
) -> None:
    """Lay a painted thing with its middle at a point, turned, with the shadow it throws."""
    turned = thing.rotate(turn, Image.Resampling.BICUBIC, expand=True)
    corner = (int(at[0] - turned.width / 2), int(at[1] - turned.height / 2))
    alpha = turned.getchannel("A")
    if shadow:
        room = int(soft * 3)
        wide = Image.new("L", (turned.width + 2 * room, turned.height + 2 * room))
        wide.paste(alpha, (room, room))
        wide = brush.faded(wide.filter(ImageFilter.GaussianBlur(soft)), dark)
        canvas.paste(brush.rgb(shadow), (corner[0] - room, int(corner[1] - room + depth)), wide)
    canvas.paste(turned.convert("RGB"), corner, alpha)
