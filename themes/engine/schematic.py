"""A page as a drawing of blocks, one per section in the revision's own colours: what a history
shows of it, without a browser. Numbers and colours only: no word of a document gets in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from . import tokens
from .prepared import Prepared, Ready

WIDTH, HEIGHT, EDGE = 300, 500, 14
INNER = WIDTH - 2 * EDGE
Palette = Mapping[str, str]
Shape = Callable[["Sheet", Ready, int], int]


class Sheet:
    """Where shapes are put down; every one says how high it was."""

    def __init__(self, palette: Palette) -> None:
        self.palette = {**palette, "white": "#ffffff"}
        self.parts: list[str] = []

    def box(self, x: int, y: int, w: int, h: int, fill: str, *, r: int = 4, edge: str = "") -> None:
        """A rectangle in a colour of the palette."""
        line = f' stroke="{self.palette[edge]}"' if edge else ""
        at = f'x="{x}" y="{y}" width="{w}" height="{h}" rx="{r}"'
        self.parts.append(f'<rect {at} fill="{self.palette[fill]}"{line}/>')

    def dot(self, x: int, y: int, r: int, fill: str) -> None:
        """A circle."""
        self.parts.append(f'<circle cx="{x}" cy="{y}" r="{r}" fill="{self.palette[fill]}"/>')

    def lines(self, x: int, y: int, widths: Iterable[int], fill: str = "muted") -> None:
        """Text, as strokes of these widths."""
        for at, width in enumerate(widths):
            self.box(x, y + 11 * at, width, 5, fill, r=2)

    def svg(self) -> str:
        """The whole drawing."""
        ground = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{self.palette["bg"]}"/>'
        head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        return f'{head} width="{WIDTH}" height="{HEIGHT}">{ground}{"".join(self.parts)}</svg>'


def drawn(page: Prepared, theme: tokens.Tokens, own: Mapping[str, Any]) -> str:
    """The page as SVG: header on top, sections below one another as far as there is room, a bar
    for the thumb at the bottom where the page has one."""
    sheet = Sheet(tokens.derived({**theme.light, **tokens.chosen(own)}))
    y = 0
    for ready in (*page.get("header", ()), *page.get("main", ()), *page.get("footer", ())):
        if y < HEIGHT and "mobile" not in ready.values.get("hide", ()):
            y += _shape(ready)(sheet, ready, y)
    if any(ready.schema.type == "tab_bar" for group in page.values() for ready in group):
        _tab_bar(sheet)
    return sheet.svg()


def _shape(ready: Ready) -> Shape:
    return SHAPES.get(ready.schema.type, _words)


def _header(sheet: Sheet, ready: Ready, y: int) -> int:
    sheet.box(0, y, WIDTH, 40, "surface", r=0)
    sheet.box(EDGE, y + 12, 16, 16, "primary")
    sheet.box(EDGE + 24, y + 16, 70, 8, "text", r=3)
    sheet.dot(WIDTH - EDGE - 8, y + 20, 8, "soft")
    return 48


def _strip(sheet: Sheet, ready: Ready, y: int) -> int:
    sheet.box(EDGE, y, INNER, 22, "tint")
    sheet.dot(EDGE + 12, y + 11, 4, "primary")
    sheet.box(EDGE + 24, y + 8, 150, 5, "muted", r=2)
    return 32


def _banner(sheet: Sheet, ready: Ready, y: int) -> int:
    sheet.box(EDGE, y, INNER, 104, "brand", r=8)
    sheet.dot(WIDTH - EDGE - 44, y + 56, 34, "brand-deep")
    sheet.box(EDGE + 16, y + 22, 120, 11, "white", r=3)
    sheet.lines(EDGE + 16, y + 44, (150, 110), "brand-glow")
    sheet.box(EDGE + 16, y + 74, 64, 18, "white", r=9)
    return 116


def _circles(sheet: Sheet, ready: Ready, y: int) -> int:
    for at in range(5):
        x = EDGE + INNER * (2 * at + 1) // 10
        sheet.dot(x, y + 18, 17, "tint")
        sheet.dot(x, y + 18, 7, "primary")
        sheet.box(x - 15, y + 42, 30, 5, "muted", r=2)
    return 60


def _goods(sheet: Sheet, ready: Ready, y: int) -> int:
    sheet.box(EDGE, y + 4, 80, 8, "text", r=3)
    listed = ready.values["settings"].get("layout") in ("list", "rows")
    return 22 + (_rows if listed else _cards)(sheet, y + 22)


def _cards(sheet: Sheet, y: int) -> int:
    half = (INNER - 10) // 2
    for at in range(4):
        x, top = EDGE + (at % 2) * (half + 10), y + (at // 2) * 100
        sheet.box(x, top, half, 92, "surface", r=6, edge="line")
        sheet.box(x + 6, top + 6, half - 12, 46, "soft")
        sheet.box(x + 6, top + 60, half - 40, 5, "text", r=2)
        sheet.box(x + 6, top + 74, 36, 8, "price", r=3)
    return 206


def _rows(sheet: Sheet, y: int) -> int:
    for at in range(4):
        top = y + at * 34
        sheet.box(EDGE, top, INNER, 28, "surface", r=4, edge="line")
        sheet.box(EDGE + 8, top + 11, 120, 6, "text", r=2)
        sheet.box(WIDTH - EDGE - 46, top + 10, 36, 8, "price", r=3)
    return 142


def _offer(sheet: Sheet, ready: Ready, y: int) -> int:
    """What is sold for a while: a head in the second colour, and goods in a row."""
    sheet.box(EDGE, y, INNER, 26, "accent", r=6)
    third = (INNER - 16) // 3
    for at in range(3):
        x = EDGE + at * (third + 8)
        sheet.box(x, y + 34, third, 74, "surface", r=6, edge="line")
        sheet.box(x + 6, y + 40, third - 12, 36, "soft")
        sheet.box(x + 6, y + 86, 40, 8, "price", r=3)
    return 118


def _tickets(sheet: Sheet, ready: Ready, y: int) -> int:
    third = (INNER - 16) // 3
    for at in range(3):
        sheet.box(EDGE + at * (third + 8), y, third, 44, "tint", r=6, edge="edge")
        sheet.box(EDGE + at * (third + 8) + 10, y + 14, 40, 9, "primary", r=3)
    return 56


def _card(sheet: Sheet, ready: Ready, y: int) -> int:
    sheet.box(EDGE, y, INNER, 60, "brand-deep", r=8)
    sheet.dot(EDGE + 28, y + 30, 14, "brand-glow")
    sheet.lines(EDGE + 54, y + 20, (90, 60), "white")
    return 72


def _form(sheet: Sheet, ready: Ready, y: int) -> int:
    sheet.box(EDGE, y, INNER, 58, "surface", r=6, edge="line")
    sheet.box(EDGE + 10, y + 16, INNER - 90, 26, "soft")
    sheet.box(WIDTH - EDGE - 68, y + 16, 58, 26, "primary")
    return 70


def _pictures(sheet: Sheet, ready: Ready, y: int) -> int:
    half = (INNER - 8) // 2
    sheet.box(EDGE, y, half, 84, "edge", r=6)
    sheet.box(EDGE + half + 8, y, half, 38, "soft", r=6)
    sheet.box(EDGE + half + 8, y + 46, half, 38, "tint", r=6)
    return 96


def _picture(sheet: Sheet, ready: Ready, y: int) -> int:
    sheet.box(EDGE, y, INNER, 90, "edge", r=6)
    sheet.dot(WIDTH // 2, y + 45, 16, "surface")
    return 102


def _words(sheet: Sheet, ready: Ready, y: int) -> int:
    """Text, and whatever this drawing knows no better way for."""
    count = min(max(len(ready.values["blocks"]), 2), 4)
    high = 34 + 11 * count
    sheet.box(EDGE, y, INNER, high, "surface", r=6, edge="line")
    sheet.box(EDGE + 12, y + 12, 90, 7, "text", r=3)
    sheet.lines(EDGE + 12, y + 28, [INNER - 24 - 26 * (at % 3) for at in range(count)])
    return high + 12


def _gap(sheet: Sheet, ready: Ready, y: int) -> int:
    return 16


def _none(sheet: Sheet, ready: Ready, y: int) -> int:
    return 0


def _footer(sheet: Sheet, ready: Ready, y: int) -> int:
    sheet.box(0, y + 6, WIDTH, 80, "soft", r=0)
    sheet.lines(EDGE, y + 22, (120, 180, 90))
    return 86


def _tab_bar(sheet: Sheet) -> None:
    sheet.box(0, HEIGHT - 44, WIDTH, 44, "surface", r=0, edge="line")
    for at in range(4):
        x = WIDTH * (2 * at + 1) // 8
        sheet.dot(x, HEIGHT - 27, 7, "muted" if at else "primary")
        sheet.box(x - 12, HEIGHT - 14, 24, 4, "muted" if at else "primary", r=2)


SHAPES: dict[str, Shape] = {
    **dict.fromkeys(("announcement", "notices", "ticker"), _strip),
    **dict.fromkeys(("hero", "carousel"), _banner),
    **dict.fromkeys(("products", "product_tabs", "ranks"), _goods),
    **dict.fromkeys(("flash_sale", "group_buy", "countdown"), _offer),
    **dict.fromkeys(("coupons", "points", "tiers"), _tickets),
    **dict.fromkeys(("member_card", "recruit"), _card),
    **dict.fromkeys(("order_query", "search_block", "recharge"), _form),
    **dict.fromkeys(("image_cube", "qr_codes"), _pictures),
    **dict.fromkeys(("hotzone", "video"), _picture),
    **dict.fromkeys(("tab_bar", "service_float", "popup"), _none),
    "header": _header,
    "category_grid": _circles,
    "spacer": _gap,
    "footer": _footer,
}
