"""Writes a table row by row as CSV or XLSX, holding none of it, so that nothing in it can run.

In a workbook every text is a text cell, never a formula, and stays one when somebody types over it;
in CSV, where a text has no kind, what a spreadsheet would take for a formula gets a quote first.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO
from xml.sax.saxutils import escape, quoteattr

Told = str | int | Decimal | None
"""What a cell may be given: text, a number, or nothing."""
Row = Sequence[Told]

RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""With these a spreadsheet begins to calculate; with the wide forms of them too, where wide forms
are typed."""
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet: its title, the headings with their widths in signs, and the rows."""

    title: str
    heads: Sequence[tuple[str, int]]
    rows: Iterable[Row]


def tame(text: str) -> str:
    """Text that no spreadsheet calculates."""
    first = unicodedata.normalize("NFKC", text[:1])
    return f"'{text}" if first.startswith(RUNS) else text


def as_csv(table: Table) -> Iterator[bytes]:
    """The table as UTF-8 with the mark spreadsheets look for."""
    out = io.StringIO()
    sheet = csv.writer(out)
    out.write("\ufeff")
    sheet.writerow([tame(head) for head, _ in table.heads])
    for number, row in enumerate(table.rows):
        sheet.writerow([tame(cell) if isinstance(cell, str) else cell for cell in row])
        if number % _BATCH == 0:
            yield _taken(out)
    yield _taken(out)


def workbook(
    out: IO[bytes], table: Table, notes: Sequence[str] = (), *, more: Sequence[Table] = ()
) -> None:
    """The tables as a workbook into `out`, a sheet each, written one after the other; `notes`
    stand on a last sheet, a line each."""
    explained = Table("说明", [], [(note,) for note in notes])
    sheets = [table, *more, *([explained] if notes else [])]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for number, sheet in enumerate(sheets, start=1):
            with archive.open(f"xl/worksheets/sheet{number}.xml", "w") as part:
                for text in _sheet(sheet):
                    part.write(text.encode())
        for name, text in _frame([sheet.title for sheet in sheets]).items():
            archive.writestr(name, text)


def _taken(out: io.StringIO) -> bytes:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text.encode()


def _sheet(table: Table) -> Iterator[str]:
    yield f'{_XML}<worksheet xmlns="{_MAIN}">'
    if table.heads:
        yield _FROZEN + "<cols>"
        for number, (_, width) in enumerate(table.heads, start=1):
            yield f'<col min="{number}" max="{number}" width="{width}" style="1" customWidth="1"/>'
        yield "</cols>"
    yield "<sheetData>"
    letters: list[str] = []
    start = 1
    if table.heads:
        yield _row(1, [head for head, _ in table.heads], letters, style=2)
        start = 2
    batch: list[str] = []
    for number, row in enumerate(table.rows, start=start):
        batch.append(_row(number, row, letters, style=1))
        if len(batch) == _BATCH:
            yield "".join(batch)
            batch.clear()
    yield "".join(batch)
    yield "</sheetData></worksheet>"


def _row(number: int, row: Row, letters: list[str], *, style: int) -> str:
    letters.extend(_letters(at) for at in range(len(letters), len(row)))
    cells = (_cell(f"{letters[at]}{number}", told, style) for at, told in enumerate(row))
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(place: str, told: Told, style: int) -> str:
    if told is None or told == "":
        return ""
    if isinstance(told, str):
        text = escape(_NOT_XML.sub("", told))
        kept = f'<is><t xml:space="preserve">{text}</t></is>'
        return f'<c r="{place}" s="{style}" t="inlineStr">{kept}</c>'
    return f'<c r="{place}"><v>{told}</v></c>'


def _letters(at: int) -> str:
    found = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        found = chr(65 + rest) + found
    return found


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FORMATS = "http://schemas.openxmlformats.org"
_MAIN = f"{_FORMATS}/spreadsheetml/2006/main"
_LINKS = f"{_FORMATS}/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_FROZEN = (
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2"'
    ' activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
)
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/>'
    '</font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill>'
    '<patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="3"><xf/><xf numFmtId="49" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" applyNumberFormat="1" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)
"""Plain; text whatever is typed; the same in bold."""


def _frame(titles: Sequence[str]) -> dict[str, str]:
    """Everything of a workbook that is not a sheet."""
    numbered = list(enumerate(titles, start=1))
    listed = "".join(
        f'<sheet name={quoteattr(title)} sheetId="{n}" r:id="rId{n}"/>' for n, title in numbered
    )
    links = "".join(_link(n, "worksheet", f"worksheets/sheet{n}.xml") for n, _ in numbered)
    links += _link(len(numbered) + 1, "styles", "styles.xml")
    parts = "".join(_part(f"xl/worksheets/sheet{n}.xml", "worksheet") for n, _ in numbered)
    parts += _part("xl/workbook.xml", "sheet.main") + _part("xl/styles.xml", "styles")
    package = f"{_FORMATS}/package/2006"
    return {
        "[Content_Types].xml": f'{_XML}<Types xmlns="{package}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{parts}</Types>',
        "_rels/.rels": f'{_XML}<Relationships xmlns="{package}/relationships">'
        f"{_link(1, 'officeDocument', 'xl/workbook.xml')}</Relationships>",
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}">'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{package}/relationships">'
        f"{links}</Relationships>",
        "xl/styles.xml": _STYLES,
    }


def _link(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{_LINKS}/{kind}" Target="{target}"/>'


def _part(name: str, kind: str) -> str:
    return f'<Override PartName="/{name}" ContentType="{_TYPES}.{kind}+xml"/>'
