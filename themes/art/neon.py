"""夜电: a night of light. Dark glass things with glowing rims over a grid to the horizon."""

from __future__ import annotations

import random

from PIL import Image, ImageDraw, ImageFilter

from themes.art import brush, motifs
from themes.art.style import Paint, painted, place

VIOLET, CYAN, PINK, LIME, GROUND = "#7c4dff", "#22e1ff", "#ff4fa3", "#b8ff5c", "#070914"
GLASS = {
    "body": Paint(("#2a2160", "#12132f"), 60, rim="#b49bff", glow=VIOLET, spread=4, gloss=0.16),
    "face": Paint(("#0b1030", "#152a5e"), 80, rim="#22e1ff", rim_width=0.4),
    "back": Paint(("#1a1640",), rim="#6f4dff"),
    "shade": Paint(("#3a1f8c", "#1b1245"), 40, alpha=0.55),
    "deep": Paint(("#3d1d8f", "#101a52"), 90),
    "ink": Paint(("#070914",), rim="#7c6cff", rim_width=0.4),
    "mark": Paint(("#fff3c4", "#ffb347"), glow="#ffb13d", spread=2),
    "pale": Paint(("#f2fbff",), glow=CYAN, spread=1.6),
    "dim": Paint(("#3c3f7a",)),
    "first": Paint((PINK, "#b31cff"), 60, glow=PINK, spread=2.6),
    "second": Paint((CYAN, "#3f7bff"), 60, glow=CYAN, spread=2.6),
    "third": Paint(("#ffd45c", "#ff8a3d"), 60, glow="#ffb13d", spread=2.4),
    "fourth": Paint((LIME, "#2fd68a"), 60, glow=LIME, spread=2.4),
}
EDGE = GLASS | {
    "body": Paint(("#0d1433", "#101a4a"), 60, rim=CYAN, glow=CYAN, spread=4, gloss=0.14)
}
HOT = GLASS | {"body": Paint(("#3a0f4a", "#1a0b2e"), 60, rim=PINK, glow=PINK, spread=4, gloss=0.14)}


def ground(size: brush.Size, seed: int) -> Image.Image:
    """Night sky, a far sun, the floor's grid, a few sparks."""
    wide, high = size
    canvas = brush.ramp(size, (GROUND, "#0d0b26", "#1a0f3d"), 80)
    brush.light(canvas, (wide * 0.76, high * 0.62), (wide * 0.34, high * 0.85), "#4b21c9", 0.75)
    brush.light(canvas, (wide * 0.96, high * 0.25), (wide * 0.24, high * 0.6), "#0a86b8", 0.55)
    _grid(canvas, high * 0.66)
    _sparks(canvas, seed)
    return canvas


def _grid(canvas: Image.Image, horizon: float) -> None:
    wide, high = canvas.size
    lines = Image.new("L", canvas.size)
    pen, middle = ImageDraw.Draw(lines), wide * 0.74
    for step in range(-34, 35):
        pen.line([(middle + step * 34, horizon), (middle + step * 230, high)], fill=150, width=3)
    for row in range(12):
        y = horizon + (high - horizon) * (row / 11) ** 2.1
        pen.line([(0, y), (wide, y)], fill=90 + row * 12, width=2 + row // 4)
    calm = brush.ramp(canvas.size, ("#1c1c1c", "#3a3a3a", "#ffffff", "#e8e8e8"), 0).convert("L")
    lines = Image.composite(lines, Image.new("L", canvas.size), calm)
    canvas.paste(brush.rgb("#8f5bff"), None, brush.glow(lines, 9, 0.9))
    canvas.paste(brush.rgb("#5fd8ff"), None, brush.faded(lines, 0.75))


def _sparks(canvas: Image.Image, seed: int) -> None:
    drawn = random.Random(seed)  # noqa: S311 - a picture, no secret
    dots = Image.new("L", canvas.size)
    pen = ImageDraw.Draw(dots)
    for _ in range(150):
        x = canvas.width * (1 - drawn.random() ** 1.8)
        y, r = drawn.random() * canvas.height * 0.8, drawn.choice((1.5, 2, 2, 3, 4.5))
        pen.ellipse((x - r, y - r, x + r, y + r), fill=drawn.randint(70, 230))
    canvas.paste(brush.rgb("#9fe9ff"), None, brush.glow(dots, 7, 1.6))
    canvas.paste(brush.rgb("#ffffff"), None, dots)


def _ring(canvas: Image.Image, at: brush.Point, radius: float, colour: str, width: int) -> None:
    ring = Image.new("L", canvas.size)
    pen = ImageDraw.Draw(ring)
    x, y = at
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), outline=255, width=width)
    canvas.paste(brush.rgb(colour), None, brush.glow(ring, width * 2.4, 1.3))
    canvas.paste(
        brush.rgb("#ffffff"), None, brush.faded(ring.filter(ImageFilter.GaussianBlur(1)), 0.85)
    )


def _beam(canvas: Image.Image, points: list[brush.Point], colour: str, strength: float) -> None:
    beam = Image.new("L", canvas.size)
    ImageDraw.Draw(beam).polygon(points, fill=255)
    canvas.paste(
        brush.rgb(colour), None, brush.faded(beam.filter(ImageFilter.GaussianBlur(26)), strength)
    )


def banner(name: str, size: brush.Size) -> Image.Image:
    """One of the four banners."""
    canvas = ground(size, len(name) * 7)
    wide, high = size
    _beam(
        canvas,
        [(wide * 0.62, 0), (wide * 0.7, 0), (wide * 0.93, high), (wide * 0.72, high)],
        VIOLET,
        0.32,
    )
    _beam(canvas, [(wide * 0.95, 0), (wide, 0), (wide * 0.86, high), (wide * 0.7, high)], CYAN, 0.2)
    _THINGS[name](canvas, wide, high)
    return brush.grain(canvas, 0.35, seed=5)


def _games(canvas: Image.Image, wide: int, high: int) -> None:
    _ring(canvas, (wide * 0.755, high * 0.47), high * 0.4, VIOLET, 7)
    place(canvas, painted(motifs.CARD, EDGE, 470), (wide * 0.615, high * 0.62), turn=24)
    place(canvas, painted(motifs.GEM, HOT, 210), (wide * 0.925, high * 0.27), turn=-14)
    place(canvas, painted(motifs.GAMEPAD, GLASS, 780), (wide * 0.765, high * 0.5), turn=-11)
    place(canvas, painted(motifs.COIN, EDGE, 170), (wide * 0.935, high * 0.74), turn=12)
    place(canvas, painted(motifs.BOLT, HOT, 150), (wide * 0.6, high * 0.24), turn=10)


def _video(canvas: Image.Image, wide: int, high: int) -> None:
    _ring(canvas, (wide * 0.76, high * 0.42), high * 0.34, PINK, 6)
    place(canvas, painted(motifs.SCREEN, EDGE, 800), (wide * 0.745, high * 0.47), turn=-4)
    place(canvas, painted(motifs.POPCORN, HOT, 330), (wide * 0.925, high * 0.68), turn=-10)
    place(canvas, painted(motifs.TICKET, GLASS, 330), (wide * 0.585, high * 0.74), turn=16)
    place(canvas, painted(motifs.NOTE, HOT, 150), (wide * 0.585, high * 0.26), turn=8)


def _phone(canvas: Image.Image, wide: int, high: int) -> None:
    for radius, colour in ((0.3, CYAN), (0.42, VIOLET), (0.55, PINK)):
        _ring(canvas, (wide * 0.75, high * 0.45), high * radius, colour, 4)
    place(canvas, painted(motifs.CARD, HOT, 400), (wide * 0.64, high * 0.64), turn=18)
    place(canvas, painted(motifs.PHONE, EDGE, 820), (wide * 0.765, high * 0.5), turn=-12)
    place(canvas, painted(motifs.BOLT, GLASS, 260), (wide * 0.9, high * 0.33), turn=-12)
    place(canvas, painted(motifs.COIN, HOT, 180), (wide * 0.9, high * 0.76), turn=14)


def _mix(canvas: Image.Image, wide: int, high: int) -> None:
    _ring(canvas, (wide * 0.77, high * 0.5), high * 0.44, CYAN, 5)
    place(canvas, painted(motifs.SCREEN, EDGE, 420), (wide * 0.645, high * 0.36), turn=10)
    place(canvas, painted(motifs.PHONE, EDGE, 430), (wide * 0.9, high * 0.42), turn=-14)
    place(canvas, painted(motifs.GAMEPAD, GLASS, 430), (wide * 0.63, high * 0.74), turn=12)
    place(canvas, painted(motifs.GIFT, HOT, 500), (wide * 0.775, high * 0.56), turn=-4)
    place(canvas, painted(motifs.GEM, GLASS, 190), (wide * 0.925, high * 0.82), turn=-10)


_THINGS = {"games": _games, "video": _video, "phone": _phone, "mix": _mix}
