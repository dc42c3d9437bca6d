"""红运: a feast day. Red silk, golden rays and clouds, lanterns overhead, ribbons and coins."""

from __future__ import annotations

import random
from math import cos, pi, sin

from PIL import Image, ImageDraw, ImageFilter

from themes.art import brush, motifs
from themes.art.style import Paint, Style, painted, place

RED, DEEP, GOLD, CREAM = "#c8161d", "#7d0a12", "#f2c14e", "#fff3d1"
GOLDEN = {
    "body": Paint(("#fff0b8", "#f6c653", "#c98a1b"), 65, rim="#fff6d6", gloss=0.45),
    "face": Paint(("#e2272c", "#a30f17"), 75, rim="#ffd978", rim_width=0.5),
    "back": Paint(("#d99a26", "#9c6410"), 80),
    "shade": Paint(("#e9ae3a", "#b97a15"), 50, alpha=0.7),
    "deep": Paint(("#f07a3c", "#8f0d14"), 90),
    "ink": Paint(("#a8121a", "#7d0a12"), 80),
    "mark": Paint(("#fff0b8", "#f6c653"), 80),
    "pale": Paint(("#fff8e3",)),
    "dim": Paint(("#b3341d",), alpha=0.75),
    "first": Paint(("#f04438", "#b5121b"), 80, rim="#ffe9ad", rim_width=0.5, gloss=0.3),
    "second": Paint(("#fff3c9", "#f2c14e"), 80, rim="#c98a1b", rim_width=0.3, gloss=0.3),
    "third": Paint(("#ffb057", "#e2661c"), 80, gloss=0.3),
    "fourth": Paint(("#fff0b8", "#e9ae3a"), 80, gloss=0.3),
}
SCARLET = GOLDEN | {
    "body": Paint(("#f2443f", "#c8161d", "#8d0c14"), 65, rim="#ffcf6b", gloss=0.3),
    "shade": Paint(("#d8242a", "#8d0c14"), 50, alpha=0.7),
    "face": Paint(("#d71f27", "#a30f17"), 80, rim="#ffd978", rim_width=0.5),
    "dim": Paint(("#ffcf6b",), alpha=0.8),
    "ink": Paint(("#ffdf91", "#e9ae3a"), 80),
}


def banner(name: str, size: brush.Size) -> Image.Image:
    """One of the four banners."""
    wide, high = size
    canvas = brush.ramp(size, (DEEP, "#b3121a", RED, "#d92a20", "#a40f17"), 14)
    _rays(canvas, (wide * 0.765, high * 0.56))
    brush.light(canvas, (wide * 0.765, high * 0.52), (wide * 0.27, high * 0.75), "#ffb34a", 0.75)
    _waves(canvas)
    _lantern(canvas, (wide * 0.585, high * 0.17), 92)
    _lantern(canvas, (wide * 0.945, high * 0.2), 120)
    _lantern(canvas, (wide * 0.51, high * 0.04), 60)
    _THINGS[name](canvas, wide, high)
    _confetti(canvas, len(name))
    return brush.grain(canvas, 0.4, seed=3)


def _rays(canvas: Image.Image, middle: brush.Point) -> None:
    rays = Image.new("L", canvas.size)
    pen, far = ImageDraw.Draw(rays), canvas.width
    for step in range(36):
        first, last = (pi * 2 * (step + share) / 36 for share in (0, 0.5))
        ends = [(middle[0] + far * cos(a), middle[1] + far * sin(a)) for a in (first, last)]
        pen.polygon([middle, *ends], fill=255)
    calm = brush.ramp(
        canvas.size, ("#060606", "#0a0a0a", "#2c2c2c", "#4a4a4a", "#383838"), 0
    ).convert("L")
    shown = Image.composite(
        calm, Image.new("L", canvas.size), rays.filter(ImageFilter.GaussianBlur(2))
    )
    canvas.paste(brush.rgb("#ffc65a"), None, shown)


def _waves(canvas: Image.Image) -> None:
    """Rows of scales along the bottom, as on old silk."""
    wide, high = canvas.size
    unit = 84
    for row in range(3):
        y = high - unit * 0.62 * (2 - row) + unit * 0.2
        for column in range(-1, wide // unit + 2):
            x = column * unit + (unit / 2 if row % 2 else 0)
            _scale(canvas, (x, y), unit * 0.5, x / wide)


def _scale(canvas: Image.Image, at: brush.Point, radius: float, along: float) -> None:
    pen = ImageDraw.Draw(canvas)
    strength = min(max((along - 0.3) * 1.9, 0.12), 1)
    gold, dark = brush.rgb("#e9b24a"), brush.rgb("#8d0c14")
    line = tuple(round(d + (g - d) * strength) for g, d in zip(gold, dark, strict=True))
    for share in (1, 0.72, 0.44):
        r = radius * share
        pen.ellipse((at[0] - r, at[1] - r, at[0] + r, at[1] + r), fill=dark, outline=line, width=4)


def _lantern(canvas: Image.Image, at: brush.Point, unit: float) -> None:
    x, y = at
    pen = ImageDraw.Draw(canvas)
    brush.light(canvas, at, (unit * 2.6, unit * 2.4), "#ffb34a", 0.55)
    pen.line([(x, 0), (x, y - unit)], fill="#f2c14e", width=4)
    shape = Image.new("L", canvas.size)
    ImageDraw.Draw(shape).ellipse(
        (x - unit * 1.2, y - unit * 0.92, x + unit * 1.2, y + unit * 0.92), fill=255
    )
    canvas.paste(brush.rgb("#c3131b"), None, shape)
    brush.light(canvas, (x - unit * 0.15, y), (unit * 0.95, unit * 0.85), "#ff9c3c", 0.9)
    for share in (0.9, 0.55, 0.18):
        pen.ellipse(
            (x - unit * 1.2 * share, y - unit * 0.92, x + unit * 1.2 * share, y + unit * 0.92),
            outline="#8d0c14",
            width=3,
        )
    for top, bottom in ((-1.08, -0.86), (0.86, 1.08)):
        box = (x - unit * 0.52, y + unit * top, x + unit * 0.52, y + unit * bottom)
        pen.rounded_rectangle(box, 6, fill="#f2c14e", outline="#b9801b", width=3)
    for step in range(-3, 4):
        low = y + unit * (1.9 - abs(step) * 0.05)
        pen.line([(x + step * 7, y + unit * 1.08), (x + step * 8, low)], fill="#e9ae3a", width=4)
    brush.light(canvas, (x - unit * 0.5, y - unit * 0.45), (unit * 0.4, unit * 0.3), "#fff0c9", 0.6)


def _cloud(canvas: Image.Image, at: brush.Point, unit: float) -> None:
    """An auspicious cloud: curls over a flat foot."""
    pen = ImageDraw.Draw(canvas)
    x, y = at
    for cx, cy, r in ((-1.4, 0, 0.62), (-0.5, -0.45, 0.85), (0.6, -0.2, 0.72), (1.45, 0.08, 0.5)):
        px, py, pr = x + cx * unit, y + cy * unit, r * unit
        pen.ellipse(
            (px - pr, py - pr, px + pr, py + pr), fill="#f6d27a", outline="#b9801b", width=4
        )
        pen.arc(
            (px - pr * 0.6, py - pr * 0.6, px + pr * 0.6, py + pr * 0.6),
            150,
            420,
            fill="#b9801b",
            width=4,
        )
        pen.arc(
            (px - pr * 0.28, py - pr * 0.28, px + pr * 0.28, py + pr * 0.28),
            120,
            330,
            fill="#b9801b",
            width=4,
        )
    pen.rounded_rectangle(
        (x - 2.2 * unit, y + 0.22 * unit, x + 2.1 * unit, y + 0.62 * unit),
        unit * 0.2,
        fill="#fbe3a1",
        outline="#b9801b",
        width=4,
    )


def _confetti(canvas: Image.Image, seed: int) -> None:
    drawn = random.Random(seed)  # noqa: S311 - a picture, no secret
    pen = ImageDraw.Draw(canvas)
    for _ in range(90):
        x = canvas.width * (1 - drawn.random() ** 1.5 * 0.62)
        y, r = drawn.random() * canvas.height, drawn.randint(4, 11)
        colour = drawn.choice(("#ffe08a", "#f2c14e", "#fff3d1", "#ff7a59"))
        turn = drawn.random() * pi
        dx, dy = r * cos(turn), r * sin(turn)
        pen.polygon(
            [
                (x - dx, y - dy),
                (x + dy * 0.4, y - dx * 0.4),
                (x + dx, y + dy),
                (x - dy * 0.4, y + dx * 0.4),
            ],
            fill=colour,
        )


def _put(
    canvas: Image.Image, motif: motifs.Motif, style: Style, side: int, at: brush.Point, turn: float
) -> None:
    thing = painted(motif, style, side)
    place(
        canvas,
        thing,
        at,
        turn=turn,
        shadow="#4a0409",
        depth=side * 0.04,
        soft=side * 0.04,
        dark=0.6,
    )


def _games(canvas: Image.Image, wide: int, high: int) -> None:
    _put(canvas, motifs.CARD, SCARLET, 430, (wide * 0.635, high * 0.58), 20)
    _put(canvas, motifs.CARD, SCARLET, 380, (wide * 0.9, high * 0.5), -18)
    _put(canvas, motifs.GAMEPAD, GOLDEN, 720, (wide * 0.765, high * 0.52), -6)
    _front(canvas, wide, high)


def _video(canvas: Image.Image, wide: int, high: int) -> None:
    _put(canvas, motifs.SCREEN, GOLDEN, 780, (wide * 0.76, high * 0.48), 3)
    _put(canvas, motifs.POPCORN, GOLDEN, 330, (wide * 0.915, high * 0.66), -9)
    _put(canvas, motifs.TICKET, SCARLET, 340, (wide * 0.615, high * 0.72), 16)
    _front(canvas, wide, high)


def _phone(canvas: Image.Image, wide: int, high: int) -> None:
    _put(canvas, motifs.PHONE, GOLDEN, 800, (wide * 0.765, high * 0.5), 8)
    _put(canvas, motifs.CARD, SCARLET, 400, (wide * 0.645, high * 0.64), 16)
    _put(canvas, motifs.BOLT, GOLDEN, 230, (wide * 0.88, high * 0.42), -10)
    _front(canvas, wide, high)


def _mix(canvas: Image.Image, wide: int, high: int) -> None:
    _put(canvas, motifs.PHONE, GOLDEN, 400, (wide * 0.89, high * 0.46), -12)
    _put(canvas, motifs.SCREEN, GOLDEN, 400, (wide * 0.64, high * 0.5), 8)
    _put(canvas, motifs.GIFT, SCARLET, 560, (wide * 0.765, high * 0.5), -3)
    _put(canvas, motifs.GAMEPAD, GOLDEN, 300, (wide * 0.645, high * 0.78), 10)
    _front(canvas, wide, high)


def _front(canvas: Image.Image, wide: int, high: int) -> None:
    """What lies before the things: clouds and coins."""
    _cloud(canvas, (wide * 0.93, high * 0.9), 78)
    _cloud(canvas, (wide * 0.6, high * 0.96), 56)
    _put(canvas, motifs.COIN, GOLDEN, 150, (wide * 0.845, high * 0.84), 10)
    _put(canvas, motifs.COIN, GOLDEN, 110, (wide * 0.7, high * 0.9), -12)
    _put(canvas, motifs.COIN, GOLDEN, 90, (wide * 0.545, high * 0.62), 18)


_THINGS = {"games": _games, "video": _video, "phone": _phone, "mix": _mix}
