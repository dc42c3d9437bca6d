"""What the pictures are made with: gradients, light, grain, and shapes filled with them."""

from __future__ import annotations

import random
from collections.abc import Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Colour = str
Stops = Sequence[Colour]
Size = tuple[int, int]
Point = tuple[float, float]
_RIM = 76
"""What Pillow's radial gradient still has where its circle touches the side of its square."""
FINE = 2
"""Everything is drawn this much larger and shrunk at the end: that smooths the edges."""


def rgb(colour: Colour) -> tuple[int, int, int]:
    """#rrggbb as numbers."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def ramp(size: Size, stops: Stops, angle: float = 90) -> Image.Image:
    """A gradient over `stops`, evenly; 90 runs from top to bottom, 0 from left to right."""
    if len(set(stops)) == 1:
        return Image.new("RGB", size, stops[0])
    side = int((size[0] ** 2 + size[1] ** 2) ** 0.5) + 2
    lines = Image.linear_gradient("L").resize((side, side), Image.Resampling.BICUBIC)
    turned = lines.rotate(90 - angle, Image.Resampling.BICUBIC)
    left, top = (side - size[0]) // 2, (side - size[1]) // 2
    grey = turned.crop((left, top, left + size[0], top + size[1]))
    counts = grey.histogram()
    tones = [tone for tone in range(256) if counts[tone]]
    bands = [
        grey.point(_between([rgb(one)[band] for one in stops], tones[0], tones[-1]))
        for band in range(3)
    ]
    return Image.merge("RGB", bands)


def _between(values: list[int], low: int, high: int) -> list[int]:
    steps = len(values) - 1

    def at(grey: int) -> int:
        place = min(max((grey - low) / max(high - low, 1), 0), 1) * steps
        first = min(int(place), steps - 1)
        share = place - first
        return round(values[first] * (1 - share) + values[first + 1] * share)

    return [at(grey) for grey in range(256)]


def light(
    canvas: Image.Image, at: Point, radius: Point, colour: Colour, strength: float = 1.0
) -> None:
    """A soft spot of light (or of shade) on the canvas."""
    size = (int(radius[0] * 2), int(radius[1] * 2))
    spot = ImageChops.invert(Image.radial_gradient("L")).resize(size, Image.Resampling.BICUBIC)
    reach = [max(v - _RIM, 0) / (255 - _RIM) for v in range(256)]
    spot = spot.point([round(v**1.6 * 255 * strength) for v in reach])
    canvas.paste(rgb(colour), (int(at[0] - radius[0]), int(at[1] - radius[1])), spot)


def grain(canvas: Image.Image, amount: float, seed: int = 1) -> Image.Image:
    """A little texture, as paper and cameras have it; the same for the same seed."""
    drawn = random.Random(seed)  # noqa: S311 - a texture, no secret
    dots = Image.frombytes("L", canvas.size, drawn.randbytes(canvas.width * canvas.height))
    dots = dots.filter(ImageFilter.GaussianBlur(0.7))
    texture = Image.merge("RGB", [dots] * 3)
    rough = ImageChops.soft_light(canvas.convert("RGB"), texture)
    return Image.blend(canvas.convert("RGB"), rough, amount)


def glow(mask: Image.Image, radius: float, strength: float = 1.0) -> Image.Image:
    """The mask spread softly."""
    soft = mask.filter(ImageFilter.GaussianBlur(radius))
    return soft.point([min(255, round(v * strength)) for v in range(256)])


def edge(mask: Image.Image, width: float) -> Image.Image:
    """The rim inside a shape."""
    inner = mask.filter(ImageFilter.GaussianBlur(width / 2))
    inner = inner.point([0 if v < 250 else 255 for v in range(256)])
    inner = inner.filter(ImageFilter.GaussianBlur(0.8))
    return ImageChops.subtract(mask, inner)


def hatch(size: Size, gap: float, width: float, angle: float) -> Image.Image:
    """Parallel lines as a mask."""
    side = int((size[0] ** 2 + size[1] ** 2) ** 0.5) + 2
    lines = Image.new("L", (side, side))
    pen = ImageDraw.Draw(lines)
    for step in range(int(side / gap) + 1):
        pen.line([(0, step * gap), (side, step * gap)], fill=255, width=max(1, round(width)))
    turned = lines.rotate(angle, Image.Resampling.BICUBIC)
    left, top = (side - size[0]) // 2, (side - size[1]) // 2
    return turned.crop((left, top, left + size[0], top + size[1]))


def faded(mask: Image.Image, share: float) -> Image.Image:
    """A mask that lets through only part."""
    return mask.point([round(v * share) for v in range(256)])
