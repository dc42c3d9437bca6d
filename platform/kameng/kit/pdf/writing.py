"""Writes a document page by page; rows are drawn as they come and none is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import IO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from kameng.kit.pdf import fonts

WIDE, HIGH = A4
MARGIN = 40.0
ROOM = WIDE - 2 * MARGIN
BOTTOM = 52.0
LINE, SIZE = 16.0, 8.5
SMALL = 7.5
FACT, FACT_SIZE, FACT_AT = 26.0, 11.0, 110.0
PALE, GREY, BLACK = 0.94, 0.4, 0.1
Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, its part of the page's width, and on which side it stands."""

    head: str
    part: float
    right: bool = False


class Document:
    """A4 pages being written. `foot` says what stands at the foot of page n."""

    def __init__(self, out: IO[bytes], title: str, *, foot: Callable[[int], str]) -> None:
        fonts.face()
        self._canvas = Canvas(out, pagesize=A4, pageCompression=1)
        self._canvas.setTitle(title)
        self._canvas.setCreator("Kameng")
        self._foot = foot
        self._page = 1
        self._y = HIGH - MARGIN

    def heading(self, text: str, *, size: float = 15) -> None:
        """A heading; never the last thing on a page."""
        self._need(size * 2 + LINE * 3)
        self._y -= size * 1.4 + 6
        self._draw(text, size=size)
        self._y -= 6

    def line(self, text: str) -> None:
        """A line of small print."""
        self._need(LINE)
        self._y -= 13
        self._draw(text, size=SIZE, grey=GREY)

    def facts(self, pairs: Iterable[tuple[str, str]]) -> None:
        """What something is, one fact a line: its name in grey, and what it says."""
        for name, told in pairs:
            self._need(FACT)
            self._y -= FACT
            self._draw(name, size=FACT_SIZE, grey=GREY)
            self._draw(told, size=FACT_SIZE, begin=FACT_AT)

    def table(self, columns: Sequence[Column], rows: Iterable[Row]) -> None:
        """Rows under their headings, which are repeated on every page."""
        places = _places(columns)
        self._need(LINE * 3)
        self._y -= 8
        self._heads(columns, places)
        for row in rows:
            if self._need(LINE):
                self._heads(columns, places)
            self._row(columns, places, row)

    def close(self) -> None:
        """End the last page and write the document."""
        self._end_page()
        self._canvas.save()

    def _heads(self, columns: Sequence[Column], places: Sequence[float]) -> None:
        self._canvas.setFillGray(PALE)
        self._canvas.rect(MARGIN, self._y - LINE, ROOM, LINE, stroke=0, fill=1)
        self._row(columns, places, [one.head for one in columns], rule=False)

    def _row(
        self, columns: Sequence[Column], places: Sequence[float], row: Row, *, rule: bool = True
    ) -> None:
        self._y -= LINE
        drawn = self._canvas.beginText()
        drawn.setFont(fonts.NAME, SMALL)
        drawn.setFillGray(BLACK)
        for column, at, text in zip(columns, places, row, strict=True):
            if text:
                room = column.part * ROOM - 6
                told, wide = fonts.fitted(text, SMALL, room)
                drawn.setTextOrigin(at + 3 + (room - wide if column.right else 0), self._y + 5)
                drawn.textOut(told)
        self._canvas.drawText(drawn)
        if rule:
            self._canvas.setStrokeGray(0.85)
            self._canvas.setLineWidth(0.4)
            self._canvas.line(MARGIN, self._y, WIDE - MARGIN, self._y)

    def _draw(
        self, text: str, *, size: float, grey: float = BLACK, right: bool = False, begin: float = 0
    ) -> None:
        told, wide = fonts.fitted(text, size, ROOM - begin)
        self._canvas.setFont(fonts.NAME, size)
        self._canvas.setFillGray(grey)
        self._canvas.drawString(WIDE - MARGIN - wide if right else MARGIN + begin, self._y, told)

    def _need(self, room: float) -> bool:
        """Begin a new page unless so much room is left; says whether it did."""
        if self._y - room >= BOTTOM:
            return False
        self._end_page()
        self._page += 1
        self._y = HIGH - MARGIN
        return True

    def _end_page(self) -> None:
        self._y = 30
        self._draw(self._foot(self._page), size=SMALL, grey=GREY, right=True)
        self._canvas.showPage()


def _places(columns: Sequence[Column]) -> list[float]:
    places, at = [], MARGIN
    for one in columns:
        places.append(at)
        at += one.part * ROOM
    return places
