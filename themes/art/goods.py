"""Pictures of goods for the sample shop: a gift card and its trade's thing in a studio's light."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageDraw

from themes.art import brush, motifs, wares
from themes.art.style import Paint, Style, painted, place

WIDE, HIGH = 960, 720


@dataclass(frozen=True)
class Scene:
    """One picture: the wall's colours from light to deep, the thing, a small one beside it."""

    wall: tuple[str, str, str]
    tint: tuple[str, str]
    thing: motifs.Motif
    beside: motifs.Motif
    size: int = 760
    turn: float = -6


SCENES = {
    "video-1": Scene(("#efe6ff", "#c9b3ff", "#8a63ea"), ("#8b5cf6", "#4c1d95"), motifs.SCREEN,
                     wares.CROWN, 900, 0),
    "video-2": Scene(("#ffe9ee", "#ffb3c4", "#e0527a"), ("#f43f6e", "#8f1239"), motifs.POPCORN,
                     motifs.TICKET),
    "music": Scene(("#ffe8fb", "#f3a8e8", "#b03fb4"), ("#d946ef", "#701a75"), motifs.NOTE,
                   motifs.STAR, 640),
    "game-1": Scene(("#e3ecff", "#9dbcff", "#3f66d8"), ("#3b6cf6", "#172a7c"), motifs.GAMEPAD,
                    motifs.GEM, 900, -8),
    "game-2": Scene(("#e2fbf3", "#92e3c8", "#15906e"), ("#10b981", "#064e3b"), motifs.GEM,
                    motifs.COIN, 620, 8),
    "phone-1": Scene(("#e2f8f6", "#8edfd6", "#128b84"), ("#14b8a6", "#0b4f4a"), motifs.PHONE,
                     motifs.BOLT, 800),
    "phone-2": Scene(("#fff4dc", "#ffd489", "#e08a1a"), ("#f59e0b", "#7c3a05"), wares.SIM,
                     motifs.COIN, 680, 8),
    "data": Scene(("#e6eaff", "#aeb6ff", "#4a4fd0"), ("#6366f1", "#2b2a80"), wares.WAVES,
                  wares.SIM, 620, 0),
    "food": Scene(("#fff0e2", "#ffc48f", "#e0702a"), ("#f97316", "#7c2d12"), wares.BURGER,
                  wares.CUP, 720, -4),
    "gift-1": Scene(("#ffe9e6", "#ffb0a6", "#d2433a"), ("#ef4444", "#7f1d1d"), motifs.GIFT,
                    motifs.STAR, 760, -4),
    "gift-2": Scene(("#fff6db", "#ffdf8a", "#d99a16"), ("#eab308", "#713f12"), motifs.CARD,
                    motifs.COIN, 820, 10),
    "software": Scene(("#e8eef6", "#a9bcd6", "#44618c"), ("#475f88", "#1a2740"), wares.WINDOW,
                      motifs.BOLT, 820, -4),
    "travel": Scene(("#def4ff", "#8fd3fb", "#1580bd"), ("#0ea5e9", "#0c3f63"), wares.CASE,
                    motifs.TICKET, 740, 6),
    "book": Scene(("#f8ecdf", "#e2bf97", "#96612f"), ("#b4733a", "#4a2a12"), wares.BOOK,
                  motifs.STAR, 700, 6),
    "shop": Scene(("#eaf0ea", "#b4cdb6", "#4f7c56"), ("#4d8b57", "#1f3b25"), wares.BAG,
                  motifs.GIFT, 720, -5),
}  # fmt: skip


def picture(name: str) -> Image.Image:
    """One product picture, twice as large as it is stored."""
    scene, size = SCENES[name], (WIDE * brush.FINE, HIGH * brush.FINE)
    canvas = _studio(scene, size)
    style = _glazed(scene.tint)
    wide, high = size
    place(canvas, painted(motifs.CARD, style, 940), (wide * 0.4, high * 0.44), turn=12,
          shadow=scene.tint[1], depth=50, soft=46, dark=0.5)  # fmt: skip
    place(canvas, painted(scene.thing, _bright(scene.tint), scene.size), (wide * 0.56, high * 0.52),
          turn=scene.turn, shadow=scene.tint[1], depth=44, soft=40, dark=0.55)  # fmt: skip
    place(canvas, painted(scene.beside, _golden(scene.tint), 300), (wide * 0.84, high * 0.76),
          turn=10, shadow=scene.tint[1], depth=24, soft=22, dark=0.5)  # fmt: skip
    return brush.grain(canvas, 0.42, seed=len(name))


def _studio(scene: Scene, size: brush.Size) -> Image.Image:
    """A wall that runs into the floor, a lamp from the left, a disc behind the things."""
    pale, middle, deep = scene.wall
    wide, high = size
    canvas = brush.ramp(size, (pale, middle, deep), 66)
    brush.light(canvas, (wide * 0.22, high * 0.1), (wide * 0.62, high * 0.8), "#ffffff", 0.75)
    disc = Image.new("L", size)
    r = high * 0.4
    box = (wide * 0.52 - r, high * 0.44 - r, wide * 0.52 + r, high * 0.44 + r)
    ImageDraw.Draw(disc).ellipse(box, fill=255)
    canvas.paste(brush.ramp(size, ("#ffffff", pale, middle), 80), None, brush.faded(disc, 0.6))
    brush.light(canvas, (wide * 0.54, high * 0.9), (wide * 0.52, high * 0.16), scene.tint[1], 0.55)
    for x, y, radius in ((0.1, 0.82, 90), (0.92, 0.14, 120), (0.86, 0.3, 46), (0.07, 0.3, 40)):
        brush.light(canvas, (wide * x, high * y), (radius * 1.6, radius * 1.6), "#ffffff", 0.55)
    return canvas


def _glazed(tint: tuple[str, str]) -> Style:
    light, deep = tint
    return {
        "body": Paint((light, deep), 55, rim="#ffffff", rim_width=0.4, gloss=0.35),
        "shade": Paint((deep, light), 30, alpha=0.35),
        "face": Paint(("#ffffff", "#dfe7f5"), 80),
        "second": Paint(("#ffe9a8", "#e0a83a"), 60, gloss=0.3),
        "ink": Paint(("#8a6414",)),
        "pale": Paint(("#ffffff",)),
        "dim": Paint(("#ffffff",), alpha=0.55),
        "first": Paint(("#ff6b6b", "#d62839"), 70, alpha=0.95),
        "third": Paint(("#ffd166", "#f3a712"), 70, alpha=0.9),
    }


def _bright(tint: tuple[str, str]) -> Style:
    """White ware with the trade's colour on it."""
    light, deep = tint
    return {
        "body": Paint(("#ffffff", "#eef2fb", "#c9d3e8"), 60, rim="#ffffff", gloss=0.4),
        "face": Paint((light, deep), 70, rim="#ffffff", rim_width=0.4, gloss=0.25),
        "back": Paint(("#d3dbea", "#96a3bd"), 80),
        "shade": Paint(("#ccd6ea", "#9aa9c6"), 60, alpha=0.7),
        "deep": Paint((deep, "#0b1020"), 90, alpha=0.75),
        "ink": Paint(("#3a455c", "#1d2536"), 80),
        "mark": Paint(("#ffffff",)),
        "pale": Paint(("#ffffff", "#f2f5fb"), 90),
        "dim": Paint(("#aab6cc",), alpha=0.8),
        "first": Paint((light, deep), 70, gloss=0.35),
        "second": Paint(("#ffe08a", "#e8a82c"), 70, gloss=0.3),
        "third": Paint(("#ffb35c", "#e8742c"), 70, gloss=0.3),
        "fourth": Paint(("#7fdc8d", "#2f9e57"), 70, gloss=0.3),
    }


def _golden(tint: tuple[str, str]) -> Style:
    return dict(_bright(tint)) | {
        "body": Paint(("#fff2c9", "#ffd166", "#e09b1e"), 60, rim="#fff8e6", gloss=0.4),
        "face": Paint(("#ffe3a0", "#f0b23a"), 70),
        "shade": Paint(("#f2b949", "#c98618"), 60, alpha=0.7),
        "mark": Paint(("#9a6a08",)),
    }
