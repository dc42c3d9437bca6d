"""澄蓝: morning air. White glazed things on low podiums, soft clouds, one deep blue to read on."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFilter

from themes.art import brush, motifs
from themes.art.style import Paint, Style, painted, place

DEEP, SKY, NAVY = "#1c4fd8", "#cfe6ff", "#0b2a86"
GLAZE = {
    "body": Paint(("#ffffff", "#e3efff", "#b9d4ff"), 65, rim="#ffffff", gloss=0.5),
    "face": Paint(("#eaf4ff", "#a9cdff"), 75, rim="#ffffff", rim_width=0.4),
    "back": Paint(("#c3dcff", "#86b3ff"), 80),
    "shade": Paint(("#dbeaff", "#9cc1ff"), 50, alpha=0.75),
    "deep": Paint(("#7fb2ff", "#3f7df2"), 90),
    "ink": Paint(("#3c6be0", "#244fc4"), 80),
    "mark": Paint(("#8a5a00", "#b87a08"), 90),
    "pale": Paint(("#ffffff",)),
    "dim": Paint(("#9dbdf3",)),
    "first": Paint(("#5b9bff", "#1f5af0"), 80, gloss=0.35),
    "second": Paint(("#41d3c3", "#12a5a0"), 80, gloss=0.3),
    "third": Paint(("#ffd27a", "#ffab2e"), 80, gloss=0.3),
    "fourth": Paint(("#ff9d8a", "#f2634f"), 80, gloss=0.3),
}
AZURE = GLAZE | {
    "body": Paint(("#6aa6ff", "#2f6cf3", "#1c4fd8"), 60, rim="#a9ccff", gloss=0.35),
    "shade": Paint(("#4e8bff", "#1747c9"), 50, alpha=0.6),
    "dim": Paint(("#a9ccff",)),
}
GOLD = GLAZE | {
    "body": Paint(("#fff1c7", "#ffcf66", "#f0a92c"), 60, rim="#fff8e1", gloss=0.4),
    "face": Paint(("#ffe29a", "#ffc34d"), 70),
    "shade": Paint(("#ffdf8f", "#eda62b"), 50, alpha=0.7),
    "dim": Paint(("#c98a1b",), alpha=0.7),
}


def banner(name: str, size: brush.Size) -> Image.Image:
    """One of the four banners."""
    wide, high = size
    canvas = brush.ramp(size, ("#1746c4", "#2a63ea", "#6ea8ff", "#bcdcff", "#e6f3ff"), 8)
    brush.light(canvas, (wide * 0.8, high * 0.3), (wide * 0.32, high * 0.95), "#ffffff", 0.85)
    brush.light(canvas, (wide * 0.1, high * 0.1), (wide * 0.4, high * 1.1), "#123bb0", 0.6)
    _arcs(canvas)
    _cloud(canvas, (wide * 0.97, high * 0.2), 150, 0.9)
    _cloud(canvas, (wide * 0.56, high * 0.86), 130, 0.55)
    _cloud(canvas, (wide * 0.62, high * 0.14), 90, 0.7)
    _THINGS[name](canvas, wide, high)
    _cloud(canvas, (wide * 0.985, high * 0.98), 170, 0.95)
    return brush.grain(canvas, 0.3, seed=9)


def _arcs(canvas: Image.Image) -> None:
    """Thin circles, as of a horizon seen from above."""
    lines = Image.new("L", canvas.size)
    pen, (wide, high) = ImageDraw.Draw(lines), canvas.size
    for step in range(7):
        r = high * (0.45 + step * 0.21)
        pen.ellipse(
            (wide * 0.76 - r, high * 0.62 - r, wide * 0.76 + r, high * 0.62 + r),
            outline=110 - step * 13,
            width=3,
        )
    canvas.paste((255, 255, 255), None, lines.filter(ImageFilter.GaussianBlur(1)))


def _cloud(canvas: Image.Image, at: brush.Point, unit: float, share: float) -> None:
    puffs = (
        (-1.2, 0.1, 0.62),
        (-0.5, -0.32, 0.78),
        (0.35, -0.18, 0.7),
        (1.05, 0.14, 0.52),
        (0, 0.25, 0.7),
    )
    shape = Image.new("L", canvas.size)
    pen = ImageDraw.Draw(shape)
    for x, y, r in puffs:
        cx, cy, r = at[0] + x * unit, at[1] + y * unit, r * unit
        pen.ellipse((cx - r, cy - r * 0.8, cx + r, cy + r * 0.8), fill=255)
    soft = brush.faded(shape.filter(ImageFilter.GaussianBlur(unit * 0.14)), share)
    box = soft.getbbox() or (0, 0, 1, 1)
    paint = Image.new("RGB", canvas.size, "#ffffff")
    shade = brush.ramp((box[2] - box[0], box[3] - box[1]), ("#ffffff", "#f4f9ff", "#cfe3ff"), 90)
    paint.paste(shade, box[:2])
    canvas.paste(paint, None, soft)


def _podium(canvas: Image.Image, at: brush.Point, width: float, height: float) -> None:
    """A low round stand; its top is at `at`."""
    x, y, flat = at[0], at[1], width * 0.17
    brush.light(canvas, (x, y + height + flat * 0.6), (width * 0.8, flat * 2.4), NAVY, 0.4)
    wall = Image.new("L", canvas.size)
    pen = ImageDraw.Draw(wall)
    pen.rectangle((x - width / 2, y, x + width / 2, y + height), fill=255)
    pen.ellipse((x - width / 2, y + height - flat, x + width / 2, y + height + flat), fill=255)
    canvas.paste(
        brush.ramp(canvas.size, ("#ffffff", "#ffffff", "#f7fbff", "#a9cbff", "#ffffff"), 0),
        None,
        wall,
    )
    top = Image.new("L", canvas.size)
    ImageDraw.Draw(top).ellipse((x - width / 2, y - flat, x + width / 2, y + flat), fill=255)
    canvas.paste((246, 250, 255), None, top)
    canvas.paste((206, 226, 255), None, brush.edge(top, 10))
    brush.light(canvas, (x, y), (width * 0.42, flat * 0.8), "#b5d2ff", 0.7)


def _put(
    canvas: Image.Image, motif: motifs.Motif, style: Style, side: int, at: brush.Point, turn: float
) -> None:
    thing = painted(motif, style, side)
    place(canvas, thing, at, turn=turn, shadow=NAVY, depth=side * 0.05, soft=side * 0.05, dark=0.38)


def _games(canvas: Image.Image, wide: int, high: int) -> None:
    _podium(canvas, (wide * 0.77, high * 0.8), 820, 80)
    _put(canvas, motifs.CARD, AZURE, 480, (wide * 0.65, high * 0.5), 14)
    _put(canvas, motifs.CARD, GOLD, 360, (wide * 0.89, high * 0.34), -16)
    _put(canvas, motifs.GAMEPAD, GLAZE, 720, (wide * 0.77, high * 0.53), -7)
    _put(canvas, motifs.COIN, GOLD, 170, (wide * 0.905, high * 0.74), 10)
    _put(canvas, motifs.GEM, AZURE, 170, (wide * 0.61, high * 0.8), 10)


def _video(canvas: Image.Image, wide: int, high: int) -> None:
    _podium(canvas, (wide * 0.765, high * 0.86), 860, 60)
    _put(canvas, motifs.SCREEN, GLAZE, 820, (wide * 0.76, high * 0.47), 0)
    _put(canvas, motifs.POPCORN, GLAZE, 330, (wide * 0.915, high * 0.68), -8)
    _put(canvas, motifs.TICKET, GOLD, 340, (wide * 0.615, high * 0.76), 14)
    _put(canvas, motifs.NOTE, AZURE, 150, (wide * 0.605, high * 0.26), 8)


def _phone(canvas: Image.Image, wide: int, high: int) -> None:
    _podium(canvas, (wide * 0.76, high * 0.87), 620, 70)
    _podium(canvas, (wide * 0.905, high * 0.84), 300, 120)
    _put(canvas, motifs.PHONE, GLAZE, 840, (wide * 0.75, high * 0.48), -7)
    _put(canvas, motifs.CARD, AZURE, 420, (wide * 0.635, high * 0.62), 12)
    _put(canvas, motifs.BOLT, GOLD, 240, (wide * 0.87, high * 0.3), -10)
    _put(canvas, motifs.COIN, GOLD, 210, (wide * 0.905, high * 0.7), 6)
    _put(canvas, motifs.COIN, GOLD, 130, (wide * 0.635, high * 0.26), -14)


def _mix(canvas: Image.Image, wide: int, high: int) -> None:
    _podium(canvas, (wide * 0.77, high * 0.86), 560, 80)
    _podium(canvas, (wide * 0.63, high * 0.8), 330, 130)
    _podium(canvas, (wide * 0.91, high * 0.8), 330, 130)
    _put(canvas, motifs.GAMEPAD, GLAZE, 360, (wide * 0.63, high * 0.62), 6)
    _put(canvas, motifs.PHONE, GLAZE, 430, (wide * 0.91, high * 0.53), -6)
    _put(canvas, motifs.SCREEN, GLAZE, 360, (wide * 0.665, high * 0.26), 7)
    _put(canvas, motifs.GIFT, AZURE, 500, (wide * 0.77, high * 0.57), 0)
    _put(canvas, motifs.COIN, GOLD, 150, (wide * 0.84, high * 0.2), 12)


_THINGS = {"games": _games, "video": _video, "phone": _phone, "mix": _mix}
