"""The things the pictures show, as shapes in a square of 100 × 100: each part has a role, and a
theme's style says how a role is painted."""

from __future__ import annotations

from math import cos, pi, sin
from typing import NamedTuple

from PIL import Image, ImageDraw

Shape = tuple[str, tuple[float, ...]]
Pen = ImageDraw.ImageDraw


class Part(NamedTuple):
    """Shapes that are one thing; `cut` is taken out of them."""

    role: str
    shapes: tuple[Shape, ...]
    cut: tuple[Shape, ...] = ()


Motif = tuple[Part, ...]


def rr(left: float, top: float, right: float, bottom: float, radius: float = 0) -> Shape:
    """A rectangle with round corners."""
    return "rr", (left, top, right, bottom, radius)


def el(x: float, y: float, rx: float, ry: float | None = None) -> Shape:
    """An ellipse around a point."""
    return "el", (x, y, rx, rx if ry is None else ry)


def poly(*points: tuple[float, float]) -> Shape:
    """An area between points."""
    return "poly", tuple(part for point in points for part in point)


def line(width: float, *points: tuple[float, float]) -> Shape:
    """A line through points, with round ends."""
    return "line", (width, *(part for point in points for part in point))


def star(x: float, y: float, radius: float, points: int = 5, inner: float = 0.45) -> Shape:
    """A star with its first point up."""
    reach = [radius if step % 2 == 0 else radius * inner for step in range(points * 2)]
    turns = [pi * step / points - pi / 2 for step in range(points * 2)]
    return poly(*((x + r * cos(a), y + r * sin(a)) for r, a in zip(reach, turns, strict=True)))


def mask(part: Part, side: int) -> Image.Image:
    """A part as a mask of side × side pixels."""
    drawn = _drawn(part.shapes, side)
    if part.cut:
        drawn.paste(0, None, _drawn(part.cut, side))
    return drawn


def _drawn(shapes: tuple[Shape, ...], side: int) -> Image.Image:
    drawn = Image.new("L", (side, side))
    pen, one = ImageDraw.Draw(drawn), side / 100
    for kind, given in shapes:
        _HOW[kind](pen, one, given)
    return drawn


def _rr(pen: Pen, one: float, box: tuple[float, ...]) -> None:
    left, top, right, bottom, radius = (part * one for part in box)
    pen.rounded_rectangle((left, top, right, bottom), radius, fill=255)


def _el(pen: Pen, one: float, box: tuple[float, ...]) -> None:
    x, y, rx, ry = (part * one for part in box)
    pen.ellipse((x - rx, y - ry, x + rx, y + ry), fill=255)


def _poly(pen: Pen, one: float, flat: tuple[float, ...]) -> None:
    pen.polygon([part * one for part in flat], fill=255)


def _line(pen: Pen, one: float, given: tuple[float, ...]) -> None:
    width, *flat = (part * one for part in given)
    pen.line(flat, fill=255, width=max(1, round(width)), joint="curve")
    for x, y in (flat[:2], flat[-2:]):
        pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=255)


_HOW = {"rr": _rr, "el": _el, "poly": _poly, "line": _line}
_YUAN = (
    line(5, (38, 32), (50, 48)), line(5, (62, 32), (50, 48)), line(5, (50, 48), (50, 70)),
    line(4, (40, 52), (60, 52)), line(4, (40, 60), (60, 60)),
)  # fmt: skip

GAMEPAD: Motif = (
    Part("back", (rr(17, 22, 37, 36, 6), rr(63, 22, 83, 36, 6))),
    Part(
        "body",
        (rr(8, 28, 92, 66, 19), el(19, 60, 15, 26), el(81, 60, 15, 26)),
        (el(50, 86, 22, 19),),
    ),
    Part("shade", (el(16, 76, 8, 9), el(84, 76, 8, 9))),
    Part("ink", (rr(19, 43, 39, 50, 2), rr(25.5, 36.5, 32.5, 56.5, 2))),
    Part("ink", (el(40, 61, 7), el(60, 61, 7))),
    Part("pale", (el(40, 60, 4), el(60, 60, 4))),
    Part("first", (el(71, 38.5, 4),)),
    Part("second", (el(79, 46, 4),)),
    Part("third", (el(71, 53.5, 4),)),
    Part("fourth", (el(63, 46, 4),)),
    Part("pale", (rr(44, 35, 56, 38.5, 1.7),)),
)
SCREEN: Motif = (
    Part("back", (poly((40, 78), (60, 78), (64, 90), (36, 90)), rr(28, 88, 72, 92, 2))),
    Part("body", (rr(3, 14, 97, 80, 5),)),
    Part("face", (rr(6.5, 17.5, 93.5, 76.5, 3),)),
    Part("deep", (poly((6.5, 66), (24, 44), (38, 58), (54, 34), (76, 60), (84, 52), (93.5, 64),
                       (93.5, 76.5), (6.5, 76.5)),)),
    Part("third", (el(77, 30, 6),)),
    Part("first", (el(50, 46, 13.5),)),
    Part("pale", (poly((45.5, 38.5), (45.5, 53.5), (58.5, 46)),)),
    Part("dim", (rr(14, 69.5, 86, 72, 1.2),)),
    Part("second", (rr(14, 69.5, 55, 72, 1.2), el(55, 70.7, 2.4))),
)  # fmt: skip
PHONE: Motif = (
    Part("body", (rr(25, 2, 75, 98, 9),)),
    Part("face", (rr(28.5, 5.5, 71.5, 94.5, 6.5),)),
    Part("ink", (rr(43, 8, 57, 11.5, 1.7),)),
    Part("first", (rr(33, 17, 67, 43, 4),)),
    Part("pale", (poly((52, 20), (41, 32), (48.5, 32), (46, 41), (58, 28.5), (50.5, 28.5)),)),
    Part("dim", (rr(33, 48, 55, 51, 1.5), rr(33, 54, 49, 57, 1.5))),
    Part("second", (rr(33, 74, 38.5, 82, 1.3), rr(41.5, 70, 47, 82, 1.3), rr(50, 65, 55.5, 82, 1.3),
                    rr(58.5, 60, 64, 82, 1.3))),
    Part("third", (rr(42, 88.5, 58, 90.5, 1),)),
)  # fmt: skip
CARD: Motif = (
    Part("body", (rr(3, 21, 97, 79, 6),)),
    Part("shade", (poly((60, 21), (91, 21), (97, 27), (97, 73), (91, 79), (40, 79)),)),
    Part("second", (rr(11, 32, 27, 44, 2.4),)),
    Part("ink", (rr(18.4, 32, 19.6, 44), rr(11, 37.4, 27, 38.6))),
    Part("pale", tuple(el(x, 56, 1.7) for x in (13, 18, 23, 32, 37, 42, 51, 56, 61))),
    Part("dim", (rr(11, 66, 36, 69.5, 1.6),)),
    Part("first", (el(79, 66, 7.5),)),
    Part("third", (el(87, 66, 7.5),)),
)
GIFT: Motif = (
    Part("second", (el(36, 21, 15, 9), el(64, 21, 15, 9)), (el(36, 21, 8, 4), el(64, 21, 8, 4))),
    Part("body", (rr(14, 42, 86, 94, 4),)),
    Part("shade", (rr(14, 42, 86, 52, 1),)),
    Part("face", (rr(8, 28, 92, 46, 4),)),
    Part("second", (rr(42, 28, 58, 94, 1), el(50, 24, 6.5, 5.5))),
)
COIN: Motif = (
    Part("body", (el(50, 50, 46),)),
    Part("face", (el(50, 50, 37),)),
    Part("mark", _YUAN),
)
GEM: Motif = (
    Part("body", (poly((24, 18), (76, 18), (96, 42), (50, 90), (4, 42)),)),
    Part("face", (poly((34, 18), (66, 18), (70, 42), (30, 42)),)),
    Part("shade", (poly((70, 42), (96, 42), (50, 90)),)),
    Part("pale", (poly((4, 42), (24, 18), (34, 18), (30, 42)),)),
)
TICKET: Motif = (
    Part("body", (rr(2, 28, 98, 72, 4),), (el(66, 28, 5), el(66, 72, 5))),
    Part("ink", tuple(rr(65.3, y, 66.7, y + 3.4, 0.6) for y in (36, 42, 48, 54, 60))),
    Part("first", (star(82, 50, 10),)),
    Part("dim", (rr(12, 40, 50, 44, 2), rr(12, 49, 42, 52, 1.5), rr(12, 57, 34, 60, 1.5))),
)
POPCORN: Motif = (
    Part("pale", tuple(el(x, y, r) for x, y, r in ((30, 32, 11), (46, 24, 12), (62, 27, 11),
                                                   (73, 35, 9), (38, 38, 9), (55, 38, 10)))),
    Part("body", (poly((18, 40), (82, 40), (73, 95), (27, 95)),)),
    Part("first", (poly((30, 40), (42, 40), (44, 95), (36, 95)),
                   poly((58, 40), (70, 40), (64, 95), (56, 95)))),
)  # fmt: skip
NOTE: Motif = (
    Part("body", (el(30, 76, 15, 12), el(76, 66, 15, 12), rr(39, 20, 46, 76, 2),
                  rr(85, 10, 92, 66, 2), poly((39, 20), (92, 8), (92, 26), (39, 38)))),
)  # fmt: skip
BOLT: Motif = (Part("body", (poly((58, 4), (20, 56), (46, 56), (38, 96), (80, 40), (53, 40)),)),)
STAR: Motif = (Part("body", (star(50, 52, 48),)),)
