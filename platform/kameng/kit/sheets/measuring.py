"""Measures a workbook's parts before anybody lays them out: small files may describe huge sheets.

Read as XML, not by its looks: a cell may leave its address out, an attribute may look like one, a
text kept once may stand in a million cells. What no spreadsheet writes is no sheet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.parsers.expat import ExpatError, ParserCreate

from kameng.kit.sheets.errors import SheetTooLarge, SheetTooManyCells, SheetUnreadable

MOST_CELLS = 4_000_000
MOST_LINES = 1_048_576
"""Lines of a sheet; no spreadsheet has more."""
MOST_TEXT = 150 * 1024 * 1024
"""Signs in all cells together, a text that is shared counted wherever it stands."""
MOST_FORMULAS = 5_000_000
"""The same of formulas that are shared: each is written out anew for its cell."""

_PLACE = re.compile(r"([A-Za-z]{0,6})([0-9]{1,12})")


class Measure:
    """What a workbook would need, part by part; `part` refuses what is too much."""

    def __init__(self) -> None:
        self.texts: list[int] = []
        self.formulas = self.longest_formula = 0
        self._uses: dict[int, int] = {}

    def part(self, content: bytes) -> None:
        """Any part may be named as a sheet, so all are measured alike. Refuses SheetTooManyCells,
        SheetUnreadable."""
        part = _Part(self)
        parser = ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse
        parser.StartElementHandler = part.start
        part.parser = parser
        try:
            parser.Parse(content, True)
        except ExpatError as error:
            raise SheetUnreadable() from error
        part.check()

    def used(self, number: str) -> None:
        """One more cell shows a shared text."""
        if number.isascii() and number.isdigit():
            place = int(number[:9])
            self._uses[place] = self._uses.get(place, 0) + 1

    def check(self) -> None:
        """After the last part: what is shared counts wherever it stands. Refuses SheetTooLarge."""
        size = sum(
            self.texts[place] * count
            for place, count in self._uses.items()
            if place < len(self.texts)
        )
        if size > MOST_TEXT:
            raise SheetTooLarge(size=size, limit=MOST_TEXT)
        size = self.formulas * self.longest_formula
        if size > MOST_FORMULAS:
            raise SheetTooLarge(size=size, limit=MOST_FORMULAS)


class _Part:
    """One part while it is read: where its next cell stands, and how far the others reached."""

    def __init__(self, whole: Measure) -> None:
        self.whole = whole
        self.parser = ParserCreate()
        self.line = self.column = 0
        self.lines = self.columns = 1
        self._shared = False
        self._text: list[str] = []
        self._wanted = ""
        self._deep = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins; inside one that is listened to, only how deep counts."""
        local = name if ":" not in name else name.rpartition(":")[2]
        if self._deep:
            self._deep += 1
        elif local == "c":
            self._cell(attributes)
        elif local == "row":
            self._row(attributes)
        elif local == "si" or (local == "v" and self._shared):
            self._listen(local)
        elif local == "f" and attributes.get("t") == "shared":
            self.whole.formulas += 1
            self._listen(local)

    def check(self) -> None:
        """Refuse a sheet that spreads too far."""
        if self.lines * self.columns > MOST_CELLS:
            raise SheetTooManyCells(cells=self.lines * self.columns, limit=MOST_CELLS)
        if self.lines > MOST_LINES:
            raise SheetUnreadable()

    def _row(self, attributes: Mapping[str, str]) -> None:
        place = attributes.get("r")
        self.line, self.column = (self.line + 1 if place is None else _place(place)[0]), 0
        self.lines = max(self.lines, self.line)

    def _cell(self, attributes: Mapping[str, str]) -> None:
        place = attributes.get("r")
        if place is None:
            self.column += 1
        else:
            line, self.column = _place(place)
            self.line = max(self.line, line)
        self.lines = max(self.lines, self.line)
        self.columns = max(self.columns, self.column)
        self._shared = attributes.get("t") == "s"

    def _listen(self, local: str) -> None:
        """Until this element ends, take down what it says."""
        self._wanted, self._deep, self._text = local, 1, []
        self.parser.CharacterDataHandler = self._text.append
        self.parser.EndElementHandler = self._end

    def _end(self, _name: str) -> None:
        self._deep -= 1
        if self._deep:
            return
        said = "".join(self._text)
        self.parser.CharacterDataHandler = self.parser.EndElementHandler = None
        if self._wanted == "si":
            self.whole.texts.append(len(said))
        elif self._wanted == "v":
            self.whole.used(said.strip())
        else:
            self.whole.longest_formula = max(self.whole.longest_formula, len(said))


def _refuse(*_said: object) -> None:
    """Entities are nothing a spreadsheet declares."""
    raise SheetUnreadable()


def _place(text: str) -> tuple[int, int]:
    """Line and column of an address, from 1; of a line alone its column is 0."""
    found = _PLACE.fullmatch(text)
    if not found:
        raise SheetUnreadable()
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column
