"""The one typeface of our PDF documents, and what to do with signs it does not have."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FILE = Path(__file__).with_name("NotoSansSC-GB2312.ttf")
NAME = "Kameng"
UNKNOWN = "□"


@cache
def face() -> TTFont:
    """Loaded once in a process, when the first document is drawn."""
    font = TTFont(NAME, str(FILE))
    pdfmetrics.registerFont(font)
    return font


def width(text: str, size: float) -> float:
    """How wide the text is, in points."""
    return float(face().stringWidth(text, size))


@lru_cache(maxsize=4096)
def fitted(text: str, size: float, room: float) -> tuple[str, float]:
    """The text and its width: a box for every sign the typeface lacks, and only as much of its
    beginning as fits, with an ellipsis."""
    known = face().face.charToGlyph
    told = "".join(sign if ord(sign) in known else UNKNOWN for sign in text)
    if (wide := width(told, size)) <= room:
        return told, wide
    while told and width(f"{told}…", size) > room:
        told = told[:-1]
    return f"{told}…", width(f"{told}…", size)
